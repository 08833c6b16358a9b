/** Applications, their objects, and what the cluster made of them. */
import { type HealthRules, healthOf, rulesByApplication } from '../../lib/health/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import { type DesiredApplication, formatKey, type KubernetesObject } from '../../lib/objects/index.ts';
import { readObjects } from '../pipeline/health.ts';
import type { Colour, Paint } from './terminal.ts';

const COLOUR: Readonly<Record<string, Colour>> = { Current: 'green', Failed: 'red', NotFound: 'red' };

/** Kinds that controllers make for workloads. */
const MADE_BY_CONTROLLERS = [
  { group: 'apps', version: 'v1', kind: 'ReplicaSet' },
  { group: 'batch', version: 'v1', kind: 'Job' },
  { group: '', version: 'v1', kind: 'Pod' },
];

export async function tree(
  client: KubeClient,
  applications: readonly DesiredApplication[],
  paint: Paint,
): Promise<readonly string[]> {
  const namespaces = new Set(
    applications.flatMap(({ objects }) => objects.map(({ key }) => key.namespace)).filter(Boolean),
  );
  const [live, made] = await Promise.all([readObjects(client, applications), readMade(client, namespaces)]);
  const rulesOf = rulesByApplication(applications);
  return applications.flatMap(({ name, dependsOn, objects }) => [
    `${paint('bold', name)}${dependsOn.length > 0 ? paint('dim', `  after ${dependsOn.join(', ')}`) : ''}`,
    ...objects.flatMap(({ key }, index) => {
      const last = index === objects.length - 1;
      const object = live.get(formatKey(key));
      const line = `${last ? '└─' : '├─'} ${formatKey(key)}`;
      if (!object) return [`${line}  ${paint('red', 'NotFound')}`];
      return [
        `${line}  ${health(object, paint, rulesOf(name))}`,
        ...children(object, made, last ? '   ' : '│  ', paint),
      ];
    }),
  ]);
}

function children(
  owner: KubernetesObject,
  made: ReadonlyMap<string, readonly KubernetesObject[]>,
  indent: string,
  paint: Paint,
): readonly string[] {
  // A ReplicaSet that was scaled down is history.
  const owned = (made.get(owner.metadata.uid ?? '') ?? []).filter((object) => object.spec?.replicas !== 0);
  return owned.flatMap((object, index) => {
    const last = index === owned.length - 1;
    return [
      `${indent}${last ? '└─' : '├─'} ${object.kind} ${object.metadata.name}  ${health(object, paint)}`,
      ...children(object, made, `${indent}${last ? '   ' : '│  '}`, paint),
    ];
  });
}

function health(object: KubernetesObject, paint: Paint, rules: HealthRules = {}): string {
  const { status, message } = healthOf(object, { rules });
  return `${paint(COLOUR[status] ?? 'yellow', status)}${status === 'Current' ? '' : `  ${paint('dim', message)}`}`;
}

/** What controllers made in the namespaces, by the UID of its owner. */
async function readMade(
  client: KubeClient,
  namespaces: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly KubernetesObject[]>> {
  const lists = await Promise.all(
    MADE_BY_CONTROLLERS.flatMap((kind) =>
      [...namespaces].map(
        async (namespace) => (await client.list(await client.resource(kind), { namespace })).items,
      ),
    ),
  );
  const made = new Map<string, KubernetesObject[]>();
  for (const object of lists.flat()) {
    for (const { uid } of object.metadata.ownerReferences ?? [])
      made.set(uid, [...(made.get(uid) ?? []), object]);
  }
  return made;
}
