/** Mistakes in services, ingresses, policies and endpoints, one at a time, and what is near to them and no mistake. */
import { type Case, describeCases } from './compare.ts';

type Fields = Readonly<Record<string, unknown>>;

const port = (fields: Fields) => ({ ports: [{ port: 80, ...fields }] });
const ports = (...list: readonly Fields[]) => ({ ports: list });
const external = (fields: Fields) => ({
  type: 'ExternalName',
  externalName: 'example.com',
  ports: undefined,
  ...fields,
});
const balanced = (fields: Fields) => ({ type: 'LoadBalancer', ...fields });
const SELECTOR = { selector: { app: 'web' } };

const SERVICES: readonly Fields[] = [
  {},
  { ports: undefined },
  { ports: undefined, clusterIP: 'None' },
  port({ port: 0 }),
  port({ port: 70_000 }),
  port({ protocol: 'X' }),
  port({ protocol: 'SCTP' }),
  port({ targetPort: 'BAD NAME' }),
  port({ targetPort: 'http' }),
  port({ targetPort: 'a--b' }),
  port({ targetPort: '8080' }),
  port({ targetPort: '' }),
  port({ targetPort: 0 }),
  port({ targetPort: 70_000 }),
  port({ name: 'A' }),
  port({ name: 'a'.repeat(64) }),
  port({ appProtocol: 'a b' }),
  port({ appProtocol: 'kubernetes.io/h2c' }),
  port({ nodePort: 30_000 }),
  port({ nodePort: 0 }),
  ports({ port: 80, name: 'a' }, { port: 81 }),
  ports({ port: 80, name: 'a' }, { port: 81, name: 'a' }),
  ports({ port: 80, name: 'a' }, { port: 80, name: 'b' }),
  ports({ port: 80, name: 'a' }, { port: 80, name: 'b', protocol: 'UDP' }),
  { type: 'NodePort', ...port({ nodePort: 80 }) },
  { type: 'NodePort', ...port({ nodePort: 70_000 }) },
  { type: 'NodePort', ...port({ nodePort: 31_234 }) },
  {
    type: 'NodePort',
    ...ports({ port: 80, name: 'a', nodePort: 31_235 }, { port: 81, name: 'b', nodePort: 31_235 }),
  },
  {
    type: 'NodePort',
    ...ports(
      { port: 80, name: 'a', nodePort: 31_236 },
      { port: 80, name: 'b', nodePort: 31_236, protocol: 'UDP' },
    ),
  },
  { type: 'Nope' },
  { type: '' },
  { sessionAffinity: 'X' },
  { sessionAffinity: 'ClientIP' },
  { sessionAffinityConfig: { clientIP: { timeoutSeconds: 1 } } },
  { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 0 } } },
  { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_401 } } },
  { sessionAffinity: 'ClientIP', sessionAffinityConfig: { clientIP: { timeoutSeconds: 86_400 } } },
  { sessionAffinity: 'ClientIP', sessionAffinityConfig: {} },
  { clusterIP: 'abc' },
  { clusterIP: '' },
  { clusterIP: '8.8.8.8' },
  { clusterIP: '::1' },
  { clusterIP: 'None', ...SELECTOR },
  { clusterIP: 'None' },
  { clusterIP: 'None', clusterIPs: ['None'] },
  { clusterIP: 'None', clusterIPs: ['None', '1.2.3.4'] },
  { clusterIP: '1.2.3.4', clusterIPs: ['1.2.3.5'] },
  { clusterIPs: ['None'] },
  { clusterIPs: ['None', 'x'] },
  { clusterIP: '1.2.3.4', clusterIPs: ['1.2.3.4', '1.2.3.5'] },
  { clusterIP: '1.2.3.4', clusterIPs: ['1.2.3.4', '::2', '1.2.3.5'] },
  { clusterIP: '1.2.3.4', clusterIPs: ['1.2.3.4', '::2'] },
  { clusterIP: '1.2.3.4', ipFamilies: ['IPv6'] },
  { externalIPs: ['x'] },
  { externalIPs: ['127.0.0.1'] },
  { externalIPs: ['0.0.0.0'] },
  { externalIPs: ['::'] },
  { externalIPs: ['169.254.1.1'] },
  { externalIPs: ['fe80::1'] },
  { externalIPs: ['fe80::1%eth0'] },
  { externalIPs: ['224.0.0.1'] },
  { externalIPs: ['ff02::1'] },
  { externalIPs: ['224.0.1.1'] },
  { externalIPs: ['::ffff:1.2.3.4'] },
  { externalIPs: ['01.2.3.4'] },
  { externalIPs: ['1.2.3.4', '2001:DB8:0:0::1'] },
  { externalIPs: ['1.2.3.4'], externalTrafficPolicy: 'Local' },
  { externalIPs: ['1.2.3.4'], externalTrafficPolicy: 'X' },
  balanced({}),
  balanced({ loadBalancerSourceRanges: ['y'] }),
  balanced({ loadBalancerSourceRanges: ['10.0.0.0/8', ' 11.0.0.0/8 '] }),
  balanced({ loadBalancerSourceRanges: ['10.0.0.1/8'] }),
  balanced({ loadBalancerSourceRanges: ['10.0.0.0/08'] }),
  balanced({ loadBalancerSourceRanges: ['10.0.0.0/33'] }),
  balanced({ loadBalancerSourceRanges: ['2001:db8::/32'] }),
  balanced({ loadBalancerSourceRanges: ['2001:db8::1/32'] }),
  { loadBalancerSourceRanges: ['10.0.0.0/8'] },
  balanced({ clusterIP: 'None' }),
  { type: 'NodePort', clusterIP: 'None' },
  balanced({ loadBalancerClass: 'x' }),
  balanced({ loadBalancerClass: 'a b' }),
  { loadBalancerClass: 'x' },
  { allocateLoadBalancerNodePorts: true },
  balanced({ allocateLoadBalancerNodePorts: false }),
  balanced({ loadBalancerIP: 'x' }),
  balanced({ healthCheckNodePort: 5 }),
  { healthCheckNodePort: 5 },
  { healthCheckNodePort: 0 },
  external({}),
  external({ externalName: undefined }),
  external({ externalName: 'BAD_' }),
  external({ externalName: 'example.com.' }),
  external({ externalName: '.' }),
  external({ clusterIP: 'None' }),
  external({ ipFamilies: ['IPv4'] }),
  external({ ipFamilyPolicy: 'SingleStack' }),
  external({ ports: [{ port: 80 }] }),
  external({ internalTrafficPolicy: 'Cluster' }),
  { externalName: 'example.com' },
  { externalTrafficPolicy: 'Local' },
  { type: 'NodePort', externalTrafficPolicy: 'X' },
  { type: 'NodePort', externalTrafficPolicy: 'Local' },
  { internalTrafficPolicy: 'X' },
  { internalTrafficPolicy: 'Local' },
  { ipFamilyPolicy: 'X' },
  { ipFamilyPolicy: 'PreferDualStack' },
  { ipFamilyPolicy: 'RequireDualStack' },
  { ipFamilies: ['IPv9'] },
  { ipFamilies: ['IPv4'] },
  { ipFamilies: ['IPv6'] },
  { ipFamilies: ['IPv4', 'IPv4'] },
  { ipFamilies: ['IPv4', 'IPv6'] },
  { trafficDistribution: 'X' },
  { trafficDistribution: 'PreferClose' },
  { selector: { 'a b': 'c' } },
  { selector: { a: 'b c' } },
  { ...SELECTOR },
];

