import { compareText } from '../objects/index.ts';
import type { RouteBackend } from './route-backend.ts';

/** Changes of headers. */
export interface HeaderChanges {
  /**
   * Headers that take the place of others of the same name.
   *
   * @default - none
   */
  readonly set?: { [name: string]: string };

  /**
   * Headers that come beside others of the same name.
   *
   * @default - none
   */
  readonly add?: { [name: string]: string };

  /**
   * Headers that are taken away.
   *
   * @default - none
   */
  readonly remove?: string[];
}

/** Where clients are sent instead. */
export interface RedirectOptions {
  /**
   * `http` or `https`.
   *
   * @default - as the request
   */
  readonly scheme?: string;

  /**
   * The host.
   *
   * @default - as the request
   */
  readonly hostname?: string;

  /**
   * The port.
   *
   * @default - that of the scheme
   */
  readonly port?: number;

  /**
   * The path, whole.
   *
   * @default - as the request
   */
  readonly path?: string;

  /**
   * What takes the place of the matched path prefix. The rule must have exactly one match, of a path prefix.
   *
   * @default - as the request
   */
  readonly pathPrefix?: string;

  /**
   * The status code: 301, 302, 303, 307 or 308.
   *
   * @default 302
   */
  readonly statusCode?: number;
}

/** How a request is changed on its way. */
export interface RewriteOptions {
  /**
   * The host that the backend is to see.
   *
   * @default - as the request
   */
  readonly hostname?: string;

  /**
   * The path that the backend is to see, whole.
   *
   * @default - as the request
   */
  readonly path?: string;

  /**
   * What takes the place of the matched path prefix. The rule must have exactly one match, of a path prefix.
   *
   * @default - as the request
   */
  readonly pathPrefix?: string;
}

/** What a route does with a request beside sending it on. */
export class RouteFilter {
  /**
   * Changes headers of the request.
   *
   * @param changes The changes.
   */
  public static requestHeaders(changes: HeaderChanges): RouteFilter {
    return new RouteFilter('RequestHeaderModifier', () => headers(changes));
  }

  /**
   * Changes headers of the answer.
   *
   * @param changes The changes.
   */
  public static responseHeaders(changes: HeaderChanges): RouteFilter {
    return new RouteFilter('ResponseHeaderModifier', () => headers(changes));
  }

  /**
   * Sends clients somewhere else; the rule has no backends then. HTTP only.
   *
   * @param options Where to.
   */
  public static redirect(options: RedirectOptions): RouteFilter {
    const { scheme, hostname, port, statusCode } = options;
    const value = { scheme, hostname, port, statusCode, path: pathChange(options) };
    return new RouteFilter('RequestRedirect', () => value, options);
  }

  /**
   * Changes host or path of the request on its way to the backend. HTTP only.
   *
   * @param options The changes.
   */
  public static rewrite(options: RewriteOptions): RouteFilter {
    const value = { hostname: options.hostname, path: pathChange(options) };
    return new RouteFilter('URLRewrite', () => value, options);
  }

  /**
   * Sends a copy of each request to another backend, whose answers go nowhere.
   *
   * @param backend Where to.
   */
  public static mirror(backend: RouteBackend): RouteFilter {
    return new RouteFilter('RequestMirror', () => ({ backendRef: backend._reference() }));
  }

  /**
   * The type, as Gateway API names it.
   *
   * @internal
   */
  public readonly _type: FilterType;

  /**
   * Whether it changes the prefix that was matched.
   *
   * @internal
   */
  public readonly _replacesPrefix: boolean;

  private readonly value: () => object;
  private readonly paths: PathChange;

  private constructor(type: FilterType, value: () => object, paths: PathChange = {}) {
    this._type = type;
    this.value = value;
    this.paths = paths;
    this._replacesPrefix = paths.pathPrefix !== undefined;
  }

  /**
   * The filter, as Gateway API writes it.
   *
   * @internal
   */
  public _filter(): object {
    return { type: this._type, [FIELDS[this._type]]: this.value() };
  }

  /**
   * What Kubernetes would refuse in it.
   *
   * @internal
   */
  public _problem(): string | undefined {
    const { path, pathPrefix } = this.paths;
    return path !== undefined && pathPrefix !== undefined
      ? `filter ${this._type} has path and pathPrefix: leave one of them out`
      : undefined;
  }
}

type FilterType =
  | 'RequestHeaderModifier'
  | 'ResponseHeaderModifier'
  | 'RequestRedirect'
  | 'URLRewrite'
  | 'RequestMirror';

/** Type → the field that holds it. */
const FIELDS: Readonly<Record<FilterType, string>> = {
  RequestHeaderModifier: 'requestHeaderModifier',
  ResponseHeaderModifier: 'responseHeaderModifier',
  RequestRedirect: 'requestRedirect',
  URLRewrite: 'urlRewrite',
  RequestMirror: 'requestMirror',
};

interface PathChange {
  readonly path?: string;
  readonly pathPrefix?: string;
}

function pathChange({ path, pathPrefix }: PathChange): object | undefined {
  if (path !== undefined) return { type: 'ReplaceFullPath', replaceFullPath: path };
  if (pathPrefix !== undefined) return { type: 'ReplacePrefixMatch', replacePrefixMatch: pathPrefix };
  return undefined;
}

function headers({ set, add, remove }: HeaderChanges): object {
  return { set: pairs(set), add: pairs(add), remove: remove && [...remove] };
}

function pairs(values: { readonly [name: string]: string } | undefined): object[] | undefined {
  if (!values) return undefined;
  // Maps of some languages have no order of their own.
  return Object.entries(values)
    .sort(([a], [b]) => compareText(a, b))
    .map(([name, value]) => ({ name, value }));
}
