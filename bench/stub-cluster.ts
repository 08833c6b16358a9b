/** A cluster that is only remembered: answers what planning asks, from memory, with nothing in between. What a plan costs
 * on it is the cost of planning. */

import { applyPatch, builtInOpenApi, schemaFromOpenApi } from '../lib/fields/index.ts';
import type { ApiResource, KubeClient } from '../lib/kube/index.ts';
import type {
  DesiredApplication,
  KubernetesObject,
  ObjectKey,
  ObjectMetadata,
} from '../lib/objects/index.ts';
import { FIELD_MANAGER, formatKey, keyOf, Label } from '../lib/objects/index.ts';
import {
  InventoryMark,
  inventoryName,
  marked,
  planApplications,
  TOOLING,
  withRecord,
} from '../lib/plan/index.ts';

const RESOURCES: readonly ApiResource[] = [
  resource('', 'v1', 'Namespace', 'namespaces', false),
  resource('', 'v1', 'ConfigMap', 'configmaps', true),
  resource('', 'v1', 'Service', 'services', true),
  resource('apps', 'v1', 'Deployment', 'deployments', true),
  ...['MutatingWebhookConfiguration', 'ValidatingWebhookConfiguration'].map((kind) =>
    resource('admissionregistration.k8s.io', 'v1', kind, `${kind.toLowerCase()}s`, false),
  ),
];

function resource(
  group: string,
  version: string,
  kind: string,
  plural: string,
  namespaced: boolean,
): ApiResource {
  return { group, version, kind, plural, namespaced, verbs: ['get', 'list', 'watch', 'delete'] };
}

/** A client for a cluster that has what some applications want, as it is after it was applied. */
export async function stubCluster(
  environment: string,
  applications: readonly DesiredApplication[],
): Promise<{ readonly client: KubeClient; readonly requests: Map<string, number> }> {
  const empty = stubClient([]);
  const { inventories } = await planApplications({
    client: empty.client,
    applications,
    scope: { environment },
  });
  const objects: KubernetesObject[] = [];
  for (const application of applications) {
    const inventory = inventories.find(({ application: name }) => name === application.name);
    if (!inventory) throw new Error(`application ${application.name} has no inventory`);
    const { namespace, id, target } = inventory;
    objects.push({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        namespace,
        name: inventoryName(environment, application.name),
        uid: `inventory-${application.name}`,
        resourceVersion: '1',
        labels: {
          [Label.applySetId]: id,
          [Label.application]: application.name,
          [InventoryMark.environment]: environment,
        },
        annotations: {
          [InventoryMark.tooling]: TOOLING,
          [InventoryMark.groupKinds]: target.kinds.join(','),
          [InventoryMark.additionalNamespaces]: target.namespaces.join(','),
        },
      },
    });
    const contents = await application.load(application.objects);
    for (const [index, desired] of application.objects.entries()) {
      const owner = { application: application.name, inventoryId: id };
      objects.push(applied(withRecord(marked(contents[index]!, desired, owner)), objects.length));
    }
  }
  return stubClient(objects);
}

const entries = new Map<string, KubernetesObject['metadata']['managedFields']>();

/** The object as a server would have it. Objects of one kind here have the same fields, so one merge tells them all. */
function applied(object: KubernetesObject, index: number): KubernetesObject {
  let managedFields = entries.get(object.kind);
  if (!managedFields) {
    managedFields = merge(undefined, object).metadata.managedFields;
    entries.set(object.kind, managedFields);
  }
  const metadata = { ...object.metadata, uid: `uid-${index}`, resourceVersion: '1', managedFields };
  // Only the tool's own type says that undefined entries cannot be.
  return { ...object, metadata: metadata as KubernetesObject['metadata'] };
}

function merge(live: KubernetesObject | undefined, config: KubernetesObject): KubernetesObject {
  const { apiVersion, kind } = config;
  const path = apiVersion.includes('/') ? `apis/${apiVersion}` : `api/${apiVersion}`;
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const document = builtInOpenApi().document(path);
  // The document is typed for what it is used for elsewhere; both are the same OpenAPI v3.
  const schema = schemaFromOpenApi(document as Parameters<typeof schemaFromOpenApi>[0], {
    group: group!,
    version: version!,
    kind,
  });
  if (!schema) throw new Error(`there is no schema of ${kind}`);
  const result = applyPatch({ live, config, schema, manager: FIELD_MANAGER, now: new Date(0) });
  if (result.conflicts) throw new Error(`conflicts about ${kind}`);
  return result.object;
}

function stubClient(objects: readonly KubernetesObject[]) {
  const byKind = Map.groupBy(objects, ({ kind }) => kind);
  const byKey = new Map(objects.map((object) => [formatKey(keyOf(object)), object]));
  const requests = new Map<string, number>();
  const counted = <T>(verb: string, answer: T): Promise<T> => {
    requests.set(verb, (requests.get(verb) ?? 0) + 1);
    return Promise.resolve(answer);
  };
  const find = ({ kind, group }: ApiResource, { namespace, name }: Pick<ObjectKey, 'namespace' | 'name'>) =>
    namespaceOr(kind, name) ?? byKey.get(formatKey({ group, kind, namespace, name }));
  const select = ({ kind }: ApiResource, { labelSelector = '', namespace = '' }: Selection) => {
    const wanted = selectorOf(labelSelector);
    return (byKind.get(kind) ?? []).filter(
      (object) => (namespace === '' || object.metadata.namespace === namespace) && wanted(object),
    );
  };
  const client: Partial<KubeClient> = {
    server: 'https://stub',
    context: '',
    resource: async ({ group, kind }) => RESOURCES.find((r) => r.group === group && r.kind === kind)!,
    resources: async () => RESOURCES,
    get: (kind, key) => counted('get', find(kind, key)),
    getMetadata: (kind, key) => counted('get', find(kind, key)),
    list: (kind, options = {}) => counted('list', { items: select(kind, options), resourceVersion: '1' }),
    listMetadata: (kind, options = {}) =>
      counted('list', { items: select(kind, options), resourceVersion: '1' }),
    apply: (object) => {
      const live = byKey.get(formatKey(keyOf(object)));
      const after = merge(live, object);
      return counted('patch', { ...after, metadata: { ...after.metadata, resourceVersion: '1' } });
    },
    can: () => counted('create', true),
  };
  // Planning asks for nothing else; what it should not ask for would throw.
  return { client: client as KubeClient, requests };
}

interface Selection {
  readonly labelSelector?: string;
  readonly namespace?: string;
}

/** Every namespace is there. */
function namespaceOr(kind: string, name: string): KubernetesObject | undefined {
  return kind === 'Namespace' ? { apiVersion: 'v1', kind, metadata: { name, uid: name } } : undefined;
}

/** The selectors that planning uses: a label that is there, that has a value, or one of some values. */
function selectorOf(text: string): (object: ObjectMetadata) => boolean {
  const parts = [...text.matchAll(/([\w./-]+)(?: in \(([^)]*)\)|=([^,]*))?(?:,|$)/g)].map(
    ([, label, values, value]) => {
      const wanted = values?.split(',') ?? (value === undefined ? undefined : [value]);
      const set = wanted && new Set(wanted);
      return ({ metadata }: ObjectMetadata) => {
        const found = metadata.labels?.[label!];
        return found !== undefined && (set?.has(found) ?? true);
      };
    },
  );
  return (object) => parts.every((part) => part(object));
}
