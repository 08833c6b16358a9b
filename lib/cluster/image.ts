/** The API of a cluster that is only looked at: it holds what it is given, as it was elsewhere, uids and managedFields
 * included, and answers in this process, without a socket. Nothing happens in it by itself: no controllers, nothing
 * collected, no namespace that empties. */
import { randomUUID } from 'node:crypto';
import type { KubernetesObject } from '../objects/index.ts';
import { gvkOf } from '../objects/index.ts';
import { MASTERS } from './auth/user.ts';
import type { Core } from './core.ts';
import { DEFINITIONS, serveDefinition } from './crd/controller.ts';
import type { Reply } from './http/exchange.ts';
import { nodePortPool, serviceAddressPool } from './kinds/address-pool.ts';
import { rulesOf } from './kinds/index.ts';
import { ResourceRegistry, type ServedKind } from './resources/registry.ts';
import { type Resource, tableOf } from './resources/resource.ts';
import { route } from './rest/router.ts';
import { ApiError, badRequest, resourceNotFound } from './status.ts';
import { Storage } from './storage/storage.ts';
import { applyObject } from './writes/patch.ts';
import { readIn } from './writes/read-in.ts';

export interface ClusterContents {
  /** What the cluster serves: of a kind that neither Kubernetes nor a definition among the objects has, no schema is known.
   * Kubernetes' own kinds when absent. */
  readonly kinds?: readonly ServedKind[];
  /** Of kinds that are not served none is kept. */
  readonly objects: Iterable<KubernetesObject>;
}

export interface ImageRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface ImageAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ClusterImage {
  /** Answers as the server would answer its administrator; a watch is refused. */
  answer(request: ImageRequest): Promise<ImageAnswer>;
  /** Server-side apply without a request, as a manager that takes what others hold.
   * @throws ApiError as the server would answer */
  apply(object: KubernetesObject, manager: string): void;
}

export function clusterImage({ kinds, objects }: ClusterContents): ClusterImage {
  const core: Core = {
    storage: new Storage(),
    resources: new ResourceRegistry(),
    serviceAddresses: serviceAddressPool(),
    nodePorts: nodePortPool(),
    now: () => new Date(),
    newUid: randomUUID,
  };
  core.storage.subscribe(DEFINITIONS, (event) => serveDefinition(core, event));
  const others: KubernetesObject[] = [];
  for (const object of objects) {
    if (object.kind === 'CustomResourceDefinition') hold(core, object);
    else others.push(object);
  }
  if (kinds) core.resources.serveOnly(kinds);
  for (const object of others) hold(core, object);
  return {
    answer: (request) => answer(core, request),
    apply: (object, manager) => apply(core, object, manager),
  };
}

/** What it lacks by this version of Kubernetes it gets, and what this version does not know it loses, as on every read
 * from the store of a server: so that an apply of the same makes no difference. */
function hold(core: Core, object: KubernetesObject): void {
  const resource = core.resources.byKind(gvkOf(object));
  if (!resource) return;
  const held = decoded(resource, object);
  core.storage.restore(tableOf(resource), held);
  rulesOf(resource).held?.(held, core);
}

function decoded(resource: Resource, object: KubernetesObject): KubernetesObject {
  const context = {
    manager: '',
    dryRun: false,
    subresource: '',
    fieldValidation: 'Ignore',
    warn: () => undefined,
  } as const;
  try {
    return readIn(resource, structuredClone(object), context) as KubernetesObject; // it had a name
  } catch (error) {
    // What another version allowed is shown as it is.
    if (error instanceof ApiError) return object;
    throw error;
  }
}

function apply(core: Core, object: KubernetesObject, manager: string): void {
  const resource = core.resources.byKind(gvkOf(object));
  if (!resource) throw resourceNotFound();
  const { namespace = '', name } = object.metadata;
  const target = { resource, namespace: resource.namespaced ? namespace : '', name };
  const asked = { force: true, problems: [] };
  applyObject(core, target, object, asked, {
    manager,
    dryRun: false,
    subresource: '',
    fieldValidation: 'Warn',
    warn: () => undefined,
  });
}

function answer(core: Core, { method, path, headers, body }: ImageRequest): Promise<ImageAnswer> {
  return new Promise((resolve) => {
    const question = path.indexOf('?');
    const answered: Record<string, string> = {};
    const reply: Reply = {
      header(name, value) {
        const earlier = answered[name.toLowerCase()];
        answered[name.toLowerCase()] = earlier === undefined ? value : `${earlier}, ${value}`;
      },
      send: (status, contentType, text) =>
        resolve({ status, headers: { ...answered, 'content-type': contentType }, body: text }),
      stream: () => {
        throw badRequest('an image of a cluster cannot be watched: nothing happens in it');
      },
    };
    route(
      core,
      {
        method,
        path: decodeURIComponent(question < 0 ? path : path.slice(0, question)),
        query: new URLSearchParams(question < 0 ? '' : path.slice(question + 1)),
        headers: headers ?? {},
        user: { name: 'admin', groups: [MASTERS] },
        body: Buffer.from(body ?? ''),
      },
      reply,
    );
  });
}
