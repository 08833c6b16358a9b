/** One environment, as it shall be → its review: planned against its cluster, or compared with what it is to come after. */
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  type ClusterTarget,
  type DeleteLimits,
  type DesiredApplication,
  type Digest,
  type RenderedApplication,
  TruekeelError,
} from '../../lib/objects/index.ts';
import {
  type ActionCounts,
  type Approval,
  compareRendered,
  type PlannedChange,
  planApplications,
} from '../../lib/plan/index.ts';
import { scopeOf } from '../pipeline/desired.ts';
import { imageChanges } from './images.ts';
import type { EnvironmentReview } from './review.ts';

export interface PlanAccess {
  /** Leads to the cluster of an environment; or why there is no way to any. */
  readonly connect: ((cluster: ClusterTarget) => Promise<KubeClient>) | { readonly why: string };
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
  return 'why' in planned ? compare(subject, planned.why) : planned;
}

async function plan(
  subject: ReviewSubject,
  { connect, approvals, limits }: PlanAccess,
): Promise<EnvironmentReview | { readonly why: string }> {
  if (typeof connect !== 'function') return connect;
  let client: KubeClient | undefined;
  try {
    client = await connect(subject.cluster);
    const { counts, changes, digest, errors, refusals } = await planApplications({
      client,
      applications: subject.desired,
      scope: scopeOf({
        environment: subject.name,
        ...(subject.project !== undefined && { project: subject.project }),
      }),
      options: { approvals, limits },
    });
    return {
      ...headOf(subject, changes),
      against: { server: client.server, context: client.context },
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

async function compare(subject: ReviewSubject, why: string): Promise<EnvironmentReview> {
  const base = await subject.base();
  const { changes, unchanged } = compareRendered(
    'why' in base ? [] : base.applications,
    await subject.rendered(),
  );
  return {
    ...headOf(subject, changes),
    against: { why: 'why' in base ? `${why}; ${base.why}` : why },
    approves: { kind: 'rendered', digest: subject.digest },
    counts: countsOf(changes, unchanged),
    refusals: [],
    errors: [],
  };
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
