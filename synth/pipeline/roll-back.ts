/** Takes a failed release back, where its applications say so: what the command line and the agent share. */
import {
  type EnvironmentRef,
  type RenderedRelease,
  type RollbackResult,
  readRendered,
  rollback,
  rollbackTarget,
} from '../../lib/branch/index.ts';
import type { Identity, Repository, Signer } from '../../lib/git/index.ts';
import type { DesiredApplication, TruekeelError } from '../../lib/objects/index.ts';
import { formatKey } from '../../lib/objects/index.ts';
import { type Irreversible, irreversible } from '../../lib/plan/index.ts';

export interface FailedRelease {
  /** The rendered commit. */
  readonly commit: string;
  readonly applications: readonly DesiredApplication[];
  readonly errors: readonly TruekeelError[];
}

export interface RollBackOptions {
  readonly by: Identity;
  /** Where the rollback is pushed to; not pushed when absent. */
  readonly remote?: string;
  /** Who signs the rollback; nobody when absent. */
  readonly sign?: Signer;
  /** The release that is known to have been applied last. */
  readonly applied?: string;
}

export type RollBackOutcome =
  | {
      readonly done: true;
      readonly result: RollbackResult;
      /** The release that is in force again. */
      readonly release: RenderedRelease;
      readonly failed: readonly string[];
      readonly irreversible: readonly Irreversible[];
    }
  | { readonly done: false; readonly why: string };

/** What is wrong with the way to the server, or with who asks, not with the release. */
const NOT_THE_RELEASE: ReadonlySet<string> = new Set([
  'UNREACHABLE',
  'CONNECTION_LOST',
  'CLIENT_CLOSED',
  'WRONG_CA',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_INVALID',
  'TIMEOUT',
  'CREDENTIALS_FAILED',
  'UNAUTHORIZED',
  'TOO_MANY_REQUESTS',
  'SERVER_ERROR',
  'MALFORMED_RESPONSE',
  'INTERRUPTED',
  'INTERNAL',
]);

/** Names of the applications that failed and say that a failed release is taken back. */
export function failedApplications({
  applications,
  errors,
}: Pick<FailedRelease, 'applications' | 'errors'>): readonly string[] {
  const failed = new Set(
    errors.flatMap(({ code, key }) => (key && !NOT_THE_RELEASE.has(code) ? [formatKey(key)] : [])),
  );
  if (failed.size === 0) return [];
  return applications
    .filter(
      ({ onFailure, objects }) =>
        onFailure === 'roll-back' && objects.some(({ key }) => failed.has(formatKey(key))),
    )
    .map(({ name }) => name);
}

/** Goes back to the release before, by a new commit with a hold.
 * @returns undefined when no application asks for it
 * @throws TruekeelError as `rollback` does: `PUSH_RACE`, `FOREIGN_COMMIT`, … */
export async function rollBackFailed(
  repository: Repository,
  environment: EnvironmentRef,
  failure: FailedRelease,
  options: RollBackOptions,
): Promise<RollBackOutcome | undefined> {
  const failed = failedApplications(failure);
  if (failed.length === 0) return undefined;
  const tip = await readRendered(repository, environment);
  if (tip.commit !== failure.commit) return { done: false, why: 'a newer release is there' };
  // What was gone back to once is not left again by itself: the next step is for people.
  if (tip.hold && tip.hold.pin === undefined)
    return { done: false, why: `the branch is held by ${tip.hold.by}` };
  const to = await rollbackTarget(repository, environment, options);
  if (to === undefined) return { done: false, why: 'there is no earlier release' };
  const older = await readRendered(repository, environment, { revision: to });
  const losses = await irreversible(failure.applications, older.applications);
  const result = await rollback(repository, environment, to, {
    by: options.by,
    reason: reasonOf(failed, failure.errors),
    ...(options.remote !== undefined && { remote: options.remote }),
    ...(options.sign && { sign: options.sign }),
  });
  const release = await readRendered(repository, environment, { revision: result.commit });
  return { done: true, result, release, failed, irreversible: losses };
}

function reasonOf(failed: readonly string[], errors: readonly TruekeelError[]): string {
  const first = errors.find(({ code }) => !NOT_THE_RELEASE.has(code));
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  return `the release failed in ${failed.join(', ')}: ${first?.message ?? ''}${more}`;
}
