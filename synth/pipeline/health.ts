import { type Health, healthOf, rulesByApplication } from '../../lib/health/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  type DesiredApplication,
  formatKey,
  type KubernetesObject,
  keyOf,
  Label,
  parseApiVersion,
  TruekeelError,
} from '../../lib/objects/index.ts';

/** The health of every object of the applications that is in the cluster, by key: one list for each kind in use. */
export async function readHealth(
  client: KubeClient,
  applications: readonly DesiredApplication[],
): Promise<ReadonlyMap<string, Health>> {
  const objects = await readObjects(client, applications);
  const rulesOf = rulesByApplication(applications);
  return new Map(
    [...objects].map(([key, object]) => [
      key,
      healthOf(object, { rules: rulesOf(object.metadata.labels?.[Label.application]) }),
    ]),
  );
}

/** The live objects of the applications, by key. */
export async function readObjects(
  client: KubeClient,
  applications: readonly DesiredApplication[],
): Promise<ReadonlyMap<string, KubernetesObject>> {
  const wanted = new Set(applications.flatMap(({ objects }) => objects.map(({ key }) => formatKey(key))));
  const kinds = new Map(
    applications.flatMap(({ objects }) =>
      objects.map(({ apiVersion, key }) => [
        `${key.kind}.${key.group}`,
        { ...parseApiVersion(apiVersion), kind: key.kind },
      ]),
    ),
  );
  const labelSelector = `${Label.application} in (${applications.map(({ name }) => name).join(',')})`;
  const lists = await Promise.all(
    [...kinds.values()].map(async (gvk) => {
      const resource = await client.resource(gvk).catch((error: unknown) => {
        if (error instanceof TruekeelError && error.code === 'UNKNOWN_KIND') return undefined;
        throw error;
      });
      return resource ? (await client.list(resource, { labelSelector })).items : [];
    }),
  );
  const found = lists.flat().map((object) => [formatKey(keyOf(object)), object] as const);
  return new Map(found.filter(([key]) => wanted.has(key)));
}
