/** Notes on the remote what came of releases. The keeper tells of them; the side that has the repository notes them when it next
 * looks. What was not noted when the agent ends is found to be done by the next one, which notes that. */
import { randomUUID } from 'node:crypto';
import { type NewRun, noteRun } from '../../lib/branch/index.ts';
import { asOid, type Repository } from '../../lib/git/index.ts';
import { agentIdentity } from './identity.ts';
import type { AgentLog } from './log.ts';

/** How a release went. */
export type EndedRun = Pick<
  NewRun,
  'outcome' | 'changed' | 'cluster' | 'durationMs' | 'errors' | 'plan' | 'approvals'
>;

/** While the remote is away no more than these are kept. */
const MOST_PENDING = 100;

export class ReleaseRuns {
  readonly #log: AgentLog;
  readonly #url: string;
  #pending: { readonly commit: string; readonly run: NewRun }[] = [];

  constructor({ log, url }: { readonly log: AgentLog; readonly url: string }) {
    this.#log = log;
    this.#url = url;
  }

  tell(commit: string, ended: EndedRun): void {
    const { name, email } = agentIdentity();
    const run: NewRun = {
      run: randomUUID(),
      at: new Date().toISOString(),
      by: `${name} <${email}>`,
      ...ended,
    };
    this.#pending = [...this.#pending, { commit, run }].slice(-MOST_PENDING);
  }

  /** Notes what was told. @throws GitError when the remote is away; what was not noted stays for the next look */
  async write(repository: Repository, signal: AbortSignal): Promise<void> {
    for (const told of this.#pending) {
      const { commit, run } = told;
      const target = { author: agentIdentity(), remote: this.#url, signal };
      const isThere = await noteRun(repository, asOid(commit), run, target);
      this.#pending = this.#pending.filter((one) => one !== told);
      if (!isThere)
        this.#log.warn({ rendered: commit }, 'the remote takes no note of what came of the release');
    }
  }
}
