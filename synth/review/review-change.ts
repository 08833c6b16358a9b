/** Two commits → review. */
import { renderedDigest } from '../../lib/branch/index.ts';
import type { Oid, Repository } from '../../lib/git/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  type ClusterTarget,
  type DeleteLimits,
  type RenderedEnvironment,
  TruekeelError,
  TruekeelErrors,
} from '../../lib/objects/index.ts';
import {
  type ActionCounts,
  type Approval,
  compareRendered,
  desiredFromRendered,
  type PlannedChange,
  planApplications,
} from '../../lib/plan/index.ts';
import { scopeOf } from '../pipeline/desired.ts';
import { type RenderRequest, renderOnly } from '../pipeline/render.ts';
import { imageChanges } from './images.ts';
import type { EnvironmentReview, Review } from './review.ts';

export interface ReviewRequest extends Omit<RenderRequest, 'remote' | 'source' | 'onWarning'> {
  /** A revision: what the change is to be merged into. */
  readonly base: string;
  /** A revision: the change. */
  readonly head: string;
  /** Leads to the cluster of an environment; or why there is no way to any. */
  readonly connect: ((cluster: ClusterTarget) => Promise<KubeClient>) | { readonly why: string };
  /** What guards let pass. */
  readonly approvals: readonly Approval[];
  /** They come before those of the program. */
  readonly limits: DeleteLimits;
}

/** What merging `head` into `base` would do.
 * @throws GitError `UNKNOWN_REVISION`, `MERGE_CONFLICT`
 * @throws TruekeelError `UNKNOWN_ENVIRONMENT` */
export async function reviewChange(repository: Repository, request: ReviewRequest): Promise<Review> {
  const [base, tip] = await Promise.all([repository.resolve(request.base), repository.resolve(request.head)]);
  const head = await repository.merge(base, tip);
  const [after, before] = await Promise.all([
    render(repository, head, request),
    // What was merged was checked before it was.
    render(repository, base, { ...request, typecheck: false }),
  ]);
  if ('errors' in after) {
    return {
      base,
      head,
      environments: [],
      dropped: [],
      errors: after.errors,
      newWarnings: [],
      knownWarnings: 0,
    };
  }
  const known = new Set('errors' in before ? [] : before.warnings.map(nameOf));
  const newWarnings = after.warnings.filter((warning) => !known.has(nameOf(warning)));
  const environments: EnvironmentReview[] = [];
  // One after the other: they may share a cluster, and are told in this order.
  for (const environment of after.environments)
    environments.push(await reviewEnvironment(environment, before, request));
  return {
    base,
    head,
    environments,
    dropped: droppedOf(before, after.environments),
    errors: [],
    newWarnings,
    knownWarnings: after.warnings.length - newWarnings.length,
  };
}

function droppedOf(before: Outcome, after: readonly RenderedEnvironment[]): Review['dropped'] {
  if ('errors' in before) return [];
  const names = new Set(after.map(({ name }) => name));
  return before.environments.flatMap(({ name, branch }) => (names.has(name) ? [] : [{ name, branch }]));
}

type Outcome =
  | { readonly environments: readonly RenderedEnvironment[]; readonly warnings: readonly TruekeelError[] }
  | { readonly errors: readonly TruekeelError[] };

async function render(
  repository: Repository,
  source: Oid,
  {
    base: _base,
    head: _head,
    connect: _connect,
    approvals: _approvals,
    limits: _limits,
    ...request
  }: ReviewRequest,
): Promise<Outcome> {
  const warnings: TruekeelError[] = [];
  const onWarning = (warning: TruekeelError) => void warnings.push(warning);
  try {
    const environments = await renderOnly(repository, { ...request, source, onWarning });
    return { environments, warnings };
  } catch (error) {
    if (error instanceof TruekeelErrors) return { errors: error.errors };
    if (error instanceof TruekeelError) return { errors: [error] };
    throw error;
  }
}

async function reviewEnvironment(
  environment: RenderedEnvironment,
  before: Outcome,
  request: ReviewRequest,
): Promise<EnvironmentReview> {
  const planned = await plan(environment, request);
  return 'why' in planned ? compare(environment, before, planned.why) : planned;
}

async function plan(
  environment: RenderedEnvironment,
  { connect, approvals, limits }: ReviewRequest,
): Promise<EnvironmentReview | { readonly why: string }> {
  if (typeof connect !== 'function') return connect;
  let client: KubeClient | undefined;
  try {
    client = await connect(environment.cluster);
    const { counts, changes, digest, errors, refusals } = await planApplications({
      client,
      applications: environment.applications.map(desiredFromRendered),
      scope: scopeOf({
        environment: environment.name,
        ...(environment.project !== undefined && { project: environment.project }),
      }),
      options: { approvals, limits },
    });
    return {
      ...headOf(environment, changes),
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

function compare(environment: RenderedEnvironment, before: Outcome, why: string): EnvironmentReview {
  const old = 'errors' in before ? [] : before.environments.filter(({ name }) => name === environment.name);
  const { changes, unchanged } = compareRendered(
    old.flatMap(({ applications }) => applications),
    environment.applications,
  );
  return {
    ...headOf(environment, changes),
    against: { why: 'errors' in before ? `${why}; and the base does not render: everything is new` : why },
    approves: { kind: 'rendered', digest: renderedDigest(environment) },
    counts: countsOf(changes, unchanged),
    refusals: [],
    errors: [],
  };
}

function headOf({ name, branch }: RenderedEnvironment, changes: readonly PlannedChange[]) {
  const told = changes.filter(({ action, because }) => action !== 'none' || because !== '');
  return { name, branch, changes: told, images: imageChanges(told) };
}

function countsOf(changes: readonly PlannedChange[], unchanged: number): ActionCounts {
  const counts = { create: 0, change: 0, replace: 0, delete: 0, adopt: 0, detach: 0, none: unchanged };
  for (const { action } of changes) counts[action]++;
  return counts;
}

function nameOf({ code, message, constructPath }: TruekeelError): string {
  return `${code}\n${constructPath ?? ''}\n${message}`;
}
