/** What a plan against a snapshot cannot know, or should not be believed for. */
import type { KubeClient } from '../kube/index.ts';
import type { ClusterTarget } from '../objects/index.ts';
import { formatGroupKind, type PlannedChange, readInterceptors } from '../plan/index.ts';
import type { Snapshot } from './snapshot.ts';

/** For people, a sentence each.
 * @param client of the snapshot
 * @param target where the environment goes now */
export async function snapshotCautions(
  { cluster }: Snapshot,
  client: KubeClient,
  target: ClusterTarget,
  changes: readonly PlannedChange[],
): Promise<readonly string[]> {
  const cautions: string[] = [];
  if (target.server !== undefined && !isSameServer(target.server, cluster.server)) {
    cautions.push(`it is of the cluster ${cluster.server}, and the environment goes to ${target.server}`);
  } else if (target.context !== undefined && cluster.context !== '' && target.context !== cluster.context) {
    cautions.push(`it is of the context ${cluster.context}, and the environment goes to ${target.context}`);
  }
  const { gitVersion } = await client.version();
  if (minorOf(gitVersion) !== minorOf(cluster.version)) {
    cautions.push(
      `the cluster is of Kubernetes ${minorOf(cluster.version)}, and it is planned by the rules of ${minorOf(gitVersion)}`,
    );
  }
  const asked = await askedByOthers(client, changes);
  if (asked !== undefined) cautions.push(asked);
  return cautions;
}

/** Webhooks and policies are no part of a snapshot, as far as they do anything. */
async function askedByOthers(
  client: KubeClient,
  changes: readonly PlannedChange[],
): Promise<string | undefined> {
  const written = changes.filter(
    ({ action }) => action !== 'none' && action !== 'delete' && action !== 'detach',
  );
  if (written.length === 0) return undefined;
  const mayIntercept = await readInterceptors(client);
  if (!mayIntercept)
    return 'whether the cluster has others change or refuse what is written could not be seen';
  const kinds = new Set(written.map(({ key }) => formatGroupKind(key)));
  const resources = (await client.everyVersion()).filter((resource) => kinds.has(formatGroupKind(resource)));
  const asked = new Set(resources.filter(mayIntercept).map(formatGroupKind));
  return asked.size === 0
    ? undefined
    : `webhooks or policies of the cluster may change or refuse ${[...asked].sort().join(', ')}, and were not asked`;
}

/** `1.37` */
function minorOf(version: string): string {
  return /^v?(\d+\.\d+)/.exec(version)?.[1] ?? version;
}

function isSameServer(a: string, b: string): boolean {
  const [one, other] = [URL.parse(a), URL.parse(b)];
  const path = (url: URL | null) => url?.pathname.replace(/\/$/, '');
  return one?.origin === other?.origin && path(one) === path(other);
}
