import { ApiObject, type ApiObjectMetadata, type Duration, Lazy } from 'cdk8s';
import type { Construct } from 'constructs';
import { formatDuration } from '../objects/index.ts';
import type { GatewayReference } from './gateway-reference.ts';
import type { RouteBackend } from './route-backend.ts';
import type { RouteFilter } from './route-filter.ts';
import { hostnameProblems, namedMatches, type TextMatch, tooMany } from './route-match.ts';
import { addCheck } from './target.ts';

/** Paths that a rule is for. */
export class PathMatch {
  /**
   * All paths below one: `/api` is for `/api` and `/api/orders`, and not for `/apis`.
   *
   * @param path Begins with `/`.
   */
  public static prefix(path: string): PathMatch {
    return new PathMatch('PathPrefix', path);
  }

  /**
   * One path.
   *
   * @param path Begins with `/`.
   */
  public static exact(path: string): PathMatch {
    return new PathMatch('Exact', path);
  }

  /**
   * What a regular expression describes, in the dialect of the gateway's implementation.
   *
   * @param expression The expression.
   */
  public static matching(expression: string): PathMatch {
    return new PathMatch('RegularExpression', expression);
  }

  /**
   * `PathPrefix`, `Exact` or `RegularExpression`.
   *
   * @internal
   */
  public readonly _type: string;

  /** The path, or the expression. */
  public readonly value: string;

  private constructor(type: string, value: string) {
    this._type = type;
    this.value = value;
  }
}

/** Requests that a rule is for: those that all of it is true of. */
export interface HttpRouteMatch {
  /**
   * The path.
   *
   * @default - any
   */
  readonly path?: PathMatch;

  /**
   * The method: `GET`, `POST`, …
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

  /**
   * Query parameters.
   *
   * @default - any
   */
  readonly queryParameters?: { [name: string]: TextMatch };
}

/** What is done with some requests. */
export interface HttpRouteRule {
  /**
   * Which requests: those that one of these is true of.
   *
   * @default - all
   */
  readonly matches?: HttpRouteMatch[];

  /**
   * Where they are sent.
   *
   * @default - nowhere: a filter redirects them
   */
  readonly backends?: RouteBackend[];

  /**
   * What else is done with them.
   *
   * @default - nothing
   */
  readonly filters?: RouteFilter[];

  /**
   * How long the client waits for the answer.
   *
   * @default - as the gateway is set up
   */
  readonly timeout?: Duration;

  /**
   * How long one try of a backend may take. Not longer than `timeout`.
   *
   * @default - as the gateway is set up
   */
  readonly backendTimeout?: Duration;
}

/** Properties of an HttpRoute. */
export interface HttpRouteProps {
  /** The gateways that it is served by. */
  readonly gateways: GatewayReference[];

  /**
   * The hosts that it is for; `*.example.com` is all below one.
   *
   * @default - all of the gateways' listeners
   */
  readonly hostnames?: string[];

  /** What is done with requests. */
  readonly rules: HttpRouteRule[];

  /**
   * Name, labels and annotations.
   *
   * @default - named after its place in the application
   */
  readonly metadata?: ApiObjectMetadata;
}

/** Sends HTTP requests from gateways to services (gateway.networking.k8s.io/v1). */
export class HttpRoute extends ApiObject {
  /**
   * Declares a route.
   *
   * @param scope An Application, or a construct inside one.
   * @param id Its name in the scope.
   * @param props Which requests, and where to.
   */
  constructor(scope: Construct, id: string, props: HttpRouteProps) {
    const { gateways, hostnames = [], rules } = props;
    super(scope, id, {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
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
      rules.length === 0 ? 'rules is empty: say where requests are sent' : undefined,
      ...tooMany('rules', rules.length, 16),
      ...tooMany(
        'the matches of all rules',
        sum(rules, ({ matches }) => matches),
        128,
      ),
      ...rules.flatMap((rule, index) => ruleProblems(rule).map((problem) => `rules[${index}]: ${problem}`)),
    ]);
  }
}