const HINTS = 'service.kubernetes.io/topology-aware-hints';
const MODE = 'service.kubernetes.io/topology-mode';
const RANGES = 'service.beta.kubernetes.io/load-balancer-source-ranges';

const ANNOTATED_SERVICES: readonly (readonly [Fields, Fields])[] = [
  [{ [HINTS]: 'Auto', [MODE]: 'Disabled' }, {}],
  [{ [HINTS]: 'Auto', [MODE]: 'Auto' }, {}],
  [{ [RANGES]: '10.0.0.0/8' }, {}],
  [{ [RANGES]: 'x' }, { type: 'LoadBalancer' }],
  [{ [RANGES]: ' ' }, { type: 'LoadBalancer' }],
  [{ [RANGES]: '10.0.0.0/8, 11.0.0.0/8' }, { type: 'LoadBalancer' }],
];

const NUMBERED = { service: { name: 'web', port: { number: 80 } } };
const rule = (fields: Fields) => ({ rules: [fields] });
const path = (fields: Fields) =>
  rule({ http: { paths: [{ path: '/a', pathType: 'Prefix', backend: NUMBERED, ...fields }] } });
const at = (text: string, pathType = 'Exact') => path({ path: text, pathType });
const backend = (fields: Fields) => path({ backend: fields });
const servicePort = (fields: Fields) => backend({ service: { name: 'web', port: fields } });
const tls = (fields: Fields) => ({ ...rule({ host: 'a.example' }), tls: [fields] });

