/** Source commit → rendered commits: what `render`, `sync` and the agent share. */
import { commitRendered, withRetry } from '../../lib/branch/index.ts';
import type { Commit, Repository, Signer, TrustedSigners } from '../../lib/git/index.ts';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import { movesByPromotion } from '../../lib/promotion/index.ts';
import { type ChartOptions, type CommandGrant, type ProgramLimits, runProgram } from '../program/index.ts';
import { version } from '../version.ts';
import { type CheckoutOptions, withCheckout } from './checkout.ts';

export interface RenderRequest extends CheckoutOptions {
  /** The program, relative to the root of the repository, or a command. */
  readonly program: string;
  /** Only this environment; all when absent. */
  readonly environment?: string;
  /** The remote that the branches are pushed to; not pushed when absent. */
  readonly remote?: string;
  /** Who signs the rendered commits; nobody when absent. */
  readonly sign?: Signer;
  /** Who may have signed the source commit; anybody, or nobody, when absent. */
  readonly trusted?: TrustedSigners;
  /** Lets the program be a command. */
  readonly commands?: CommandGrant;
  /** What the program may take. Default: two minutes, and 2048 MiB. */
  readonly programLimits?: ProgramLimits;
  /** Whether the types of the program are checked. */
  readonly typecheck: boolean;
  /** Finds the approval that an environment needs before its branch moves; throws where there is none. */
  readonly approvalOf?: (environment: RenderedEnvironment, source: Commit) => Promise<ReleaseApproval>;
  /** Told of environments that move by promotion: they are left alone then. Absent: they are rendered as all others. */
  readonly onLeft?: (environment: RenderedEnvironment) => void;
  /** Told of what is not wrong enough to be an error. */
  readonly onWarning?: (warning: TruekeelError) => void;
  /** How its Helm charts are rendered. */
  readonly charts?: ChartOptions;
}

export interface ReleaseApproval {
  /** Digest of the plan that was approved; absent where what was rendered was approved, and that is this. */
  readonly plan?: string;
  readonly by: readonly string[];
}

export interface RenderOutcome {
  readonly environment: string;
  readonly branch: string;
  readonly commit: string;
  readonly source: string;
  readonly dirty: boolean;
  readonly created: boolean;
  readonly held: boolean;
  readonly pushed: boolean;
  readonly objects: number;
}

/** Runs the program of a source commit and writes what it made to the rendered branches.
 * @throws TruekeelError `UNKNOWN_ENVIRONMENT`, and what the program, rendering, Git and the branch's contract throw */
export async function renderSource(
  repository: Repository,
  request: RenderRequest,
): Promise<readonly RenderOutcome[]> {
  return withCheckout(repository, request, async ({ directory, commit, dirty }) => {
    // Before anything of it runs.
    if (request.trusted) await repository.verifyCommit(commit.oid, request.trusted);
    const environments = await runProgram({
      program: request.program,
      cwd: directory,
      root: directory,
      typecheck: request.typecheck,
      now: dayOf(commit),
      ...request.programLimits,
      ...(request.commands && { commands: request.commands }),
      ...(request.onWarning && { onWarning: request.onWarning }),
      ...(request.charts && { charts: request.charts }),
    });
    const outcomes: RenderOutcome[] = [];
    for (const environment of chosen(environments, request.environment)) {
      if (request.onLeft && movesByPromotion(environment)) {
        request.onLeft(environment);
        continue;
      }
      const approval = await request.approvalOf?.(environment, commit);
      const result = await withRetry(() =>
        commitRendered(repository, environment, {
          sourceCommit: commit.oid,
          program: request.program,
          dirty: dirty.length > 0,
          versions: { truekeel: version() },
          ...(approval && { approvedBy: approval.by }),
          ...(approval?.plan !== undefined && { plan: approval.plan }),
          ...(request.remote !== undefined && { remote: request.remote }),
          ...(request.sign && { sign: request.sign }),
        }),
      );
      outcomes.push({
        environment: environment.name,
        branch: result.branch,
        commit: result.commit,
        source: commit.oid,
        dirty: dirty.length > 0,
        created: result.created,
        held: result.held,
        pushed: result.pushed,
        objects: environment.applications.reduce((sum, { objects }) => sum + objects.length, 0),
      });
    }
    return outcomes;
  });
}

/** Runs the program of a source commit and writes nothing. */
export function renderOnly(
  repository: Repository,
  request: Omit<RenderRequest, 'remote'>,
): Promise<readonly RenderedEnvironment[]> {
  return withCheckout(repository, request, async ({ directory, commit }) =>
    chosen(
      await runProgram({
        program: request.program,
        cwd: directory,
        root: directory,
        typecheck: request.typecheck,
        now: dayOf(commit),
        ...request.programLimits,
        ...(request.commands && { commands: request.commands }),
        ...(request.onWarning && { onWarning: request.onWarning }),
        ...(request.charts && { charts: request.charts }),
      }),
      request.environment,
    ),
  );
}

/** Exceptions end by the date of the source commit: whoever renders it again later gets the same. */
export function dayOf({ committer }: Commit): number {
  return committer.seconds * 1000;
}

function chosen(
  environments: readonly RenderedEnvironment[],
  name: string | undefined,
): readonly RenderedEnvironment[] {
  if (name === undefined) return environments;
  const found = environments.filter((environment) => environment.name === name);
  if (found.length > 0) return found;
  throw new TruekeelError(`the program has no environment "${name}"`, {
    code: 'UNKNOWN_ENVIRONMENT',
    family: 'usage',
    hint: `It has ${environments.map((environment) => environment.name).join(', ') || 'none'}.`,
  });
}
