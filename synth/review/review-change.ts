/** Two commits → review. */
import { renderedDigest } from '../../lib/branch/index.ts';
import type { Oid, Repository } from '../../lib/git/index.ts';
import { type RenderedEnvironment, TruekeelError, TruekeelErrors } from '../../lib/objects/index.ts';
import { desiredFromRendered } from '../../lib/plan/index.ts';
import { type RenderRequest, renderOnly } from '../pipeline/render.ts';
import { hasCompilerOf, typesNotChecked } from './compiler.ts';
import { loadEmbedded } from './embedded.ts';
import { withCommits } from './image-commits.ts';
import type { EnvironmentReview, Review } from './review.ts';
import { type PlanAccess, reviewEnvironment } from './review-environment.ts';

export interface ReviewRequest extends Omit<RenderRequest, 'remote' | 'source' | 'onWarning'>, PlanAccess {
  /** A revision: what the change is to be merged into. */
  readonly base: string;
  /** A revision: the change. */
  readonly head: string;
}

/** What merging `head` into `base` would do.
 * @throws GitError `UNKNOWN_REVISION`, `MERGE_CONFLICT`
 * @throws TruekeelError `UNKNOWN_ENVIRONMENT` */
export async function reviewChange(repository: Repository, request: ReviewRequest): Promise<Review> {
  const [base, tip] = await Promise.all([repository.resolve(request.base), repository.resolve(request.head)]);
  const head = await repository.merge(base, tip);
  const typecheck = request.typecheck && (await hasCompilerOf(repository, base, head));
  // While others render.
  if (typeof request.connect !== 'function') void loadEmbedded();
  const [after, before] = await Promise.all([
    render(repository, head, { ...request, typecheck }),
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
  const newWarnings = [
    ...(request.typecheck && !typecheck ? [typesNotChecked()] : []),
    ...after.warnings.filter((warning) => !known.has(nameOf(warning))),
  ];
  const environments: EnvironmentReview[] = [];
  // One after the other: they may share a cluster, and are told in this order.
  for (const environment of after.environments) {
    const review = await reviewRendered(environment, before, request);
    const images = await withCommits(repository, review.images, {
      before: base,
      after: head,
      program: request.program,
    });
    environments.push({ ...review, images });
  }
  return {
    base,
    head,
    environments,
    dropped: droppedOf(before, after.environments),
    errors: [],
    newWarnings,
    knownWarnings: after.warnings.filter((warning) => known.has(nameOf(warning))).length,
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
    snapshots: _snapshots,
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

async function reviewRendered(
  environment: RenderedEnvironment,
  before: Outcome,
  request: ReviewRequest,
): Promise<EnvironmentReview> {
  const { name, branch, cluster, project, applications } = environment;
  return reviewEnvironment(
    {
      name,
      branch,
      cluster,
      ...(project !== undefined && { project }),
      desired: applications.map(desiredFromRendered),
      digest: renderedDigest(environment),
      // Without a cluster.
      rendered: async () => applications,
      base: async () => {
        if ('errors' in before) return { why: 'and the base does not render: everything is new' };
        const old = before.environments.filter((other) => other.name === name);
        return { applications: old.flatMap((other) => other.applications) };
      },
    },
    request,
  );
}

function nameOf({ code, message, constructPath }: TruekeelError): string {
  return `${code}\n${constructPath ?? ''}\n${message}`;
}
