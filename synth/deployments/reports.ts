/** Tells a forge of releases, one after the other, while they go on. */
import { type Forge, ForgeError, keepDeployment, keepStatus } from '../../lib/forge/index.ts';
import type { Desired } from '../pipeline/desired.ts';
import {
  type DeploymentNews,
  deploymentNews,
  deploymentState,
  deploymentStatus,
  type Progress,
  progressText,
} from './news.ts';
import { type FinishedRun, progressOf } from './progress.ts';

/** Something that the forge was not told of. */
export interface Untold {
  readonly environment: string;
  readonly commit: string;
  readonly what: 'deployment' | 'status';
  /** For people; no credential is in it. */
  readonly why: string;
}

export interface ReportOptions {
  /** Of the run, for people who want to see how it went. */
  readonly url?: string;
  readonly onUntold: (untold: Untold) => void;
}

export class DeploymentReports {
  readonly #forge: Forge;
  readonly #options: ReportOptions;
  /** What is to be told, by environment and commit: of what happened meanwhile, only the last counts. */
  readonly #pending = new Map<string, DeploymentNews>();
  #work: Promise<void> | undefined;

  constructor(forge: Forge, options: ReportOptions) {
    this.#forge = forge;
    this.#options = options;
  }

  /** How far a release is. Returns at once; never throws. Where no source commit says what it is, nothing is told. */
  tell(desired: Desired, progress: Progress): void {
    const news = deploymentNews(desired, progress);
    if (news) this.tellOf(news);
  }

  /** How a run ended that was not stopped from outside. Never throws.
   * @returns whether the release is ready */
  async finished(desired: Desired, run: Omit<FinishedRun, 'applications'>): Promise<boolean> {
    const { applications } = desired;
    // Of a cluster that cannot be asked there is nothing to tell.
    const progress = await progressOf({ ...run, applications }).catch(() => undefined);
    if (progress) this.tell(desired, progress);
    return progress?.state === 'ready';
  }

  /** As {@link tell}, of what has no release. */
  tellOf(news: DeploymentNews): void {
    const key = `${news.environment} ${news.commit}`;
    // To the end of the queue: what came before it was before.
    this.#pending.delete(key);
    this.#pending.set(key, news);
    this.#work ??= this.#tellAll().finally(() => {
      this.#work = undefined;
    });
  }

  /** Ends when everything was told, or could not be. */
  async settled(): Promise<void> {
    while (this.#work) await this.#work;
  }

  async #tellAll(): Promise<void> {
    for (let next = this.#take(); next; next = this.#take()) await this.#send(next);
  }

  #take(): DeploymentNews | undefined {
    const [first] = this.#pending;
    if (!first) return undefined;
    this.#pending.delete(first[0]);
    return first[1];
  }

  async #send(news: DeploymentNews): Promise<void> {
    const { environment, commit, progress } = news;
    const { url } = this.#options;
    const deployment = {
      environment,
      commit,
      state: deploymentState(progress),
      description: progressText(progress),
      ...(url !== undefined && { url }),
    };
    // A token may be allowed the one and not the other.
    await this.#try(news, 'status', () => keepStatus(this.#forge, commit, deploymentStatus(news, url)));
    await this.#try(news, 'deployment', () => keepDeployment(this.#forge, deployment));
  }

  async #try(
    { environment, commit }: DeploymentNews,
    what: Untold['what'],
    send: () => Promise<unknown>,
  ): Promise<void> {
    try {
      await send();
    } catch (error) {
      // A forge must not harm the release, whatever is wrong with it.
      const why = error instanceof ForgeError ? `${error.code}: ${error.message}` : 'it cannot be sent';
      this.#options.onUntold({ environment, commit, what, why });
    }
  }
}
