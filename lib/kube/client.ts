/** What the engine asks of a Kubernetes API server. The real client speaks HTTP/2 ({@link connect}); tests may
 * wrap it to inject faults. */
import type {
  GroupVersionKind,
  JsonValue,
  KubernetesObject,
  ObjectKey,
  ObjectMetadata,
} from '../objects/index.ts';

/** How a kind is served, from discovery. */
export interface ApiResource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  /** Lower-case plural, as it stands in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export interface RequestCounts {
  readonly total: number;
  /** By Kubernetes verb: get, list, watch, patch (apply included), create, update, delete, discovery, other. */
  readonly byVerb: Readonly<Record<string, number>>;
}

export interface ListOptions {
  /** All namespaces when absent. */
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** Objects a page; default 500. Pages are fetched until the end. */
  readonly limit?: number;
  /** The list is not older than this; the newest when absent. */
  readonly resourceVersion?: string;
  readonly signal?: AbortSignal;
}

export interface ListResult<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
}

/** A part of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  /** The moment that the list belongs to. */
  readonly resourceVersion: string;
  /** The server forgot the list (410), and it begins anew with this page: those before it do not count. */
  readonly isRestart: boolean;
}

export interface ApplyOptions {
  readonly fieldManager?: string;
  readonly force?: boolean;
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  /** Told each time that the server asks to come back later (429); the request is repeated then. */
  readonly onPushback?: () => void;
}

export interface DeleteOptions {
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly dryRun?: boolean;
  readonly signal?: AbortSignal;
  readonly onPushback?: () => void;
}

export type WatchEvent<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Everything up to this resourceVersion has been seen. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface WatchOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  readonly resourceVersion?: string;
  /** Called when the server has taken the watch, which may be long before the first event. */
  readonly onOpen?: () => void;
  readonly signal?: AbortSignal;
}

export interface KubeClient {
  /** URL of the API server. */
  readonly server: string;
  /** Name of the kubeconfig's context; empty when there is none. */
  readonly context: string;
  /** Requests sent since the client was made. A snapshot. */
  readonly requests: RequestCounts;

  /** How a kind is served. Discovery is read once (aggregated where the server offers it) and once more
   * when a kind is not found, so that a CRD that was just created is seen.
   * @throws KubeError code `UNKNOWN_KIND` */
  resource(gvk: GroupVersionKind): Promise<ApiResource>;
  /** Every preferred resource that can be listed. */
  resources(): Promise<readonly ApiResource[]>;
  /** Every kind in every version that is served, versions in their group's order of preference. */
  everyVersion(): Promise<readonly ApiResource[]>;
  version(): Promise<{ readonly gitVersion: string }>;

  /** undefined when there is no such object. */
  get(
    resource: ApiResource,
    key: Pick<ObjectKey, 'namespace' | 'name'>,
  ): Promise<KubernetesObject | undefined>;
  getMetadata(
    resource: ApiResource,
    key: Pick<ObjectKey, 'namespace' | 'name'>,
  ): Promise<ObjectMetadata | undefined>;
  list(resource: ApiResource, options?: ListOptions): Promise<ListResult<KubernetesObject>>;
  listMetadata(resource: ApiResource, options?: ListOptions): Promise<ListResult<ObjectMetadata>>;
  /** The same lists page by page, for who does not want to hold them whole. */
  pages(resource: ApiResource, options?: ListOptions): AsyncIterable<Page<KubernetesObject>>;
  metadataPages(resource: ApiResource, options?: ListOptions): AsyncIterable<Page<ObjectMetadata>>;

  /** One server-side apply PATCH. @throws KubeError `CONFLICT` (with `conflicts`), `INVALID`, `FORBIDDEN`, … */
  apply(object: KubernetesObject, options?: ApplyOptions): Promise<KubernetesObject>;
  /** The same, answered with the object's metadata alone: less to send and to read. */
  applyForMetadata(object: KubernetesObject, options?: ApplyOptions): Promise<ObjectMetadata>;
  create(object: KubernetesObject, options?: { readonly dryRun?: boolean }): Promise<KubernetesObject>;
  update(object: KubernetesObject): Promise<KubernetesObject>;
  patch(
    resource: ApiResource,
    key: Pick<ObjectKey, 'namespace' | 'name'>,
    patch: JsonValue,
    options: {
      readonly type: 'merge' | 'json' | 'strategic';
      readonly subresource?: string;
      readonly fieldManager?: string;
    },
  ): Promise<KubernetesObject>;
  /** Resolves with false when the object was not there. @throws KubeError `CONFLICT` when a precondition failed */
  delete(
    resource: ApiResource,
    key: Pick<ObjectKey, 'namespace' | 'name'>,
    options?: DeleteOptions,
  ): Promise<boolean>;

  /** One watch connection, as the server sends it; ends when the server closes it or the signal aborts.
   * @throws KubeError `GONE` (410) when the resourceVersion is too old */
  watch(resource: ApiResource, options?: WatchOptions): AsyncIterable<WatchEvent<KubernetesObject>>;
  watchMetadata(resource: ApiResource, options?: WatchOptions): AsyncIterable<WatchEvent<ObjectMetadata>>;

  /** A pod's log. */
  logs(pod: Pick<ObjectKey, 'namespace' | 'name'>, options?: PodLogOptions): Promise<string>;
  /** SelfSubjectAccessReview: may we? */
  can(verb: string, resource: ApiResource, namespace?: string): Promise<boolean>;

  /** Any other request, as it is (used by `doctor`, the tests and what is not listed here). */
  raw(request: RawRequest): Promise<RawResponse>;
  close(): Promise<void>;
}

export interface PodLogOptions {
  readonly container?: string;
  readonly tailLines?: number;
  /** At most so many bytes. */
  readonly limitBytes?: number;
  readonly previous?: boolean;
}

export interface RawRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

export interface RawResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
