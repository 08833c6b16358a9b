/** What is wrong with a cluster after the engine was disturbed and then left in peace. */
import type { Program } from '../../lib/apply/testing/engine.ts';
import { Engine, keyText } from '../../lib/apply/testing/engine.ts';
import { connectWith, type KubeClient } from '../../lib/kube/index.ts';
import {
  formatKey,
  gvkOf,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  Label,
} from '../../lib/objects/index.ts';
import { formatGroupKind, InventoryMark, inventoryName, OUR_MARKS } from '../../lib/plan/index.ts';
import { APPROVALS, allOf, type Scenario } from './scenario.ts';
import type { Access } from './servers.ts';

/** Compares the cluster with the end of a scenario.
 * @returns sentences; none when all is as it shall be */
export async function findings(server: Access, scenario: Scenario): Promise<readonly string[]> {
  // One of its own: a client asks only once a second whether there are new kinds.
  const client = connectWith(server);
  try {
    return await findingsBy(client, scenario);
  } finally {
    await client.close();
  }
}

async function findingsBy(client: KubeClient, scenario: Scenario): Promise<readonly string[]> {
  const { environment, after } = scenario;
  const live = await readAll(client, scenario);
  const plan = await new Engine(client, environment).plan(after, { approvals: APPROVALS });
  return [
    ...Object.entries(after).flatMap(([name]) => wrongObjects(name, scenario, live)),
    ...wrongRemains(scenario, live),
    ...orphans(scenario, live),
    ...Object.keys(after).flatMap((name) => wrongInventory(name, scenario, live)),
    ...touchedBystanders(scenario, live),
    ...plan.errors.map((error) => `the next plan has an error: ${error.message}`),
    ...plan.changes.flatMap(({ action, key, because }) =>
      action === 'none' ? [] : [`the next plan would ${action} ${formatKey(key)}: ${because}`],
    ),
  ];
}

type Live = ReadonlyMap<string, KubernetesObject>;

/** Every object of the kinds of a scenario, in its namespaces; of kinds without namespaces, those in it by name. */
async function readAll(client: KubeClient, scenario: Scenario): Promise<Live> {
  const objects = [...allOf(scenario.before), ...allOf(scenario.after)];
  const namespaces = [
    ...new Set(objects.map(({ metadata }) => metadata.namespace).filter((name) => name !== undefined)),
  ];
  const kinds = new Map(objects.map((object) => [formatGroupKind(keyOf(object)), gvkOf(object)]));
  const lists = [...kinds.values()].map(async (gvk): Promise<readonly KubernetesObject[]> => {
    const resource = await client.resource(gvk);
    if (!resource.namespaced) {
      const labelSelector = Label.application;
      return (await client.list(resource, { labelSelector })).items;
    }
    const found = await Promise.all(namespaces.map((namespace) => client.list(resource, { namespace })));
    return found.flatMap(({ items }) => items);
  });
  return new Map((await Promise.all(lists)).flat().map((object) => [keyText(object), object]));
}

const objectsOf = (program: Program, application: string) => {
  const given = program[application] ?? [];
  return 'objects' in given ? given.objects : given;
};

function wrongObjects(application: string, scenario: Scenario, live: Live): readonly string[] {
  return objectsOf(scenario.after, application).flatMap((desired) => {
    const name = keyText(desired);
    const found = live.get(name);
    if (!found) return [`${name} is missing`];
    const different = difference(desired as unknown as JsonValue, found as unknown as JsonValue, ''); // objects are JSON
    const owner = found.metadata.labels?.[Label.application];
    const uid = scenario.uids.get(name);
    return [
      ...(different === undefined ? [] : [`${name} differs at ${different}`]),
      ...(owner === application ? [] : [`${name} belongs to ${owner}`]),
      ...(uid === undefined || uid === found.metadata.uid ? [] : [`${name} was deleted and made anew`]),
    ];
  });
}