function rendered({ matches, backends, filters, timeout, backendTimeout }: HttpRouteRule): object {
  return {
    matches: matches?.map(({ path, method, headers, queryParameters }) => ({
      path: path && { type: path._type, value: path.value },
      method,
      headers: namedMatches(headers),
      queryParams: namedMatches(queryParameters),
    })),
    filters: filters?.map((filter) => filter._filter()),
    backendRefs: backends?.flatMap((backend) => backend._reference() ?? []),
    timeouts:
      timeout || backendTimeout
        ? {
            request: timeout && formatDuration(timeout.toMilliseconds()),
            backendRequest: backendTimeout && formatDuration(backendTimeout.toMilliseconds()),
          }
        : undefined,
  };
}

const METHODS = new Set('GET HEAD POST PUT DELETE CONNECT OPTIONS TRACE PATCH'.split(' '));

/** The rules of the CRD of Gateway API 1.2 for one rule of a route, and its bounds. */
function ruleProblems(rule: HttpRouteRule): readonly string[] {
  const { matches = [], backends = [], filters = [], timeout, backendTimeout } = rule;
  const types = filters.map(({ _type }) => _type);
  const isRedirect = types.includes('RequestRedirect');
  const repeated = types.filter((type, at) => type !== 'RequestMirror' && types.indexOf(type) !== at);
  const [only] = matches;
  const isOnePrefix = matches.length === 1 && (only?.path?._type ?? 'PathPrefix') === 'PathPrefix';
  return [
    ...matches.flatMap(matchProblems),
    ...backends.map((backend) => backend._problem()),
    ...filters.map((filter) => filter._problem()),
    isRedirect && backends.length > 0 ? 'it redirects, and has backends: leave one of them out' : undefined,
    isRedirect && types.includes('URLRewrite')
      ? 'it redirects and rewrites: leave one of them out'
      : undefined,
    !isRedirect && backends.length === 0
      ? 'it sends requests nowhere: give backends, or a redirect'
      : undefined,
    ...repeated.map((type) => `filter ${type} is there more than once`),
    filters.some(({ _replacesPrefix }) => _replacesPrefix) && !isOnePrefix
      ? 'a filter changes the path prefix: the rule must have exactly one match, of a path prefix'
      : undefined,
    timeout && backendTimeout && isLonger(backendTimeout, timeout)
      ? 'backendTimeout is longer than timeout'
      : undefined,
    ...tooMany('matches', matches.length, 64),
    ...tooMany('filters', filters.length, 16),
    ...tooMany('backends', backends.length, 16),
  ].filter((problem) => problem !== undefined);
}

function matchProblems({ path, method }: HttpRouteMatch): readonly (string | undefined)[] {
  return [
    path && path._type !== 'RegularExpression' ? pathProblem(path.value) : undefined,
    method !== undefined && !METHODS.has(method) ? `method "${method}" is none of HTTP` : undefined,
  ];
}

function pathProblem(path: string): string | undefined {
  if (!path.startsWith('/')) return `path "${path}" does not begin with "/"`;
  if (path.length > 1024) return `a path has ${path.length} characters: 1024 is the most`;
  if (/\/\/|\/\.{1,2}(\/|$)|%2f|#/i.test(path)) {
    return `path "${path}" has "//", "/./", "/../", "%2f" or "#" in it`;
  }
  return /^(?:[-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+$/.test(path)
    ? undefined
    : `path "${path}" has characters that no path has`;
}

/** No limit is written as zero. */
function isLonger(a: Duration, b: Duration): boolean {
  return b.toMilliseconds() > 0 && a.toMilliseconds() > b.toMilliseconds();
}

function sum(
  rules: readonly HttpRouteRule[],
  of: (rule: HttpRouteRule) => readonly object[] | undefined,
): number {
  return rules.reduce((total, rule) => total + (of(rule)?.length ?? 0), 0);
}
