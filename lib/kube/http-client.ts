import type { Readable } from 'node:stream';
import type {
  GroupVersionKind,
  JsonObject,
  JsonValue,
  KubernetesObject,
  ObjectMetadata,
} from '../objects/index.ts';
import { FIELD_MANAGER, gvkOf, keyOf } from '../objects/index.ts';
import type {
  ApiResource,
  ApplyOptions,
  DeleteOptions,
  KubeClient,
  ListOptions,
  ListResult,
  Page,
  PodLogOptions,
  RawRequest,
  RawResponse,
  RequestCounts,
  WatchEvent,
  WatchOptions,
} from './client.ts';
import type { Clock } from './clock.ts';
import { connectionLost } from './connection-errors.ts';
import type { Discovery } from './discovery.ts';
import { discovery } from './discovery.ts';
import type { Endpoint } from './endpoint.ts';
import { KubeError } from './errors.ts';
import type { ListPage, PageQuery } from './list.ts';
import { listAll, listPages } from './list.ts';
import { parseBody } from './parse-body.ts';
import { collectionPath, objectPath, withQuery } from './paths.ts';
import type { PartialMetadata } from './protobuf/index.ts';
import { FieldSets, PROTOBUF_TYPE, readMetadata, readMetadataList } from './protobuf/index.ts';
import type { Request, Response, Send, Verb } from './request.ts';
import type { Name } from './shapes.ts';
import { fullKey, metadataOf, nameOf, typeOf } from './shapes.ts';
import type { Attempt } from './status.ts';
import { statusError } from './status.ts';
import { watchEvents } from './watch-stream.ts';

const JSON_TYPE = 'application/json';
// Content negotiation of metadata alone: Kubernetes API concepts, "Metadata-only fetches". API servers beside the main one
// may not have it in protobuf.
const PARTIAL = 'as=PartialObjectMetadata;g=meta.k8s.io;v=v1';
const METADATA = `${PROTOBUF_TYPE};${PARTIAL},${JSON_TYPE};${PARTIAL}`;
const PARTIAL_LIST = 'as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';
const METADATA_LIST = `${PROTOBUF_TYPE};${PARTIAL_LIST},${JSON_TYPE};${PARTIAL_LIST}`;
const PATCH_TYPES = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;
/** The server ends a watch after this time, spread so that watches do not all come back at once. */
const WATCH_SECONDS = 600;
/** A watch that is this many times as old as it may get is given up. */
const OVERDUE = 1.5;

export interface HttpClientParts {
  readonly endpoint: Endpoint;
  readonly send: Send;
  readonly counts: () => RequestCounts;
  readonly clock: Clock;
  /** Default 600. */
  readonly watchSeconds?: number | undefined;
  readonly close: () => void;
}

/** {@link KubeClient} over HTTP: turns calls into requests, and answers into objects and errors. */
export class HttpKubeClient implements KubeClient {
  readonly server: string;
  readonly context: string;
  readonly #parts: HttpClientParts;
  readonly #discovery: Discovery;
  readonly #prefix: string;
  readonly #fieldSets = new FieldSets();