/** Where the live object does not have what the program says. What the server adds is of no interest. */
function difference(desired: JsonValue, live: JsonValue | undefined, path: string): string | undefined {
  if (typeof desired !== 'object' || desired === null) return desired === live ? undefined : path;
  if (typeof live !== 'object' || live === null) return path;
  if (Array.isArray(desired) && (!Array.isArray(live) || live.length !== desired.length)) return path;
  for (const [name, value] of Object.entries(desired)) {
    // A list has its numbers as names.
    const below = difference(value, (live as Record<string, JsonValue>)[name], `${path}.${name}`);
    if (below !== undefined) return below;
  }
  return undefined;
}

function wrongRemains({ gone, detached, uids }: Scenario, live: Live): readonly string[] {
  const isMarked = ({ metadata }: KubernetesObject) =>
    OUR_MARKS.labels.some((name) => metadata.labels?.[name] !== undefined) ||
    OUR_MARKS.annotations.some((name) => metadata.annotations?.[name] !== undefined);
  return [
    ...gone.map(keyText).flatMap((name) => (live.has(name) ? [`${name} is still there`] : [])),
    ...detached.flatMap((object) => {
      const [name, found] = [keyText(object), live.get(keyText(object))];
      if (found?.metadata.uid !== uids.get(name)) return [`${name} was to stay, and went`];
      return isMarked(found!) ? [`${name} still has our marks`] : [];
    }),
  ];
}

/** What has our labels and is neither desired nor an inventory nor known not to be ours. */
function orphans(scenario: Scenario, live: Live): readonly string[] {
  const namespaces = new Set(allOf(scenario.after).map(({ metadata }) => metadata.namespace));
  const known = new Set([...allOf(scenario.after), ...scenario.bystanders, ...scenario.gone].map(keyText));
  const ids = new Set(
    inventoriesIn(scenario, live).map(({ metadata }) => metadata.labels?.[Label.applySetId]),
  );
  return [...live].flatMap(([name, { metadata }]) => {
    const { labels = {} } = metadata;
    if (known.has(name) || labels[Label.applySetId] !== undefined) return [];
    const isOurs = ids.has(labels[Label.partOf]);
    const isInside = metadata.namespace !== undefined && namespaces.has(metadata.namespace);
    return isOurs || (isInside && labels[Label.application] !== undefined) ? [`${name} is an orphan`] : [];
  });
}

function inventoriesIn({ environment }: Scenario, live: Live): readonly KubernetesObject[] {
  return [...live.values()].filter(
    ({ metadata }) => metadata.labels?.[InventoryMark.environment] === environment,
  );
}

function wrongInventory(application: string, scenario: Scenario, live: Live): readonly string[] {
  const own = inventoriesIn(scenario, live).filter(
    ({ metadata }) => metadata.labels?.[Label.application] === application,
  );
  const [inventory] = own;
  if (!inventory || own.length > 1) return [`${application} has ${own.length} inventories`];
  const { name, namespace, annotations = {} } = inventory.metadata;
  const objects = objectsOf(scenario.after, application).map(keyOf);
  const kinds = [...new Set(objects.map(formatGroupKind))].sort().join();
  const elsewhere = objects
    .map((key) => key.namespace)
    .filter((place) => place !== '' && place !== namespace);
  const namespaces = [...new Set(elsewhere)].sort().join();
  return [
    ...(name === inventoryName(scenario.environment, application)
      ? []
      : [`the inventory of ${application} is ${name}`]),
    ...(annotations[InventoryMark.groupKinds] === kinds
      ? []
      : [`the inventory of ${application} says ${annotations[InventoryMark.groupKinds]}`]),
    ...(annotations[InventoryMark.additionalNamespaces] === namespaces
      ? []
      : [
          `the inventory of ${application} has namespaces ${annotations[InventoryMark.additionalNamespaces]}`,
        ]),
  ];
}

function touchedBystanders({ bystanders }: Scenario, live: Live): readonly string[] {
  return bystanders.flatMap((before) => {
    const [name, now] = [keyText(before), live.get(keyText(before))];
    if (!now) return [`${name}, which is not ours, was deleted`];
    const isSame =
      now.metadata.uid === before.metadata.uid &&
      now.metadata.resourceVersion === before.metadata.resourceVersion;
    return isSame ? [] : [`${name}, which is not ours, was changed`];
  });
}