const INGRESSES: readonly Fields[] = [
  {},
  { rules: [] },
  { defaultBackend: NUMBERED },
  { defaultBackend: {} },
  { defaultBackend: { service: { name: '', port: {} } } },
  rule({ host: 'BAD_host' }),
  rule({ host: 'a.example' }),
  rule({ host: '1.2.3.4' }),
  rule({ host: '*.a.example' }),
  rule({ host: '*.*.example' }),
  rule({ host: 'a.*.example' }),
  rule({ host: '*' }),
  rule({ http: { paths: [] } }),
  at('nope', 'Prefix'),
  at(''),
  at('/'),
  at('', 'ImplementationSpecific'),
  at('nope', 'ImplementationSpecific'),
  at('/a//b', 'ImplementationSpecific'),
  at('/a//b'),
  at('/a/./b'),
  at('/a/../b'),
  at('/a%2fb'),
  at('/a/..'),
  at('/a/.'),
  at('/a', 'X'),
  path({ pathType: undefined }),
  path({ path: undefined }),
  backend({}),
  backend({ service: { name: 'BAD_', port: { number: 80 } } }),
  backend({ service: { name: '1web', port: { number: 80 } } }),
  backend({ service: { name: 'web' } }),
  servicePort({ number: 80, name: 'x' }),
  servicePort({ number: 70_000 }),
  servicePort({ name: 'BAD' }),
  servicePort({ name: 'http' }),
  backend({ resource: { kind: 'Bucket', name: 'y' }, ...NUMBERED }),
  backend({ resource: { kind: 'Bucket', name: 'y' } }),
  backend({ resource: { kind: '', name: '' } }),
  backend({ resource: { kind: 'a/b', name: '..' } }),
  backend({ resource: { apiGroup: 'Bad_', kind: 'Bucket', name: 'y' } }),
  tls({ hosts: ['*.*.x'] }),
  tls({ hosts: ['*.x'] }),
  tls({ hosts: ['BAD'] }),
  tls({ hosts: ['a'], secretName: 'Bad_' }),
  tls({ hosts: ['a'], secretName: 'good' }),
  tls({}),
  { ...rule({}), ingressClassName: 'Bad_' },
  { ...rule({}), ingressClassName: '' },
  { ...rule({}), ingressClassName: 'nginx' },
];

const CLASS = 'kubernetes.io/ingress.class';

const ANNOTATED_INGRESSES: readonly (readonly [Fields, Fields])[] = [
  [{ [CLASS]: 'other' }, { ...rule({}), ingressClassName: 'nginx' }],
  [{ [CLASS]: 'nginx' }, { ...rule({}), ingressClassName: 'nginx' }],
  [{ [CLASS]: 'other' }, rule({})],
];

