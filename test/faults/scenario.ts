/** What the engine is disturbed at: from one state of two applications to another, with everything in it that an apply
 * may have to do: forty objects created, changed, handed over, detached and deleted, a definition with custom resources
 * and a namespace with its content among them. */
import type { Program } from '../../lib/apply/testing/engine.ts';
import {
  configMap,
  Engine,
  keyText,
  namespaceObject,
  widgetDefinition,
} from '../../lib/apply/testing/engine.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import { gvkOf, type JsonObject, type KubernetesObject } from '../../lib/objects/index.ts';
import type { Approval } from '../../lib/plan/index.ts';
import { unique } from './servers.ts';

export interface Scenario {
  readonly environment: string;
  readonly namespace: string;
  readonly before: Program;
  readonly after: Program;
  /** Deleted on the way. */
  readonly gone: readonly KubernetesObject[];
  /** Left behind on the way, without our marks. */
  readonly detached: readonly KubernetesObject[];
  /** The definition among `after`: it is not in the namespace. */
  readonly definition: KubernetesObject;
  /** By key: what must stay the object that it is, though it may change. */
  readonly uids: ReadonlyMap<string, string>;
  /** Objects that are not ours, as they were when the scenario began. */
  readonly bystanders: readonly KubernetesObject[];
}

export const APPROVALS: readonly Approval[] = [{ code: 'PROTECTED_OBJECT' }];

/** Brings the state `before` about. */
export async function startScenario(client: KubeClient): Promise<Scenario> {
  const [environment, namespace, fresh] = [unique('env'), unique('faults'), unique('fresh')];
  const names = [unique('one'), unique('two')] as const;
  const programs = programsIn(names, namespace, fresh, `${unique('g')}.example.com`);
  await client.apply(namespaceObject(namespace));
  const engine = new Engine(client, environment);
  const { result } = await engine.sync(programs.before, { wait: false });
  if (result.errors.length > 0) throw result.errors[0]!;
  const standing = await Promise.all(allOf(programs.before).map((object) => engine.read(object)));
  const uids = standing.map((object) => [keyText(object!), object!.metadata.uid ?? ''] as const);
  const bystanders = await makeBystanders(client, names[0], namespace, standing[0]!);
  return { environment, namespace, ...programs, uids: new Map(uids), bystanders };
}

export function allOf(program: Program): readonly KubernetesObject[] {
  return Object.values(program).flatMap((given) => ('objects' in given ? given.objects : given));
}

/** @param names of the applications: others' objects would be in the lists of an application of the same name */
function programsIn(
  [nameOne, nameTwo]: readonly [string, string],
  namespace: string,
  fresh: string,
  group: string,
) {
  const many = (count: number, make: (index: number) => KubernetesObject) =>
    Array.from({ length: count }, (_, i) => make(i));
  const map = (name: string, value: string) => configMap(namespace, name, { value });
  const changing = (value: string) => [
    ...many(6, (i) => map(`changing-${i}`, value)),
    secret(namespace, 'changing-secret', value),
    service(namespace, 'changing-service', value === 'old' ? 80 : 81),
    role(namespace, 'reader', value === 'old' ? ['get'] : ['get', 'list']),
  ];
  const unchanged = [
    map('unchanged', 'same'),
    account(namespace, 'robot'),
    binding(namespace, 'robot', 'reader'),
  ];
  const toTwo = [map('moving', 'same'), secret(namespace, 'moving-secret', 'same')];
  const toOne = [service(namespace, 'moving-service', 80)];
  const gone = [
    ...many(3, (i) => map(`going-${i}`, 'old')),
    secret(namespace, 'going-secret', 'old'),
    account(namespace, 'going-account'),
    service(namespace, 'going-service', 80),
  ];
  const detached = [
    {
      ...map('detached', 'old'),
      metadata: { namespace, name: 'detached', annotations: { 'truekeel.dev/prune': 'detach' } },
    },
  ];
  const definition = widgets(group);
  const widget = (name: string): KubernetesObject => ({
    apiVersion: `${group}/v1`,
    kind: 'Widget',
    metadata: { namespace, name },
    spec: { size: 1 },
  });
  const settings = Object.fromEntries(
    detached.map((object) => [keyText(object), { prune: 'detach' as const }]),
  );
  const one = [...changing('old'), ...unchanged, ...toTwo, ...gone, ...detached];
  const before: Program = { [nameOne]: { objects: one, settings }, [nameTwo]: [map('two', 'old'), ...toOne] };
  const after: Program = {
    [nameOne]: [
      ...changing('new'),
      ...unchanged,
      ...toOne,
      ...many(7, (i) => map(`new-${i}`, 'new')),
      secret(namespace, 'new-secret', 'new'),
      service(namespace, 'new-service', 80),
      definition,
      ...many(3, (i) => widget(`widget-${i}`)),
    ],
    [nameTwo]: [
      map('two', 'new'),
      ...toTwo,
      namespaceObject(fresh),
      configMap(fresh, 'inside', { value: 'new' }),
      account(fresh, 'inside'),
      ...many(4, (i) => map(`two-${i}`, 'new')),
    ],
  };
  return { before, after, gone, detached, definition };
}

/** Objects that look more or less like ours and are not: without labels, of another environment's application of the
 * same name, and with a copy of our labels that we did not write. */
async function makeBystanders(
  client: KubeClient,
  application: string,
  namespace: string,
  ours: KubernetesObject,
): Promise<readonly KubernetesObject[]> {
  const elsewhere = configMap(namespace, 'other-environment', { value: 'theirs' });
  await new Engine(client, unique('other')).sync({ [application]: [elsewhere] });
  const copied = configMap(namespace, 'copied-labels');
  const labels = { ...ours.metadata.labels };
  const objects = [configMap(namespace, 'nobody'), { ...copied, metadata: { ...copied.metadata, labels } }];
  for (const object of objects) await client.apply(object, { fieldManager: 'kubectl' });
  const all = [...objects, elsewhere].map(async (object) => {
    const found = await client.get(await client.resource(gvkOf(object)), {
      namespace,
      name: object.metadata.name,
    });
    return found!;
  });
  return Promise.all(all);
}

function secret(namespace: string, name: string, value: string): KubernetesObject {
  const data = { value: Buffer.from(value).toString('base64') };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, type: 'Opaque', data };
}

function service(namespace: string, name: string, port: number): KubernetesObject {
  const spec = { selector: { app: name }, ports: [{ name: 'http', port }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec };
}

function account(namespace: string, name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } };
}

const RBAC = 'rbac.authorization.k8s.io';

function role(namespace: string, name: string, verbs: readonly string[]): KubernetesObject {
  const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs }] as unknown as JsonObject[]; // read-only lists are JSON too
  return { apiVersion: `${RBAC}/v1`, kind: 'Role', metadata: { namespace, name }, rules };
}

function binding(namespace: string, accountName: string, roleName: string): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'RoleBinding',
    metadata: { namespace, name: accountName },
    roleRef: { apiGroup: RBAC, kind: 'Role', name: roleName },
    subjects: [{ kind: 'ServiceAccount', namespace, name: accountName }],
  };
}

function widgets(group: string): KubernetesObject {
  const spec = { type: 'object', properties: { size: { type: 'integer' } } };
  return widgetDefinition(group, { type: 'object', properties: { spec } });
}
