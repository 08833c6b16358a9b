import type { ApprovedRelease } from '../../../lib/apply/index.ts';
import type { Forge } from '../../../lib/forge/index.ts';
import { Repository, type Signer } from '../../../lib/git/index.ts';
import type { KubeClient } from '../../../lib/kube/index.ts';
import type { DeleteLimits } from '../../../lib/objects/index.ts';
import type { OpenSecret } from '../../../lib/sealed/index.ts';
import type { ProgramLimits } from '../../program/index.ts';
import type { AgentLog } from '../log.ts';

/** What it has of the agent. */
export interface PullRequestsContext {
  readonly client: KubeClient;
  readonly openSecret: OpenSecret;
  readonly url: string;
  readonly environment: string;
  /** Whose commits are rendered; the remote's own when absent. */
  readonly sourceBranch?: string;
  readonly state: string;
  readonly packages?: string;
  /** What the program may take. */
  readonly programLimits: ProgramLimits;
  readonly sign?: Signer;
  readonly timeoutMs: number;
  /** Of the agent, as its plans have them. */
  readonly limits: DeleteLimits;
  readonly log: AgentLog;
  /** The rendered branch, as the newest release has it. */
  readonly branch: () => string;
  /** Whether the cluster has the newest release. */
  readonly isInStep: () => boolean;
  /** Of the agent's end. */
  readonly signal: AbortSignal;
  /** The plan of a release was approved anew. */
  readonly onApproved: (rendered: string, approved: ApprovedRelease) => void;
  /** Something was pushed, or may be by now. */
  readonly onPushed: () => void;
}

/** What whoever does something for a pull request works with. */
export interface Work extends PullRequestsContext {
  readonly forge: Forge;
  /** The program of what is reviewed and previewed. */
  readonly program: string;
  /** Leads to the agent's cluster anew. */
  readonly connect: () => Promise<KubeClient>;
  readonly clone: Clone;
}

/** How the program is run. */
export function renderingOf({ program, state, packages, programLimits }: Work) {
  return {
    program,
    cache: state,
    typecheck: false,
    programLimits,
    ...(packages !== undefined && { packages }),
  };
}

/** A clone of its own: that of the source side is fetched into with all branches at any time. */
export class Clone {
  readonly #url: string;
  readonly #directory: string;
  #repository: Promise<Repository> | undefined;

  constructor({ url, state }: Pick<PullRequestsContext, 'url' | 'state'>) {
    this.#url = url;
    this.#directory = `${state}/pull-requests.git`;
  }

  open(signal?: AbortSignal): Promise<Repository> {
    this.#repository ??= Repository.cloneOrOpen(this.#url, this.#directory, signal ? { signal } : {}).catch(
      (error: unknown) => {
        this.#repository = undefined;
        throw error;
      },
    );
    return this.#repository;
  }

  /** With all branches as the remote has them. */
  async fetched(signal?: AbortSignal): Promise<Repository> {
    const repository = await this.open(signal);
    const options = { prune: true, ...(signal && { signal }) };
    await repository.fetch(this.#url, ['+refs/heads/*:refs/heads/*'], options);
    return repository;
  }

  async close(): Promise<void> {
    const repository = await this.#repository?.catch(() => undefined);
    repository?.close();
  }
}