const from = (...peers: readonly Fields[]) => ({ ingress: [{ from: peers }] });
const block = (cidr: string | undefined, ...except: readonly string[]) => from({ ipBlock: { cidr, except } });
const policyPort = (fields: Fields) => ({ ingress: [{ ports: [fields] }] });
const bad = { matchLabels: { 'a b': 'c' } };

const POLICIES: readonly Fields[] = [
  {},
  { podSelector: undefined },
  { podSelector: bad },
  { podSelector: { matchExpressions: [{ key: 'a', operator: 'X' }] } },
  { policyTypes: ['X'] },
  { policyTypes: ['Ingress', 'Ingress'] },
  { policyTypes: ['Ingress', 'Egress', 'Ingress'] },
  from({}),
  from({ podSelector: {} }),
  from({ podSelector: {}, namespaceSelector: {} }),
  from({ podSelector: bad }),
  from({ namespaceSelector: bad }),
  block('bad'),
  block(undefined),
  block('10.0.0.0/8'),
  block('10.0.0.1/8'),
  block('010.0.0.0/8'),
  block('::ffff:10.0.0.0/104'),
  block('2001:db8::/32', '2001:db8:1::/48'),
  block('2001:db8::/32', '2001:db9::/48'),
  block('10.0.0.0/8', '10.1.0.0/16'),
  block('10.0.0.0/8', '10.0.0.0/8'),
  block('10.0.0.0/8', '11.0.0.0/16'),
  block('10.0.0.0/8', '2001:db8::/32'),
  block('10.0.0.0/8', 'x'),
  from({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }),
  { egress: [{ to: [{}] }] },
  { egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 53, protocol: 'UDP' }] }] },
  policyPort({}),
  policyPort({ port: 'x y' }),
  policyPort({ port: 'http' }),
  policyPort({ port: 0 }),
  policyPort({ port: 70_000 }),
  policyPort({ port: 80, endPort: 70 }),
  policyPort({ port: 80, endPort: 80 }),
  policyPort({ port: 80, endPort: 70_000 }),
  policyPort({ port: 'a', endPort: 70 }),
  policyPort({ endPort: 70 }),
  policyPort({ protocol: 'X' }),
];

const address = (fields: Fields) => ({ subsets: [{ addresses: [{ ip: '10.0.0.1', ...fields }] }] });
const endpointPorts = (...list: readonly Fields[]) => ({
  subsets: [{ addresses: [{ ip: '10.0.0.1' }], ports: list }],
});

const ENDPOINTS: readonly Fields[] = [
  {},
  { subsets: [{}] },
  { subsets: [{ ports: [{ port: 80 }] }] },
  { subsets: [{ notReadyAddresses: [{ ip: 'x' }] }] },
  address({}),
  address({ ip: 'x' }),
  address({ ip: '' }),
  address({ ip: '127.0.0.1' }),
  address({ ip: '10.0.0.01' }),
  address({ hostname: 'Bad_' }),
  address({ hostname: 'a' }),
  address({ nodeName: 'Bad_' }),
  endpointPorts({ port: 0 }),
  endpointPorts({ port: 80 }, { port: 81 }),
  endpointPorts({ port: 80, name: 'a' }, { port: 80, name: 'a' }),
  endpointPorts({ port: 80, name: 'A' }),
  endpointPorts({ port: 80, protocol: 'X' }),
  endpointPorts({ port: 80, appProtocol: 'a b' }),
];

