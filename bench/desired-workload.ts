/** The workload of bench/workload.ts as applications, the way a rendered commit would give them: keys and digests at hand,
 * content when it is asked for. */
import type {
  DesiredApplication,
  DesiredObject,
  JsonObject,
  KubernetesObject,
} from '../lib/objects/index.ts';
import { canonicalJson, DEFAULT_SETTINGS, digestOf, keyOf, objectPath } from '../lib/objects/index.ts';
import { makeWorkload } from './workload.ts';

/** Objects of one application. */
const OBJECTS_EACH = 1_000;

/** @param changed every so many objects has another label than without; none when absent */
export function desiredWorkload(
  set: string,
  objects: number,
  { changed }: { readonly changed?: number } = {},
): readonly DesiredApplication[] {
  const { objects: all } = makeWorkload(set, objects);
  const bodies = all.map(({ object }, index) => {
    const body = object as KubernetesObject; // the workload is made of objects
    return changed !== undefined && index % changed === 0 ? relabelled(body) : body;
  });
  const applications = Math.ceil(bodies.length / OBJECTS_EACH);
  return Array.from({ length: applications }, (_, number) =>
    application(`${set}-app-${number}`, bodies.slice(number * OBJECTS_EACH, (number + 1) * OBJECTS_EACH)),
  );
}

function relabelled(object: KubernetesObject): KubernetesObject {
  const { metadata } = object;
  return { ...object, metadata: { ...metadata, labels: { ...metadata.labels, release: 'next' } } };
}

function application(name: string, bodies: readonly KubernetesObject[]): DesiredApplication {
  const contents = new Map(bodies.map((body) => [desiredObject(name, body), body]));
  return {
    name,
    dependsOn: [],
    edges: [],
    objects: [...contents.keys()],
    load: async (objects) => objects.map((object) => contents.get(object)!),
  };
}

function desiredObject(application: string, body: KubernetesObject): DesiredObject {
  const key = keyOf(body);
  return {
    key,
    apiVersion: body.apiVersion,
    digest: digestOf(canonicalJson(body as JsonObject)),
    settings: DEFAULT_SETTINGS,
    path: objectPath(application, key),
  };
}
