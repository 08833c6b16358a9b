/** Takes releases back that failed, where the program says so. The keeper tells of them; the side that has the repository
 * goes back when it next looks. */
import type { EnvironmentRef } from '../../lib/branch/index.ts';
import type { Repository, Signer } from '../../lib/git/index.ts';
import { formatKey, TruekeelError } from '../../lib/objects/index.ts';
import { type FailedRelease, rollBackFailed } from '../pipeline/roll-back.ts';
import { agentIdentity } from './identity.ts';
import { type AgentLog, describe } from './log.ts';

export interface ReleaseFailure extends FailedRelease {
  /** The release that the cluster had before. */
  readonly applied: string;
}

export class FailedReleases {
  readonly #log: AgentLog;
  readonly #url: string;
  readonly #sign: Signer | undefined;
  #pending: ReleaseFailure | undefined;

  constructor({ log, url, sign }: { readonly log: AgentLog; readonly url: string; readonly sign?: Signer }) {
    this.#log = log;
    this.#url = url;
    this.#sign = sign;
  }

  tell(failure: ReleaseFailure): void {
    this.#pending = failure;
  }

  /** Takes back what was told, if anything was. What cannot be done for the moment is done at the next look.
   * @returns the rendered commit that took it back, if one was made
   * @throws what the remote's being away throws */
  async takeBack(repository: Repository, environment: EnvironmentRef): Promise<string | undefined> {
    const failure = this.#pending;
    if (!failure) return undefined;
    try {
      const { applied } = failure;
      const outcome = await rollBackFailed(repository, environment, failure, {
        by: agentIdentity(),
        remote: this.#url,
        applied,
        ...(this.#sign && { sign: this.#sign }),
      });
      if (!outcome) {
        this.#done(failure);
        return undefined;
      }
      if (!outcome.done) {
        const data = { rendered: failure.commit, why: outcome.why };
        this.#log.warn(data, 'the release failed and is not taken back');
        this.#done(failure);
        return undefined;
      }
      const { result, failed, irreversible } = outcome;
      const data = {
        rendered: result.reverts,
        to: result.to,
        commit: result.commit,
        failed,
        irreversible: irreversible.map(({ key, message }) => ({ object: formatKey(key), message })),
      };
      this.#log.error(data, 'the release failed and is taken back');
      this.#done(failure);
      return result.commit;
    } catch (error) {
      if (!(error instanceof TruekeelError) || !ENDS_IT.has(error.code)) throw error;
      const data = { rendered: failure.commit, error: describe(error) };
      this.#log.warn(data, 'the release failed and is not taken back');
      this.#done(failure);
      return undefined;
    }
  }

  #done(failure: ReleaseFailure): void {
    if (this.#pending === failure) this.#pending = undefined;
  }
}

/** Somebody else moved the branch, or it is not ours to move. */
const ENDS_IT: ReadonlySet<string> = new Set([
  'PUSH_RACE',
  'PUSH_REJECTED',
  'REF_CHANGED',
  'FOREIGN_COMMIT',
  'BRANCH_DIVERGED',
]);
