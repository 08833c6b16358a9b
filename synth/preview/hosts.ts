/** Hosts of a program → those of its preview, and what of the objects that let traffic in is changed beside. */
import { type JsonObject, type JsonValue, type KubernetesObject, keyOf } from '../../lib/objects/index.ts';

/** The host of a preview in the place of one of the base. */
export type HostOf = (host: string) => string;

export interface UrlContext {
  readonly preview: string;
  readonly namespace: string;
}

/** Fills in the host of a URL with placeholders. A wildcard stays one, below the host that its rest gets. */
export function hostsOf(url: string, { preview, namespace }: UrlContext): HostOf {
  const template = url.replace(/^https?:\/\//, '').replace(/\/$/, '');
  return (host) => {
    const isWildcard = host.startsWith('*.');
    const plain = (isWildcard ? host.slice(2) : host).toLowerCase();
    const values: Readonly<Record<string, string>> = {
      preview,
      namespace,
      label: plain.split('.')[0] ?? plain,
      host: plain.replaceAll('.', '-'),
    };
    const filled = template.replaceAll(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all);
    return isWildcard ? `*.${filled}` : filled;
  };
}

/** @returns why nobody could be sent to the host, as the rest of a sentence */
export function hostProblem(host: string): string | undefined {
  if (host.length > 253) return `has ${host.length} characters; at most 253 are allowed`;
  const labels = host.replace(/^\*\./, '').split('.');
  const long = labels.find((label) => label.length > 63);
  if (long !== undefined) return `has a part of ${long.length} characters; at most 63 are allowed`;
  const wrong = labels.find((label) => !/^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/.test(label));
  return wrong === undefined ? undefined : `has the part ${JSON.stringify(wrong)}`;
}

interface Entrance {
  /** The hosts that it names. */
  readonly hosts: (object: KubernetesObject) => readonly string[];
  /** The same on other hosts. What names none takes traffic for all of them: it gets one of its own.
   * @param own the host of what names none */
  readonly place: (object: KubernetesObject, hostOf: HostOf, own: string) => KubernetesObject;
}

const hostnames = (object: KubernetesObject): readonly string[] => textsOf(object.spec?.hostnames);

const route: Entrance = {
  hosts: hostnames,
  place: (object, hostOf, own) => {
    const named = hostnames(object).map(hostOf);
    return withSpec(object, { ...object.spec, hostnames: named.length > 0 ? named : [own] });
  },
};

const ingress: Entrance = {
  hosts: ({ spec }) => [
    ...mapsIn(spec?.rules).flatMap(({ host }) => textsOf([host ?? null])),
    ...mapsIn(spec?.tls).flatMap(({ hosts }) => textsOf(hosts)),
  ],
  place: (object, hostOf, own) => {
    const { defaultBackend, ...spec } = object.spec ?? {};
    const rules = mapsIn(spec.rules);
    const http = { paths: [{ path: '/', pathType: 'Prefix', backend: defaultBackend }] };
    const all: readonly JsonObject[] = rules.length === 0 && defaultBackend ? [{ http }] : rules;
    return withSpec(object, {
      ...spec,
      rules: all.map(({ host, ...rule }) => ({
        ...rule,
        host: typeof host === 'string' ? hostOf(host) : own,
      })),
      ...(Array.isArray(spec.tls) && {
        tls: mapsIn(spec.tls).map(({ hosts, ...tls }) => ({ ...tls, hosts: textsOf(hosts).map(hostOf) })),
      }),
    });
  },
};

/** Listeners without a host stay as they are: their Gateway has an address of its own. */
const gateway: Entrance = {
  hosts: ({ spec }) => mapsIn(spec?.listeners).flatMap(({ hostname }) => textsOf([hostname ?? null])),
  place: (object, hostOf) => {
    // That address is not the base's.
    const { addresses: _, ...spec } = object.spec ?? {};
    const listeners = mapsIn(spec.listeners).map(({ hostname, ...listener }) => ({
      ...listener,
      ...(typeof hostname === 'string' && { hostname: hostOf(hostname) }),
    }));
    return withSpec(object, { ...spec, listeners });
  },
};

/** Kinds that let traffic in by host, and say so in fields that are known here. */
const ENTRANCES: ReadonlyMap<string, Entrance> = new Map([
  ['networking.k8s.io/Ingress', ingress],
  ['gateway.networking.k8s.io/HTTPRoute', route],
  ['gateway.networking.k8s.io/GRPCRoute', route],
  ['gateway.networking.k8s.io/TLSRoute', route],
  ['gateway.networking.k8s.io/Gateway', gateway],
]);

/** Kinds that let traffic in or name hosts, and are not among them. */
const OTHER_ENTRANCES: ReadonlySet<string> = new Set([
  'externaldns.k8s.io/DNSEndpoint',
  'gateway.networking.k8s.io/TCPRoute',
  'gateway.networking.k8s.io/UDPRoute',
  'networking.istio.io/Gateway',
  'networking.istio.io/VirtualService',
  'projectcontour.io/HTTPProxy',
  'route.openshift.io/Route',
  'traefik.io/IngressRoute',
  'traefik.io/IngressRouteTCP',
  'traefik.io/IngressRouteUDP',
]);

export function entranceOf(object: KubernetesObject): Entrance | 'other' | undefined {
  const { group, kind } = keyOf(object);
  const name = `${group}/${kind}`;
  return OTHER_ENTRANCES.has(name) ? 'other' : ENTRANCES.get(name);
}

function withSpec(object: KubernetesObject, spec: JsonObject): KubernetesObject {
  return { ...object, spec };
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

function mapsIn(value: JsonValue | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  return value.filter(
    (item): item is JsonObject => typeof item === 'object' && item !== null && !Array.isArray(item),
  );
}
