/** Diagnostics of what Kubernetes would refuse. */
import { object, type Sample } from './sample.ts';

const pod = (spec: string, id = 'x') => object('v1', 'Pod', `spec: ${spec}`, id);
const of = (version: string, program: string) =>
  `const api = new Application(new Environment(app, 'production', { namespace: 'x', kubernetesVersion: '${version}' }), 'api');\n${program}`;
const flow = (version: string) =>
  `new ApiObject(api, 'x', { apiVersion: 'flowcontrol.apiserver.k8s.io/${version}', kind: 'FlowSchema', metadata: { name: 'x' }, spec: { priorityLevelConfiguration: { name: 'exempt' } } });`;

export const KUBERNETES: Readonly<Record<string, Sample>> = {
  API_DEPRECATED: { program: of('1.31', flow('v1beta3')), place: { line: 'v1beta3' } },
  API_NOT_SERVED: { program: of('1.28', flow('v1')), place: { line: 'flowcontrol' } },
  API_REMOVED: {
    program: object('extensions/v1beta1', 'Ingress', 'spec: {}'),
    place: { line: 'extensions/v1beta1' },
  },
  BROKEN_REFERENCE: {
    program: pod(
      "{ containers: [{ name: 'a', image: 'a', env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'web-settings', key: 'greting' } } }] }] }",
    ).replace(
      'new ApiObject',
      "new ApiObject(web, 'map', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'web-settings' }, data: { greeting: 'hello' } });\nnew ApiObject",
    ),
    place: { line: 'greting' },
  },
  DUPLICATE_ITEM: {
    program: pod("{ containers: [{ name: 'a', image: 'a' }, { name: 'a', image: 'b' }] }"),
    place: { line: "image: 'b'" },
  },
  INVALID_FIELD: {
    program: pod("{ restartPolicy: 'Sometimes', containers: [{ name: 'a', image: 'a' }] }"),
    place: { line: 'Sometimes' },
  },
  MISSING_FIELD: { program: pod("{ containers: [{ image: 'a' }] }"), place: { line: "image: 'a'" } },
  MISSING_OBJECT: {
    program: pod("{ serviceAccountName: 'robot', containers: [{ name: 'a', image: 'a' }] }"),
    place: { line: 'robot' },
  },
  SELECTS_NOTHING: {
    program: object('v1', 'Service', "spec: { selector: { app: 'none' }, ports: [{ port: 80 }] }"),
    place: { line: "app: 'none'" },
  },
  UNKNOWN_FIELD: { program: object('v1', 'ConfigMap', 'datta: {}'), place: { line: 'datta' } },
  UNKNOWN_KUBERNETES_VERSION: {
    program: "new Environment(app, 'production', { namespace: 'x', kubernetesVersion: '1.19' });",
    place: { line: '1.19' },
  },
  VALIDATION_TOO_SLOW: {
    program: `${object(
      'apiextensions.k8s.io/v1',
      'CustomResourceDefinition',
      "metadata: { name: 'widgets.acme.io' }, spec: { group: 'acme.io', scope: 'Namespaced', names: { kind: 'Widget', plural: 'widgets' }, versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: { type: 'object', properties: { spec: { type: 'string', pattern: '^(a+)+$' } } } } }] }",
      'definition',
    )}\n${object('acme.io/v1', 'Widget', "spec: 'a'.repeat(60) + '!'")}`,
    place: { line: "'a'.repeat" },
  },
  WRONG_TYPE: {
    program: object('v1', 'Pod', "spec: { containers: [{ name: 'a', image: 'a', tty: 'yes' }] }"),
    place: { line: "tty: 'yes'" },
  },
};