  constructor(parts: HttpClientParts) {
    this.#parts = parts;
    this.server = parts.endpoint.url.href.replace(/\/$/, '');
    this.context = parts.endpoint.context;
    this.#prefix = parts.endpoint.url.pathname.replace(/\/$/, '');
    this.#discovery = discovery(
      (path, accept) => this.#json({ verb: 'discovery', path, accept }, { doing: 'read what is served' }),
      this.server,
      parts.clock,
    );
  }

  get #metadata(): Form<PartialMetadata> {
    return { accept: METADATA, readBytes: (bytes) => readMetadata(bytes, this.#fieldSets) };
  }

  get #metadataList(): Form<ListPage<PartialMetadata>> {
    return { accept: METADATA_LIST, readBytes: (bytes) => readMetadataList(bytes, this.#fieldSets) };
  }

  get requests(): RequestCounts {
    return this.#parts.counts();
  }

  resource(gvk: GroupVersionKind): Promise<ApiResource> {
    return this.#discovery.resource(gvk);
  }

  resources(): Promise<readonly ApiResource[]> {
    return this.#discovery.preferred();
  }

  everyVersion(): Promise<readonly ApiResource[]> {
    return this.#discovery.everyVersion();
  }

  version(): Promise<{ readonly gitVersion: string }> {
    return this.#json({ verb: 'other', path: '/version' }, { doing: 'read the version' });
  }

  get(resource: ApiResource, key: Name): Promise<KubernetesObject | undefined> {
    return this.#getOne<KubernetesObject>(resource, key, WHOLE);
  }

  async getMetadata(resource: ApiResource, key: Name): Promise<ObjectMetadata | undefined> {
    const object = await this.#getOne<PartialMetadata>(resource, key, this.#metadata);
    return object && metadataOf(resource, object);
  }

  list(resource: ApiResource, options: ListOptions = {}): Promise<ListResult<KubernetesObject>> {
    return listAll(options, withType(resource), this.#pageOf<KubernetesObject>(resource, options, WHOLE));
  }

  listMetadata(resource: ApiResource, options: ListOptions = {}): Promise<ListResult<ObjectMetadata>> {
    return listAll(options, metadataReader(resource), this.#pageOf(resource, options, this.#metadataList));
  }

  pages(resource: ApiResource, options: ListOptions = {}): AsyncIterable<Page<KubernetesObject>> {
    return listPages(options, withType(resource), this.#pageOf<KubernetesObject>(resource, options, WHOLE));
  }

  metadataPages(resource: ApiResource, options: ListOptions = {}): AsyncIterable<Page<ObjectMetadata>> {
    return listPages(options, metadataReader(resource), this.#pageOf(resource, options, this.#metadataList));
  }

  async apply(object: KubernetesObject, options: ApplyOptions = {}): Promise<KubernetesObject> {
    return this.#apply<KubernetesObject>(await this.#resourceOf(object), object, options, WHOLE);
  }

  async applyForMetadata(object: KubernetesObject, options: ApplyOptions = {}): Promise<ObjectMetadata> {
    const resource = await this.#resourceOf(object);
    return metadataOf(resource, await this.#apply(resource, object, options, this.#metadata));
  }

  async create(
    object: KubernetesObject,
    options: { readonly dryRun?: boolean } = {},
  ): Promise<KubernetesObject> {
    const resource = await this.#resourceOf(object);
    const { namespace } = nameOf(resource, object);
    const path = withQuery(collectionPath(resource, namespace), {
      fieldManager: FIELD_MANAGER,
      dryRun: dryRun(options),
    });
    const created = await this.#json<KubernetesObject>(
      { verb: 'create', method: 'POST', path, body: JSON.stringify(object), type: JSON_TYPE },
      { doing: 'create', key: keyOf(object) },
    );
    if (!options.dryRun) this.#noteDefinition(created);
    return created;
  }

  async update(object: KubernetesObject): Promise<KubernetesObject> {
    const resource = await this.#resourceOf(object);
    const path = withQuery(objectPath(resource, nameOf(resource, object)), { fieldManager: FIELD_MANAGER });
    return this.#json(
      { verb: 'update', method: 'PUT', path, body: JSON.stringify(object), type: JSON_TYPE },
      { doing: 'update', key: keyOf(object) },
    );
  }

  patch(
    resource: ApiResource,
    key: Name,
    patch: JsonValue,
    options: {
      readonly type: 'merge' | 'json' | 'strategic';
      readonly subresource?: string;
      readonly fieldManager?: string;
    },
  ): Promise<KubernetesObject> {
    const path = withQuery(objectPath(resource, key, options.subresource), {
      fieldManager: options.fieldManager ?? FIELD_MANAGER,
    });
    return this.#json(
      {
        verb: 'patch',
        method: 'PATCH',
        path,
        body: JSON.stringify(patch),
        type: PATCH_TYPES[options.type],
        // Once it is done, the version is another one, and a second try is refused as a conflict.
        repeatable: options.type === 'merge' && namesVersion(patch),
      },
      { doing: 'patch', key: fullKey(resource, key) },
    );
  }

  async delete(resource: ApiResource, key: Name, options: DeleteOptions = {}): Promise<boolean> {
    const { uid, resourceVersion } = options;
    const body = {
      apiVersion: 'v1',
      kind: 'DeleteOptions',
      propagationPolicy: options.propagation ?? 'Background',
      ...((uid !== undefined || resourceVersion !== undefined) && {
        preconditions: { uid, resourceVersion },
      }),
      ...(options.dryRun && { dryRun: ['All'] }),
    };
    const attempt = { doing: 'delete', key: fullKey(resource, key) };
    const response = await this.#send({
      verb: 'delete',
      method: 'DELETE',
      path: objectPath(resource, key),
      body: JSON.stringify(body),
      type: JSON_TYPE,
      // With the UID given, a second try cannot hit a successor of the same name.
      repeatable: uid !== undefined || options.dryRun === true,
      signal: options.signal,
      onPushback: options.onPushback,
    });
    if (response.status === 404) return false;
    this.#ensureSuccess(response, attempt);
    return true;
  }

  async *watch(
    resource: ApiResource,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<KubernetesObject>> {
    yield* this.#watch(resource, options, JSON_TYPE, (object) => object);
  }

  async *watchMetadata(
    resource: ApiResource,
    options: WatchOptions = {},
  ): AsyncGenerator<WatchEvent<ObjectMetadata>> {
    yield* this.#watch(resource, options, `${JSON_TYPE};${PARTIAL}`, (object) =>
      metadataOf(resource, object),
    );
  }

  async logs(pod: Name, options: PodLogOptions = {}): Promise<string> {
    const path = `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log`;
    const response = await this.#send({ verb: 'get', path: withQuery(path, { ...options }), accept: '*/*' });
    this.#ensureSuccess(response, {
      doing: 'read the log of',
      key: { group: '', kind: 'Pod', namespace: pod.namespace, name: pod.name },
    });
    return response.body;
  }

  async can(verb: string, resource: ApiResource, namespace?: string): Promise<boolean> {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb,
          group: resource.group,
          version: resource.version,
          resource: resource.plural,
          ...(namespace !== undefined && { namespace }),
        },
      },
    };
    const answer = await this.#json<{ readonly status?: { readonly allowed?: boolean } }>(
      {
        verb: 'create',
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: JSON.stringify(review),
        type: JSON_TYPE,
        // A review is answered and not kept.
        repeatable: true,
      },
      { doing: `find out whether ${verb} of ${resource.plural} is allowed` },
    );
    return answer.status?.allowed === true;
  }

  async raw(request: RawRequest): Promise<RawResponse> {
    const response = await this.#parts.send({
      verb: 'other',
      method: request.method,
      path: this.#prefix + request.path,
      headers: { accept: JSON_TYPE, ...lowerCased(request.headers) },
      repeatable: request.method === 'GET',
      signal: request.signal,
      ...(request.body !== undefined && { body: request.body }),
    });
    return { status: response.status, headers: flat(response.headers), body: response.body };
  }

  close(): Promise<void> {
    this.#parts.close();
    return Promise.resolve();
  }

  async #apply<T>(
    resource: ApiResource,
    object: KubernetesObject,
    options: ApplyOptions,
    { accept, readBytes }: Form<T>,
  ): Promise<T> {
    const path = withQuery(objectPath(resource, nameOf(resource, object)), {
      fieldManager: options.fieldManager ?? FIELD_MANAGER,
      force: options.force,
      dryRun: dryRun(options),
    });
    const applied = await this.#json<T>(
      {
        verb: 'patch',
        method: 'PATCH',
        path,
        body: JSON.stringify(object),
        type: 'application/apply-patch+yaml',
        accept,
        // Applying the same again is the same.
        repeatable: true,
        signal: options.signal,
        onPushback: options.onPushback,
      },
      { doing: 'apply', key: keyOf(object) },
      readBytes,
    );
    if (!options.dryRun) this.#noteDefinition(object);
    return applied;
  }

  async #getOne<T>(resource: ApiResource, key: Name, { accept, readBytes }: Form<T>): Promise<T | undefined> {
    const attempt = this.#attempt({ doing: 'get', key: fullKey(resource, key) });
    const response = await this.#send({ verb: 'get', path: objectPath(resource, key), accept });
    if (response.status === 404) return undefined;
    this.#ensureSuccess(response, attempt);
    return parseBody(response, attempt, readBytes);
  }

  #pageOf<T>(
    resource: ApiResource,
    { namespace, signal }: ListOptions,
    { accept, readBytes }: Form<ListPage<T>>,
  ) {
    return (query: PageQuery): Promise<ListPage<T>> =>
      this.#json(
        {
          verb: 'list',
          path: withQuery(collectionPath(resource, namespace), query),
          accept,
          signal,
          compressed: true,
        },
        { doing: `list ${resource.plural}` },
        readBytes,
      );
  }

  async *#watch<T>(
    resource: ApiResource,
    options: WatchOptions,
    accept: string,
    read: (object: KubernetesObject) => T,
  ): AsyncGenerator<WatchEvent<T>> {
    const attempt = this.#attempt({ doing: `watch ${resource.plural}` });
    const most = this.#parts.watchSeconds ?? WATCH_SECONDS;
    const timeoutSeconds = Math.max(1, Math.round((most / 2) * (1 + this.#parts.clock.random())));
    // A server that has gone silent ends nothing. Where it is not asked by pings (HTTP/1.1), or somebody on the way
    // answers them, only the time tells.
    const overdue = AbortSignal.timeout(timeoutSeconds * OVERDUE * 1000);
    const signal = options.signal ? AbortSignal.any([options.signal, overdue]) : overdue;
    const path = withQuery(collectionPath(resource, options.namespace), {
      watch: true,
      allowWatchBookmarks: true,
      labelSelector: options.labelSelector,
      fieldSelector: options.fieldSelector,
      resourceVersion: options.resourceVersion,
      timeoutSeconds,
    });
    let body: Readable | undefined;
    try {
      const response = await this.#send({ verb: 'watch', path, accept, stream: true, signal });
      const { stream } = response;
      if (!stream) throw statusError(response, attempt);
      body = stream.body;
      options.onOpen?.();
      yield* watchEvents(stream.body, attempt, read);
      if (!stream.isComplete()) throw new Error('the watch was cut off');
    } catch (error) {
      options.signal?.throwIfAborted();
      const cause = overdue.aborted
        ? new Error('the server did not end the watch when it should have')
        : error;
      throw cause instanceof KubeError ? cause : connectionLost(cause, this.#parts.endpoint, true);
    } finally {
      body?.destroy();
    }
  }

  async #json<T>(call: Call, attempt: Omit<Attempt, 'server'>, readBytes?: Form<T>['readBytes']): Promise<T> {
    const response = await this.#send(call);
    const full = this.#attempt(attempt);
    this.#ensureSuccess(response, full);
    return parseBody<T>(response, full, readBytes);
  }

  #send(call: Call): Promise<Response> {
    const method = call.method ?? 'GET';
    const headers: Record<string, string> = { accept: call.accept ?? JSON_TYPE };
    if (call.type !== undefined) headers['content-type'] = call.type;
    if (call.compressed && !this.#parts.endpoint.uncompressed) headers['accept-encoding'] = 'gzip';
    return this.#parts.send({
      verb: call.verb,
      method,
      path: this.#prefix + call.path,
      headers,
      repeatable: call.repeatable ?? method === 'GET',
      ...(call.signal && { signal: call.signal }),
      ...(call.stream && { stream: true }),
      ...(call.onPushback && { onPushback: call.onPushback }),
      ...(call.body !== undefined && { body: call.body }),
    } satisfies Request);
  }

  #ensureSuccess(response: Response, attempt: Omit<Attempt, 'server'>): void {
    if (response.status >= 300) throw statusError(response, this.#attempt(attempt));
  }

  #attempt(attempt: Omit<Attempt, 'server'>): Attempt {
    return { ...attempt, server: this.server };
  }

  async #resourceOf(object: KubernetesObject): Promise<ApiResource> {
    try {
      return await this.#discovery.resource(gvkOf(object));
    } catch (error) {
      if (!(error instanceof KubeError) || error.code !== 'UNKNOWN_KIND') throw error;
      throw new KubeError(error.message, {
        code: 'UNKNOWN_KIND',
        family: error.family,
        key: keyOf(object),
        ...(error.hint !== undefined && { hint: error.hint }),
      });
    }
  }

  /** A definition that was written adds kinds, some moments later. */
  #noteDefinition(object: KubernetesObject): void {
    if (object.kind !== 'CustomResourceDefinition' && object.kind !== 'APIService') return;
    const group: unknown = object.spec?.group;
    if (typeof group === 'string') this.#discovery.expectKinds(group);
  }
}

