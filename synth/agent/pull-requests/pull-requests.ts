/** What the agent does for pull requests: reviews them, previews them, and does what people ask for in comments. */
import type { Forge, ForgeEvent } from '../../../lib/forge/index.ts';
import { Repository, type Signer } from '../../../lib/git/index.ts';
import type { KubeClient } from '../../../lib/kube/index.ts';
import type { DeleteLimits } from '../../../lib/objects/index.ts';
import type { OpenSecret } from '../../../lib/sealed/index.ts';
import {
  checkTrusted,
  duePreviews,
  fetchPullRequest,
  listPreviews,
  PREVIEW_CONTEXT,
  type Preview,
  previewDown,
  previewPullRequest,
  tellGone,
  tellOfFork,
} from '../../preview/index.ts';
import { postReview, reviewChange, statusContext } from '../../review/index.ts';
import { type AgentLog, describe } from '../log.ts';
import { Wake } from '../wake.ts';
import { approve } from './approve.ts';
import type { Asked, CommandPort } from './command-port.ts';
import { Commands } from './commands.ts';
import type { Job } from './job.ts';
import { JobStore } from './job-store.ts';
import { parseCommands } from './parse-commands.ts';
import { promoteTo } from './promoting.ts';
import type { CommandName, CommandRules } from './roles.ts';
import { keepBack, letGo, rollBack } from './taking-back.ts';
import { Worker } from './worker.ts';

export interface PullRequestsOptions {
  readonly forge: Forge;
  /** The program of what is reviewed and previewed. */
  readonly program: string;
  /** Whether pull requests are reviewed when they are opened or go on. */
  readonly reviews: boolean;
  /** Whether they have previews. */
  readonly previews: boolean;
  readonly rules: CommandRules;
  /** Leads to the agent's cluster anew. */
  readonly connect: () => Promise<KubeClient>;
  /** Milliseconds between two looks for previews whose time is over and pull requests that nobody told of. */
  readonly sweepMs: number;
}

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
  readonly sign?: Signer;
  readonly timeoutMs: number;
  /** Of the agent, as its plans have them. */
  readonly limits: DeleteLimits;
  readonly log: AgentLog;
  /** The rendered branch, as the newest release has it. */
  readonly branch: () => string;
  /** Of the agent's end. */
  readonly signal: AbortSignal;
  /** Something was pushed. */
  readonly onPushed: () => void;
}

type Of<Type extends Job['type']> = Extract<Job, { readonly type: Type }>;

export class PullRequests {
  readonly #options: PullRequestsOptions;
  readonly #context: PullRequestsContext;
  readonly #worker: Worker;
  readonly #commands: Commands;
  /** Heads of which it was heard, so that the sweep does not ask for them. */
  readonly #heard = new Set<string>();
  #repository: Promise<Repository> | undefined;

