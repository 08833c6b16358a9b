import { ApiObject, type ApiObjectMetadata, type Duration, Lazy } from 'cdk8s';
import type { Construct, IConstruct } from 'constructs';
import { formatDuration } from '../objects/index.ts';
import { addCheck, type TargetObject, targetObject } from './target.ts';

/** Where a service gives metrics. */
export interface MetricsEndpoint {
  /**
   * The name of the service's port.
   *
   * @default - that of its only port
   */
  readonly port?: string;

  /**
   * The path.
   *
   * @default "/metrics"
   */
  readonly path?: string;

  /**
   * How often it is asked.
   *
   * @default - as Prometheus is set up
   */
  readonly interval?: Duration;

  /**
   * How long an answer may take. Not longer than `interval`.
   *
   * @default - as Prometheus is set up
   */
  readonly timeout?: Duration;

  /**
   * Whether it is asked by HTTPS.
   *
   * @default false
   */
  readonly isHttps?: boolean;
}

/** Properties of a ServiceMonitor. */
export interface ServiceMonitorProps {
  /** The service to watch: an API object, or a construct that has one. It must have labels. */
  readonly service: IConstruct;

  /**
   * Where it gives metrics.
   *
   * @default - `/metrics` on its only port
   */
  readonly endpoints?: MetricsEndpoint[];

  /**
   * Name, labels and annotations. Many a Prometheus takes monitors with certain labels only.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/** Has Prometheus collect the metrics of a service (monitoring.coreos.com/v1). Takes the Prometheus operator. */
export class ServiceMonitor extends ApiObject {
  /**
   * Declares a monitor.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props What to watch.
   */
  constructor(scope: Construct, id: string, props: ServiceMonitorProps) {
    const { service, endpoints = [{}] } = props;
    super(scope, id, {
      apiVersion: 'monitoring.coreos.com/v1',
      kind: 'ServiceMonitor',
      ...(props.metadata && { metadata: props.metadata }),
      spec: Lazy.any({
        produce: () => {
          const target = targetObject(service);
          const object = target.problem === undefined ? target.found : {};
          return {
            selector: { matchLabels: { ...object.metadata?.labels } },
            endpoints: endpoints.map((endpoint) => rendered(endpoint, object)),
          };
        },
      }),
    });
    addCheck(this, () => problems(service, endpoints));
  }
}

function rendered(endpoint: MetricsEndpoint, service: TargetObject): object {
  const { port, path, interval, timeout, isHttps } = endpoint;
  return {
    port: port ?? service.spec?.ports?.[0]?.name,
    path,
    interval: interval && formatDuration(interval.toMilliseconds()),
    scrapeTimeout: timeout && formatDuration(timeout.toMilliseconds()),
    scheme: isHttps ? 'https' : undefined,
  };
}

function problems(
  service: IConstruct,
  endpoints: readonly MetricsEndpoint[],
): readonly (string | undefined)[] {
  const target = targetObject(service);
  if (target.problem !== undefined) return [`service: ${target.problem}`];
  const { path } = service.node;
  const { kind } = target.found;
  if (kind !== 'Service') return [`service: ${path} is a ${kind}, and not a Service`];
  const ports = target.found.spec?.ports ?? [];
  const names = ports.flatMap(({ name }) => (name === undefined ? [] : [name]));
  return [
    Object.keys(target.found.metadata?.labels ?? {}).length === 0
      ? `service: ${path} has no labels to find it by: add one with metadata.addLabel`
      : undefined,
    endpoints.length === 0 ? 'endpoints is empty: leave it out for /metrics on the only port' : undefined,
    ...endpoints.flatMap(({ port, interval, timeout }) => [
      portProblem(path, port, names, ports.length),
      interval && timeout && timeout.toMilliseconds() > interval.toMilliseconds()
        ? 'timeout is longer than interval'
        : undefined,
    ]),
  ];
}

function portProblem(
  path: string,
  port: string | undefined,
  names: readonly string[],
  count: number,
): string | undefined {
  if (port !== undefined) {
    return names.includes(port)
      ? undefined
      : `service: ${path} has no port named "${port}"; it has ${names.join(', ') || 'none with a name'}`;
  }
  if (count !== 1) return `service: ${path} has ${count} ports: say which`;
  return names.length === 0 ? `service: the port of ${path} has no name: give it one` : undefined;
}
