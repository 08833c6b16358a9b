/** Whether something can be reached: over a Service, and from outside over an Ingress or an HTTPRoute. */
import type { RenderedObject } from '../../../lib/objects/index.ts';
import { containersOf } from '../containers.ts';
import { listObjects } from '../describe.ts';
import { objectsOf, surroundingsOf } from '../subject.ts';
import { type MatcherContext, paintOf, type Verdict } from './verdict.ts';

export interface ExpectedExposure {
  readonly service: string;
  readonly port: number;
  /** Of an Ingress or HTTPRoute that leads to the Service. */
  readonly host?: string;
}

export function toExpose(
  this: MatcherContext,
  subject: unknown,
  expected: number | ExpectedExposure,
): Verdict {
  const objects = objectsOf(subject);
  const paint = paintOf(this);
  const wanted = typeof expected === 'number' ? { port: expected } : expected;
  const found = exposuresOf(objects);
  const right = found.filter(
    (one) =>
      one.port === wanted.port &&
      (!('service' in wanted) || one.service === wanted.service) &&
      (!('host' in wanted) || wanted.host === undefined || one.host === wanted.host),
  );
  const lines = (shown: readonly Exposure[]) =>
    shown.map((one) => `  ${textOf(one)}  ${listObjects([one.by], paint).join('').trim()}`);
  return {
    pass: right.length > 0,
    message: () =>
      right.length > 0
        ? [`expected ${textOf(wanted)} not to be exposed, but it is:`, '', ...lines(right)].join('\n')
        : found.length === 0
          ? `expected ${textOf(wanted)} to be exposed, but nothing is`
          : [`expected ${textOf(wanted)} to be exposed; what is:`, '', ...lines(found)].join('\n'),
  };
}

interface Exposure {
  readonly service?: string;
  readonly port: number | undefined;
  readonly host?: string;
  readonly by: RenderedObject;
}

/** What Services, Ingresses and HTTPRoutes expose; of a single workload, the ports of its containers. */
function exposuresOf(objects: readonly RenderedObject[]): readonly Exposure[] {
  const around = surroundingsOf(objects);
  const exposures = objects.flatMap((object) => [
    ...servicePorts(object),
    ...ingressBackends(object, around),
    ...routeBackends(object),
  ]);
  const [only] = objects;
  if (exposures.length > 0 || objects.length !== 1 || !only) return exposures;
  return containersOf([only]).flatMap(({ ports }) =>
    ports.map(({ containerPort }) => ({ port: containerPort, by: only })),
  );
}

/** The fields are those of core/v1, networking.k8s.io/v1 and gateway.networking.k8s.io/v1. */
interface Backend {
  readonly service?: {
    readonly name?: string;
    readonly port?: { readonly number?: number; readonly name?: string };
  };
}

function servicePorts(object: RenderedObject): readonly Exposure[] {
  if (object.key.kind !== 'Service' || object.key.group !== '') return [];
  const ports: readonly { readonly port?: number }[] = object.object.spec?.ports ?? [];
  return ports.map(({ port }) => ({ service: object.key.name, port, by: object }));
}

function ingressBackends(object: RenderedObject, around: readonly RenderedObject[]): readonly Exposure[] {
  if (object.key.kind !== 'Ingress') return [];
  const { rules = [], defaultBackend } = (object.object.spec ?? {}) as {
    readonly rules?: readonly {
      readonly host?: string;
      readonly http?: { readonly paths?: readonly { readonly backend?: Backend }[] };
    }[];
    readonly defaultBackend?: Backend;
  };
  const of = (backend: Backend | undefined, host?: string): readonly Exposure[] => {
    const { name, port } = backend?.service ?? {};
    if (name === undefined) return [];
    const number = port?.number ?? namedPort(around, object.key.namespace, name, port?.name);
    return [{ service: name, port: number, ...(host !== undefined && { host }), by: object }];
  };
  return [
    ...of(defaultBackend),
    ...rules.flatMap(({ host, http }) => (http?.paths ?? []).flatMap(({ backend }) => of(backend, host))),
  ];
}

function namedPort(
  around: readonly RenderedObject[],
  namespace: string,
  service: string,
  name: string | undefined,
): number | undefined {
  const found = around.find(
    ({ key }) =>
      key.kind === 'Service' && key.group === '' && key.namespace === namespace && key.name === service,
  );
  const ports: readonly { readonly name?: string; readonly port?: number }[] =
    found?.object.spec?.ports ?? [];
  return ports.find((port) => port.name === name)?.port;
}

function routeBackends(object: RenderedObject): readonly Exposure[] {
  if (object.key.kind !== 'HTTPRoute') return [];
  const { hostnames = [], rules = [] } = (object.object.spec ?? {}) as {
    readonly hostnames?: readonly string[];
    readonly rules?: readonly {
      readonly backendRefs?: readonly {
        readonly kind?: string;
        readonly name: string;
        readonly port?: number;
      }[];
    }[];
  };
  return rules
    .flatMap(({ backendRefs = [] }) => backendRefs)
    .filter(({ kind = 'Service' }) => kind === 'Service')
    .flatMap(({ name, port }): readonly Exposure[] => {
      const exposure = { service: name, port, by: object };
      return hostnames.length === 0 ? [exposure] : hostnames.map((host) => ({ ...exposure, host }));
    });
}

function textOf({ service, port, host }: Partial<Exposure>): string {
  const at = service === undefined ? `port ${port}` : `${service}:${port}`;
  return host === undefined ? at : `${at} at ${host}`;
}