  constructor(options: PullRequestsOptions, context: PullRequestsContext) {
    this.#options = options;
    this.#context = context;
    const { log, environment, state } = context;
    this.#worker = new Worker({
      store: new JobStore(`${state}/pull-requests`),
      log,
      carryOut: (job, signal) => this.#carryOut(job, signal),
    });
    this.#commands = new Commands({
      forge: options.forge,
      rules: options.rules,
      port: this.#port(),
      environment,
      log,
    });
  }

  /** Resolves once what is to be done is written down. */
  async onEvent(event: ForgeEvent): Promise<void> {
    const { forge, previews, rules } = this.#options;
    if (event.repository?.toLowerCase() !== forge.repository.toLowerCase()) return;
    if (event.type === 'pull-request') {
      const { action, number, head } = event;
      if (action === 'closed' || action === 'merged') {
        if (previews) await this.#worker.add({ type: 'end', number });
      } else if (action !== 'other') await this.#addChange(number, head.commit, ['review', 'preview']);
    } else if (event.type === 'comment') {
      const { action, isByBot, sender: by, number, commentId, body, at = Date.now() } = event;
      // What is written into a comment afterwards may be somebody else's.
      if (action !== 'created' || isByBot || !by) return;
      if (!parseCommands(body).some(({ name }) => rules.has(name as CommandName))) return;
      await this.#worker.add({ type: 'command', number, commentId, by: { ...by }, at, body });
    }
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#worker.run(signal), this.#keepSweeping(signal)]);
    const repository = await this.#repository?.catch(() => undefined);
    repository?.close();
  }

  async #addChange(number: number, head: string, types: readonly ('review' | 'preview')[]): Promise<void> {
    const { reviews, previews } = this.#options;
    this.#heard.add(head);
    if (reviews && types.includes('review')) await this.#worker.add({ type: 'review', number, head });
    if (previews && types.includes('preview')) await this.#worker.add({ type: 'preview', number, head });
  }

  async #carryOut(job: Job, signal: AbortSignal): Promise<void> {
    switch (job.type) {
      case 'review':
        return this.#review(job, signal);
      case 'preview':
        return this.#preview(job, signal);
      case 'end':
        return this.#end(job, signal);
      case 'command': {
        const { number, commentId, by, at, body } = job;
        const url = (await this.#options.forge.pullRequest(number)).url;
        return this.#commands.run({ number, commentId, by, at, body, url });
      }
    }
  }

  async #review({ number }: Of<'review'>, signal: AbortSignal): Promise<void> {
    const { forge, connect, program } = this.#options;
    const { environment, log, url, limits } = this.#context;
    const { state, head } = await forge.pullRequest(number);
    // What others wrote is rendered by CI, if at all, where there is nothing to be had.
    if (state !== 'open' || head.isFork) return;
    const repository = await this.#open(signal);
    const fetched = await fetchPullRequest(repository, { forge, number, remote: url }, signal);
    const review = await reviewChange(repository, {
      ...this.#rendering(),
      environment,
      base: fetched.base,
      head: fetched.head,
      connect,
      approvals: [],
      limits,
    });
    signal.throwIfAborted();
    const posted = await postReview(review, {
      repository,
      forge,
      number,
      tip: fetched.head,
      // Each agent keeps a comment of its own, as it knows its own cluster only.
      program: `${program} ${environment}`,
    });
    log.info(
      { pullRequest: number, head: fetched.head, comment: posted.comment, kept: posted.kept },
      'reviewed',
    );
  }

  async #preview({ number, owner, trusted }: Of<'preview'>, signal: AbortSignal): Promise<void> {
    const { forge, connect, program } = this.#options;
    const { client, environment, log, url, timeoutMs, openSecret } = this.#context;
    const { state, head } = await forge.pullRequest(number);
    if (state !== 'open') return;
    if (head.isFork && trusted === undefined) {
      const known = await listPreviews(client, (preview) => this.#isOf(preview, number));
      if (known.length === 0) await tellOfFork({ forge, number, head: head.commit, program });
      return;
    }
    const { preview, errors, left } = await previewPullRequest(await this.#open(signal), {
      ...this.#rendering(),
      environment,
      forge,
      number,
      remote: url,
      connect,
      now: Date.now(),
      timeoutMs,
      openSecret,
      signal,
      tells: true,
      ...(owner !== undefined && { owner }),
      ...(trusted !== undefined && { trustedCommit: trusted }),
    });
    const { namespace, status, urls, expires } = preview;
    log.info(
      {
        ...{ pullRequest: number, head: head.commit, namespace, status, urls },
        ...{ expires: new Date(expires).toISOString(), left: left.length, errors: errors.length },
      },
      'previewed',
    );
  }

  async #end({ number }: Of<'end'>, signal: AbortSignal): Promise<void> {
    const { forge } = this.#options;
    const { state } = await forge.pullRequest(number);
    const now = Date.now();
    const found = await listPreviews(this.#context.client, (preview) => this.#isOf(preview, number));
    for (const preview of found) {
      if (state !== 'open') await this.#takeDown(preview, 'the pull request is no longer open', signal);
      else if (preview.expires <= now) await this.#takeDown(preview, 'its time is over', signal);
    }
  }

  async #takeDown(preview: Preview, why: string, signal: AbortSignal): Promise<void> {
    const { forge, program } = this.#options;
    const { client, timeoutMs, log } = this.#context;
    const { namespace, pullRequest, head } = preview;
    const errors = await previewDown(preview, { client, timeoutMs, signal });
    if (pullRequest !== undefined) await tellGone({ forge, number: pullRequest, head, program }, why);
    log.info(
      { namespace, pullRequest, why, errors: errors.map((error) => error.toJSON()) },
      'took a preview down',
    );
  }

  #isOf({ pullRequest, repository }: Preview, number: number): boolean {
    return pullRequest === number && repository === this.#options.forge.repository;
  }

  async #keepSweeping(signal: AbortSignal): Promise<void> {
    const pause = new Wake();
    while (!signal.aborted) {
      try {
        await this.#sweep(signal);
      } catch (error) {
        if (!signal.aborted)
          this.#context.log.warn({ error: describe(error) }, 'the sweep is tried again later');
      }
      await pause.wait(this.#options.sweepMs, signal);
    }
  }

  /** Webhooks get lost, and time passes without one. */
  async #sweep(signal: AbortSignal): Promise<void> {
    const { forge, previews, reviews } = this.#options;
    const { client, environment } = this.#context;
    const isOurs = (preview: Preview) =>
      preview.repository === forge.repository && preview.environment === environment;
    if (previews) {
      const due = await duePreviews(client, isOurs, { forge, now: Date.now() });
      for (const { preview } of due) {
        if (preview.pullRequest !== undefined)
          await this.#worker.add({ type: 'end', number: preview.pullRequest });
      }
    }
    if (!previews && !reviews) return;
    const us = await forge.user();
    for (const { number, head } of await forge.pullRequests({ state: 'open' })) {
      if (signal.aborted) return;
      if (this.#heard.has(head.commit) || head.isFork) continue;
      const ours = (await forge.statuses(head.commit)).filter(({ author }) => author?.login === us.login);
      const has = (context: string) => ours.some((status) => status.context === context);
      await this.#addChange(number, head.commit, [
        ...(has(statusContext(environment)) ? [] : (['review'] as const)),
        ...(has(PREVIEW_CONTEXT) ? [] : (['preview'] as const)),
      ]);
    }
  }

  #port(): CommandPort {
    const { forge, previews, program } = this.#options;
    return {
      approve: (asked) => approve(forge, asked),
      rollback: (asked, _environment, to) => this.#takeBack(asked, to),
      hold: async (asked, _environment, reason) => keepBack(await this.#takingBack(), asked, reason),
      releaseHold: async (asked) => {
        const said = await letGo(await this.#takingBack(), asked);
        this.#context.onPushed();
        return said;
      },
      ...(program !== '' && { promote: () => this.#promote() }),
      ...(previews && { preview: (asked, commit) => this.#askForPreview(asked, commit) }),
    };
  }

  async #askForPreview({ number, by }: Asked, commit: string | undefined): Promise<string> {
    const pullRequest = await this.#options.forge.pullRequest(number);
    checkTrusted(pullRequest, commit);
    const { head } = pullRequest;
    const trusted = commit === undefined ? {} : { trusted: commit };
    await this.#worker.add({ type: 'preview', number, head: head.commit, owner: by.login, ...trusted });
    return `a preview of ${head.commit.slice(0, 12)} is being made; its comment says when it is ready.`;
  }

  async #takeBack(asked: Asked, to: string | undefined): Promise<string> {
    const said = await rollBack(await this.#takingBack(), asked, to);
    this.#context.onPushed();
    return said;
  }

  async #promote(): Promise<string> {
    const { url, environment, sourceBranch, sign, openSecret, signal } = this.#context;
    const { typecheck: _, ...rendering } = this.#rendering();
    const said = await promoteTo({
      ...rendering,
      repository: await this.#open(),
      forge: this.#options.forge,
      url,
      environment,
      openSecret,
      signal,
      ...(sourceBranch !== undefined && { sourceBranch }),
      ...(sign && { sign }),
    });
    this.#context.onPushed();
    return said;
  }

  async #takingBack() {
    const { url, environment: name, branch, sign } = this.#context;
    const repository = await this.#open();
    return { repository, url, environment: { name, branch: branch() }, ...(sign && { sign }) };
  }

  #rendering() {
    const { state, packages } = this.#context;
    const { program } = this.#options;
    return { program, cache: state, typecheck: false, ...(packages !== undefined && { packages }) };
  }

  /** A clone of its own: that of the source side is fetched into with all branches at any time. */
  #open(signal?: AbortSignal): Promise<Repository> {
    const { url, state } = this.#context;
    this.#repository ??= Repository.cloneOrOpen(
      url,
      `${state}/pull-requests.git`,
      signal ? { signal } : {},
    ).catch((error: unknown) => {
      this.#repository = undefined;
      throw error;
    });
    return this.#repository;
  }
}