const slice = (endpoint: Fields, addressType = 'IPv4') => ({
  addressType,
  endpoints: [{ addresses: ['10.0.0.1'], ...endpoint }],
});
const slicePorts = (...list: readonly Fields[]) => ({ ...slice({}), ports: list });
const many = (count: number) => Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 0xff}`);
const zones = (...names: readonly string[]) =>
  slice({ hints: { forZones: names.map((name) => ({ name })) } });
const nodes = (...names: readonly string[]) =>
  slice({ hints: { forNodes: names.map((name) => ({ name })) } });

const SLICES: readonly Fields[] = [
  { addressType: 'X', endpoints: [] },
  { endpoints: [] },
  { addressType: 'IPv4', endpoints: [] },
  slice({}),
  slice({ addresses: [] }),
  slice({ addresses: ['x'] }),
  slice({ addresses: ['127.0.0.1'] }),
  slice({ addresses: ['2001:db8::1'] }),
  slice({ addresses: ['2001:db8::1'] }, 'IPv6'),
  slice({ addresses: ['10.0.0.1'] }, 'IPv6'),
  slice({ addresses: ['2001:DB8::1'] }, 'IPv6'),
  slice({ addresses: ['2001:db8:0::1'] }, 'IPv6'),
  slice({ addresses: ['example.com'] }, 'FQDN'),
  slice({ addresses: ['example.com.'] }, 'FQDN'),
  slice({ addresses: ['example'] }, 'FQDN'),
  slice({ addresses: ['Bad_.com'] }, 'FQDN'),
  slice({ addresses: [''] }, 'FQDN'),
  slice({ addresses: many(101) }),
  slice({ nodeName: 'Bad_' }),
  slice({ hostname: 'Bad_' }),
  slice({ hostname: '' }),
  slice({ deprecatedTopology: { 'a b': 'c' } }),
  zones('a', 'a'),
  zones('a b'),
  zones('a', 'b'),
  zones(...'abcdefghi'),
  nodes('a', 'a'),
  nodes('Bad_'),
  nodes(...'abcdefghi'),
  slicePorts({ port: 80 }),
  slicePorts({ port: 80 }, { port: 81 }),
  slicePorts({ port: 80, name: 'a' }, { port: 81, name: 'b' }),
  slicePorts({ port: 80, name: 'A' }),
  slicePorts({ port: 80, protocol: 'X' }),
  slicePorts({ port: 80, appProtocol: 'a b' }),
  slicePorts({ port: 70_000 }),
];

const CORE = '/api/v1/namespaces/$NS';
const NETWORKING = '/apis/networking.k8s.io/v1/namespaces/$NS';

function created(collection: string, apiVersion: string, kind: string) {
  return (name: string, content: Fields, what: unknown, annotations?: Fields): Case => ({
    what: `${kind} of ${JSON.stringify(what)}`,
    path: collection,
    object: { apiVersion, kind, metadata: { name, annotations }, ...content },
  });
}

const service = created(`${CORE}/services`, 'v1', 'Service');
const ingress = created(`${NETWORKING}/ingresses`, 'networking.k8s.io/v1', 'Ingress');
const policy = created(`${NETWORKING}/networkpolicies`, 'networking.k8s.io/v1', 'NetworkPolicy');
const endpoints = created(`${CORE}/endpoints`, 'v1', 'Endpoints');
const endpointSlice = created(
  '/apis/discovery.k8s.io/v1/namespaces/$NS/endpointslices',
  'discovery.k8s.io/v1',
  'EndpointSlice',
);

const cases: readonly Case[] = [
  ...SERVICES.map((spec, i) => service(`web-${i}`, { spec: { ports: [{ port: 80 }], ...spec } }, spec)),
  ...ANNOTATED_SERVICES.map(([annotations, spec], i) =>
    service(
      `noted-${i}`,
      { spec: { ports: [{ port: 80 }], ...spec } },
      { ...annotations, ...spec },
      annotations,
    ),
  ),
  ...INGRESSES.map((spec, i) => ingress(`web-${i}`, { spec }, spec)),
  ...ANNOTATED_INGRESSES.map(([annotations, spec], i) =>
    ingress(`noted-${i}`, { spec }, annotations, annotations),
  ),
  ...POLICIES.map((spec, i) => policy(`web-${i}`, { spec: { podSelector: {}, ...spec } }, spec)),
  ...ENDPOINTS.map((content, i) => endpoints(`ends-${i}`, content, content)),
  ...SLICES.map((content, i) => endpointSlice(`ends-${i}`, content, JSON.stringify(content).slice(0, 200))),
];

describeCases('services, ingresses, policies and endpoints', 'network', cases);