/** How an answer is asked for, and read where it comes as bytes. */
interface Form<T> {
  readonly accept: string;
  readonly readBytes?: (bytes: Buffer) => T;
}

const WHOLE = { accept: JSON_TYPE };

interface Call {
  readonly verb: Verb;
  readonly path: string;
  readonly method?: string;
  readonly accept?: string;
  readonly type?: string;
  readonly body?: string;
  readonly repeatable?: boolean;
  readonly compressed?: boolean;
  readonly stream?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onPushback?: (() => void) | undefined;
}

function namesVersion(patch: JsonValue): boolean {
  const metadata = isObject(patch) ? patch.metadata : undefined;
  return (
    isObject(metadata) && typeof metadata.resourceVersion === 'string' && metadata.resourceVersion !== ''
  );
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const withType = (resource: ApiResource) => {
  const type = typeOf(resource);
  return (item: KubernetesObject): KubernetesObject => ({ ...item, ...type });
};

const metadataReader = (resource: ApiResource) => (item: PartialMetadata) => metadataOf(resource, item);

function dryRun(options: { readonly dryRun?: boolean }): 'All' | undefined {
  return options.dryRun ? 'All' : undefined;
}

function lowerCased(headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function flat(headers: Response['headers']): Record<string, string> {
  const entries: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':')) continue;
    entries.push([name, typeof value === 'string' ? value : String(value)]);
  }
  return Object.fromEntries(entries);
}
