/** One environment, as it shall be → its review: planned against its cluster, or compared with what it is to come after. */
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  type ClusterTarget,
  type DeleteLimits,
  type DesiredApplication,
  type Digest,
  formatKey,
  type RenderedApplication,
  TruekeelError,
} from '../../lib/objects/index.ts';
import {
  type ActionCounts,
  type Approval,
  compareRendered,
  guard,
  type PlannedChange,
  planApplications,
  weighApprovals,
} from '../../lib/plan/index.ts';
import type { Snapshot } from '../../lib/snapshot/index.ts';
import { scopeOf } from '../pipeline/desired.ts';
import { planEmbedded } from './embedded.ts';
import { imageChanges } from './images.ts';
import type { EnvironmentReview } from './review.ts';

export interface PlanAccess {
  /** Leads to the cluster of an environment; or why there is no way to any. */
  readonly connect: ((cluster: ClusterTarget) => Promise<KubeClient>) | { readonly why: string };
  /** What clusters held once: then no cluster is asked. */
  readonly snapshots?: readonly Snapshot[];
  /** What guards let pass. */
  readonly approvals: readonly Approval[];
  /** They come before those of the program. */
  readonly limits: DeleteLimits;
}

export interface ReviewSubject {
  readonly name: string;
  readonly project?: string;
  readonly branch: string;
  readonly cluster: ClusterTarget;
  readonly desired: readonly DesiredApplication[];
  /** Of what is rendered. */
  readonly digest: Digest;
  /** Asked for where no cluster can be. */
  readonly rendered: () => Promise<readonly RenderedApplication[]>;
  /** What it is compared with then; or why there is nothing. */
  readonly base: () => Promise<
    { readonly applications: readonly RenderedApplication[] } | { readonly why: string }
  >;
}

export async function reviewEnvironment(
  subject: ReviewSubject,
  access: PlanAccess,
): Promise<EnvironmentReview> {
  const planned = await plan(subject, access);
  return 'why' in planned ? compare(subject, planned.why, access) : planned;
}

async function plan(
  subject: ReviewSubject,
  access: PlanAccess,
): Promise<EnvironmentReview | { readonly why: string }> {
  const { connect, snapshots = [], approvals, limits } = access;
  const snapshot = snapshots.find(
    ({ environment, project }) => environment === subject.name && project === subject.project,
  );
  if (!snapshot && snapshots.length > 0) return { why: 'no snapshot of it was given' };
  if (!snapshot && typeof connect !== 'function') return connect;
  let client: KubeClient | undefined;
  try {
    client = await clientFor(subject, snapshot, connect);
    const { counts, changes, digest, errors, refusals } = await planApplications({
      client,
      applications: subject.desired,
      scope: scopeOf({
        environment: subject.name,
        ...(subject.project !== undefined && { project: subject.project }),
      }),
      options: { approvals, limits, liveSecrets: snapshot ? 'masked' : 'there' },
    });
    return {
      ...headOf(subject, changes),
      against: {
        server: client.server,
        context: client.context,
        ...(snapshot && {
          snapshot: {
            takenAt: snapshot.takenAt,
            ageMs: Date.now() - snapshot.takenAt,
            cautions: await cautionsOf(snapshot, client, subject, changes),
          },
        }),
      },
      approves: { kind: 'plan', digest },
      counts,
      refusals,
      errors,
    };
  } catch (error) {
    if (error instanceof TruekeelError) return { why: error.message };
    throw error;
  } finally {
    await client?.close();
  }
}

async function clientFor(
  { cluster }: ReviewSubject,
  snapshot: Snapshot | undefined,
  connect: PlanAccess['connect'],
): Promise<KubeClient> {
  if (snapshot) return (await import('../../lib/snapshot/index.ts')).snapshotClient(snapshot);
  if (typeof connect === 'function') return connect(cluster);
  throw new TypeError('there is neither a snapshot nor a way to a cluster');
}

async function cautionsOf(
  snapshot: Snapshot,
  client: KubeClient,
  { cluster }: ReviewSubject,
  changes: readonly PlannedChange[],
): Promise<readonly string[]> {
  const { snapshotCautions } = await import('../../lib/snapshot/index.ts');
  return snapshotCautions(snapshot, client, cluster, changes);
}

/** Against what the base renders, by way of an embedded cluster as far as that goes. */
async function compare(subject: ReviewSubject, why: string, access: PlanAccess): Promise<EnvironmentReview> {
  const base = await subject.base();
  const before = 'why' in base ? [] : base.applications;
  const after = await subject.rendered();
  const compared = compareRendered(before, after);
  const planned = await planEmbedded({
    environment: subject.name,
    ...(subject.project !== undefined && { project: subject.project }),
    before,
    after,
    changed: changedOf(compared.changes),
  });
  const changes = compared.changes
    .map((change) => planned.get(formatKey(change.key)) ?? change)
    .filter(({ action, because }) => action !== 'none' || because !== '');
  const unchanged = compared.unchanged + compared.changes.length - changes.length;
  const refusals = refusalsOf(before, after, changes, access.limits);
  return {
    // What an embedded cluster has is nothing that a plan could be held to.
    ...headOf(
      subject,
      changes.map(({ live: _, ...change }) => change),
    ),
    against: {
      why: 'why' in base ? `${why}; ${base.why}` : why,
      isEmbedded: planned.size > 0,
    },
    approves: { kind: 'rendered', digest: subject.digest },
    counts: countsOf(changes, unchanged),
    refusals: weighApprovals(refusals, access.approvals).refused,
    errors: [],
  };
}

/** What the base has, and the change is about. */
function changedOf(changes: readonly PlannedChange[]): ReadonlySet<string> {
  return new Set(changes.filter(({ action }) => action !== 'create').map(({ key }) => formatKey(key)));
}

/** What guards would refuse if the cluster had what the base renders, and nothing else. */
function refusalsOf(
  before: readonly RenderedApplication[],
  after: readonly RenderedApplication[],
  changes: readonly PlannedChange[],
  limits: DeleteLimits,
) {
  const names = [...new Set([...before, ...after].map(({ name }) => name))];
  const isProtected = new Set(
    before.flatMap(({ objects }) =>
      objects.filter(({ settings }) => settings.prune === 'protect').map(({ key }) => formatKey(key)),
    ),
  );
  return guard(
    names.map((name) => {
      const now = after.find((application) => application.name === name);
      return {
        name,
        desired: now !== undefined,
        desiredCount: now?.objects.length ?? 0,
        liveCount: before.find((application) => application.name === name)?.objects.length ?? 0,
        ...(now?.deleteLimits && { limits: now.deleteLimits }),
      };
    }),
    // To make its Job anew is what a hook is for.
    changes.filter(({ action, hook }) => action !== 'replace' || hook === undefined),
    limits,
    (key) => isProtected.has(formatKey(key)),
  );
}

function headOf({ name, branch }: ReviewSubject, changes: readonly PlannedChange[]) {
  const told = changes.filter(({ action, because }) => action !== 'none' || because !== '');
  return { name, branch, changes: told, images: imageChanges(told) };
}

function countsOf(changes: readonly PlannedChange[], unchanged: number): ActionCounts {
  const counts = { create: 0, change: 0, replace: 0, delete: 0, adopt: 0, detach: 0, none: unchanged };
  for (const { action } of changes) counts[action]++;
  return counts;
}
