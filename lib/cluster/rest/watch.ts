/** Watches: events as lines of JSON, from a resourceVersion on (Kubernetes API concepts, "Efficient detection of
 * changes", "Streaming lists"). */
import type { KubernetesObject } from '../../objects/index.ts';
import type { Core } from '../core.ts';
import type { Reply } from '../http/exchange.ts';
import type { Accepted } from '../http/media-type.ts';
import { apiVersionOf } from '../resources/registry.ts';
import { tableOf } from '../resources/resource.ts';
import { ApiError } from '../status.ts';
import type { StoredEvent } from '../storage/storage.ts';
import {
  forbiddenOption,
  invalidResourceVersion,
  type ListRequest,
  objectFilter,
  tooLarge,
  wholeNumber,
} from './list.ts';
import { shapedText } from './render.ts';
import { isTrue } from './request-info.ts';

/** How often a watch that asks for bookmarks gets one, as with a real server. */
const BOOKMARK_INTERVAL_MS = 60_000;
const DEFAULT_TIMEOUT_SECONDS = 3600;

export interface WatchRequest extends ListRequest {
  readonly accepted: Accepted;
}

/** @throws ApiError 400, 422; a resourceVersion that is too old is told as an ERROR event, as the real server does */
export function watchObjects(core: Core, request: WatchRequest, reply: Reply): void {
  const { resource, namespace, query } = request;
  const table = tableOf(resource);
  const matches = objectFilter(query, resource);
  const options = watchOptions(query);
  const inScope = (object: KubernetesObject) =>
    (namespace === undefined || object.metadata.namespace === namespace) && matches(object);
  const { replay, listed, start } = startingPoint(core, request, options);
  const stream = reply.stream(200, 'application/json;stream=watch');
  const send = (type: string, objectText: string) =>
    stream.write(`{"type":"${type}","object":${objectText}}\n`);
  const sendObject = (type: string, object: KubernetesObject) =>
    send(type, shapedText(resource, object, request.accepted.shape, query.get('includeObject')));
  const bookmark = (annotations?: Readonly<Record<string, string>>) =>
    send('BOOKMARK', bookmarkText(request, core.storage.revision, annotations));
  const onEvent = (event: StoredEvent) => {
    const is = inScope(event.object);
    const was = event.previous !== undefined && inScope(event.previous);
    if (event.type === 'DELETED') {
      if (was) sendObject('DELETED', event.object);
    } else if (is) sendObject(was ? 'MODIFIED' : 'ADDED', event.object);
    else if (was) sendObject('DELETED', withVersion(event.previous!, event.resourceVersion)); // was says that there is one
  };
  if (start instanceof ApiError) {
    send('ERROR', JSON.stringify(start.toStatus()));
    stream.end();
    return;
  }
  for (const object of listed) if (inScope(object)) sendObject('ADDED', object);
  if (options.sendInitialEvents) bookmark({ 'k8s.io/initial-events-end': 'true' });
  for (const event of replay) onEvent(event);
  const unsubscribe = core.storage.subscribe(table, onEvent);
  const timers = [setTimeout(() => stream.end(), options.timeoutSeconds * 1000)];
  if (options.bookmarks) timers.push(setInterval(bookmark, BOOKMARK_INTERVAL_MS));
  for (const timer of timers) timer.unref();
  stream.onClose(() => {
    unsubscribe();
    for (const timer of timers) clearTimeout(timer);
  });
}

interface WatchOptions {
  readonly bookmarks: boolean;
  readonly sendInitialEvents: boolean | undefined;
  readonly resourceVersion: string;
  readonly timeoutSeconds: number;
}

function watchOptions(query: URLSearchParams): WatchOptions {
  const initial = query.get('sendInitialEvents');
  const match = query.get('resourceVersionMatch');
  if (initial !== null && match !== 'NotOlderThan') {
    throw forbiddenOption(
      'resourceVersionMatch',
      'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    );
  }
  if (initial === null && match !== null && match !== '') {
    throw forbiddenOption(
      'resourceVersionMatch',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
  return {
    bookmarks: isTrue(query.get('allowWatchBookmarks')),
    sendInitialEvents: initial === null ? undefined : isTrue(initial),
    resourceVersion: query.get('resourceVersion') ?? '',
    timeoutSeconds: wholeNumber(query.get('timeoutSeconds')) || DEFAULT_TIMEOUT_SECONDS,
  };
}

interface StartingPoint {
  /** Objects to send as ADDED first. */
  readonly listed: readonly KubernetesObject[];
  /** Past events to send then. */
  readonly replay: readonly StoredEvent[];
  readonly start: ApiError | undefined;
}

function startingPoint(core: Core, request: WatchRequest, options: WatchOptions): StartingPoint {
  const table = tableOf(request.resource);
  const fromNow = options.resourceVersion === '' || options.resourceVersion === '0';
  const wantsState = options.sendInitialEvents ?? fromNow;
  if (wantsState) return { listed: core.storage.list(table), replay: [], start: undefined };
  if (fromNow) return { listed: [], replay: [], start: undefined };
  const revision = Number(options.resourceVersion);
  if (!Number.isInteger(revision)) throw invalidResourceVersion(options.resourceVersion);
  try {
    if (revision > core.storage.revision) throw tooLarge(revision, core.storage.revision, request.resource);
    return { listed: [], replay: core.storage.eventsSince(revision, table), start: undefined };
  } catch (error) {
    if (error instanceof ApiError) return { listed: [], replay: [], start: error };
    throw error;
  }
}

function withVersion(object: KubernetesObject, resourceVersion: number): KubernetesObject {
  return { ...object, metadata: { ...object.metadata, resourceVersion: String(resourceVersion) } };
}

/** An object with nothing but a resourceVersion, of the kind that the watch sends. */
function bookmarkText(
  request: WatchRequest,
  revision: number,
  annotations: Readonly<Record<string, string>> | undefined,
): string {
  const { resource, accepted } = request;
  const isMetadata = accepted.shape === 'metadata';
  return JSON.stringify({
    kind: isMetadata ? 'PartialObjectMetadata' : resource.kind,
    apiVersion: isMetadata ? 'meta.k8s.io/v1' : apiVersionOf(resource),
    metadata: { resourceVersion: String(revision), ...(annotations && { annotations }) },
  });
}
