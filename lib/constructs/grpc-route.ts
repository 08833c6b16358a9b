import { ApiObject, type ApiObjectMetadata, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import type { GatewayReference } from './gateway-reference.ts';
import type { RouteBackend } from './route-backend.ts';
import type { RouteFilter } from './route-filter.ts';
import { hostnameProblems, namedMatches, type TextMatch, tooMany } from './route-match.ts';
import { addCheck } from './target.ts';

/** Calls that a rule is for: those that all of it is true of. */
export interface GrpcRouteMatch {
  /**
   * The service, with its package: `shop.v1.Orders`.
   *
   * @default - any
   */
  readonly service?: string;

  /**
   * The method.
   *
   * @default - any
   */
  readonly method?: string;

  /**
   * Headers.
   *
   * @default - any
   */
  readonly headers?: { [name: string]: TextMatch };
}

/** What is done with some calls. */
export interface GrpcRouteRule {
  /**
   * Which calls: those that one of these is true of.
   *
   * @default - all
   */
  readonly matches?: GrpcRouteMatch[];

  /** Where they are sent. */
  readonly backends: RouteBackend[];

  /**
   * What else is done with them: changes of headers and mirrors.
   *
   * @default - nothing
   */
  readonly filters?: RouteFilter[];
}

/** Properties of a GrpcRoute. */
export interface GrpcRouteProps {
  /** The gateways that it is served by. */
  readonly gateways: GatewayReference[];

  /**
   * The hosts that it is for; `*.example.com` is all below one.
   *
   * @default - all of the gateways' listeners
   */
  readonly hostnames?: string[];

  /** What is done with calls. */
  readonly rules: GrpcRouteRule[];

  /**
   * Name, labels and annotations.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/** Sends gRPC calls from gateways to services (gateway.networking.k8s.io/v1). */
export class GrpcRoute extends ApiObject {
  /**
   * Declares a route.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props Which calls, and where to.
   */
  constructor(scope: Construct, id: string, props: GrpcRouteProps) {
    const { gateways, hostnames = [], rules } = props;
    super(scope, id, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'GRPCRoute',
      ...(props.metadata && { metadata: props.metadata }),
      spec: {
        parentRefs: gateways.map((gateway) => gateway._reference()),
        hostnames: hostnames.length > 0 ? [...hostnames] : undefined,
        rules: Lazy.any({ produce: () => rules.map(rendered) }),
      },
    });
    addCheck(this, () => [
      gateways.length === 0 ? 'gateways is empty: name one that it is served by' : undefined,
      ...tooMany('gateways', gateways.length, 32),
      ...hostnameProblems(hostnames),
      rules.length === 0 ? 'rules is empty: say where calls are sent' : undefined,
      ...tooMany('rules', rules.length, 16),
      ...rules.flatMap((rule, index) => ruleProblems(rule).map((problem) => `rules[${index}]: ${problem}`)),
    ]);
  }
}

function rendered({ matches, backends, filters }: GrpcRouteRule): object {
  return {
    matches: matches?.map(({ service, method, headers }) => ({
      method: service !== undefined || method !== undefined ? { type: 'Exact', service, method } : undefined,
      headers: namedMatches(headers),
    })),
    filters: filters?.map((filter) => filter._filter()),
    backendRefs: backends.flatMap((backend) => backend._reference() ?? []),
  };
}

/** Filters that only requests of HTTP know. */
const HTTP_ONLY = new Set<string>(['RequestRedirect', 'URLRewrite']);

function ruleProblems({ matches = [], backends, filters = [] }: GrpcRouteRule): readonly string[] {
  return [
    ...matches.flatMap(({ service, method }) => [
      service === undefined || /^\.?[a-z_]\w*(\.[a-z_]\w*)*$/i.test(service)
        ? undefined
        : `service "${service}" is no name of a gRPC service`,
      method === undefined || /^[a-z_]\w*$/i.test(method)
        ? undefined
        : `method "${method}" is no name of a gRPC method`,
    ]),
    backends.length === 0 ? 'it sends calls nowhere: give backends' : undefined,
    ...backends.map((backend) => backend._problem()),
    ...filters
      .filter(({ _type }) => HTTP_ONLY.has(_type))
      .map(({ _type }) => `filter ${_type} is for HTTP only`),
    ...tooMany('matches', matches.length, 64),
    ...tooMany('filters', filters.length, 16),
    ...tooMany('backends', backends.length, 16),
  ].filter((problem) => problem !== undefined);
}
