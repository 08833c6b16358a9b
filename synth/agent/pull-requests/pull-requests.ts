/** What the agent does for pull requests: reviews them, previews them, finishes what was approved in them, and does what people ask
 * for in comments. */
import type { Forge, ForgeEvent } from '../../../lib/forge/index.ts';
import { asOid, type Oid } from '../../../lib/git/index.ts';
import type { KubeClient } from '../../../lib/kube/index.ts';
import { PREVIEW_CONTEXT } from '../../preview/index.ts';
import { statusContext } from '../../review/index.ts';
import { describe } from '../log.ts';
import { Wake } from '../wake.ts';
import { approve } from './approve.ts';
import type { CommandPort } from './command-port.ts';
import { Commands } from './commands.ts';
import { explainMerge } from './explain-merge.ts';
import { finish } from './finishing.ts';
import type { Job } from './job.ts';
import { JobStore } from './job-store.ts';
import { MissedComments } from './missed-comments.ts';
import { parseCommands } from './parse-commands.ts';
import { endPreviews, preview, previewJob, pullRequestsOver } from './previewing.ts';
import { Promoting } from './promoting.ts';
import { proposedBy } from './proposed.ts';
import { pullRequestOf, renew } from './renewing.ts';
import { review } from './reviewing.ts';
import { type CommandRules, hasRuleFor } from './roles.ts';
import { keepBack, letGo, proposeBack, rollBack } from './taking-back.ts';
import { Clone, type PullRequestsContext, type Work } from './work.ts';
import { Worker } from './worker.ts';

export interface PullRequestsOptions {
  readonly forge: Forge;
  /** The program of what is reviewed and previewed. */
  readonly program: string;
  /** Whether pull requests are reviewed when they are opened or go on. */
  readonly reviews: boolean;
  /** Whether they have previews. */
  readonly previews: boolean;
  /** Whether what is proposed to the environment is carried out once it was approved, also where nobody may ask for it here. */
  readonly finishes: boolean;
  readonly rules: CommandRules;
  /** Leads to the agent's cluster anew. */
  readonly connect: () => Promise<KubeClient>;
  /** Milliseconds between two looks for previews whose time is over and pull requests that nobody told of. */
  readonly sweepMs: number;
}

export class PullRequests {
  readonly #options: PullRequestsOptions;
  readonly #work: Work;
  readonly #worker: Worker;
  readonly #commands: Commands;
  readonly #promoting: Promoting;
  readonly #missed: MissedComments;
  /** The release of the environment, where its plan did not come out as it was approved. */
  #refused: Oid | undefined;
  readonly #pause = new Wake();
  /** Heads of which it was heard, so that the sweep does not ask for them. */
  readonly #heard = new Set<string>();

  constructor(options: PullRequestsOptions, context: PullRequestsContext) {
    this.#options = options;
    const { forge, program, connect, rules } = options;
    this.#work = { ...context, forge, program, connect, clone: new Clone(context) };
    this.#promoting = new Promoting(this.#work);
    const { log, environment, state } = context;
    this.#worker = new Worker({
      store: new JobStore(`${state}/pull-requests`),
      log,
      carryOut: (job, signal) => this.#carryOut(job, signal),
    });
    this.#missed = new MissedComments({
      forge,
      file: `${state}/pull-requests/comments.json`,
      now: Date.now,
      onComment: ({ id, author: by, createdAt: at, ...comment }) =>
        this.#addCommand({ ...comment, commentId: id, by, at }),
      onTooOld: ({ number, id: comment, author }) => {
        log.warn({ pullRequest: number, comment, by: author.login }, 'a comment is too old to be obeyed');
      },
    });
    this.#commands = new Commands({ forge, rules, port: this.#port(), environment, log });
  }

  /** Resolves once what is to be done is written down. */
  async onEvent(event: ForgeEvent): Promise<void> {
    const { forge, previews, rules } = this.#options;
    if (event.repository?.toLowerCase() !== forge.repository.toLowerCase()) return;
    if (event.type === 'pull-request') {
      const { action, number, head } = event;
      if (action === 'closed' || action === 'merged') {
        if (previews) await this.#worker.add({ type: 'end', number });
        if (action === 'merged' && proposedBy(head.branch)) await this.#addFinish(number);
      } else if (action !== 'other') await this.#addChange(number, head, ['review', 'preview']);
    } else if (event.type === 'approval') {
      await this.#addFinish(event.number);
      // Who promotes looks at approvals whenever it looks.
      this.#work.onPushed();
    } else if (event.type === 'comment') {
      const { action, isByBot, sender: by, number, commentId, body, at = Date.now() } = event;
      // What is written into a comment afterwards may be somebody else's.
      if (action !== 'created' || isByBot || !by) return;
      if (rules.size === 0) return;
      await this.#addCommand({ number, commentId, by, at, body });
      await this.#missed.saw({ id: commentId, createdAt: at });
    }
  }

  async #addCommand({
    number,
    commentId,
    by: { id, login },
    at,
    body,
  }: Omit<Extract<Job, { readonly type: 'command' }>, 'type'>): Promise<void> {
    if (!parseCommands(body).some(({ name }) => hasRuleFor(this.#options.rules, name))) return;
    await this.#worker.add({ type: 'command', number, commentId, by: { id, login }, at, body });
  }

  /** Told how a run of the newest release ended. */
  onRelease(rendered: string, { isPlanChanged }: { readonly isPlanChanged: boolean }): void {
    this.#refused = isPlanChanged ? asOid(rendered) : undefined;
    if (isPlanChanged) this.#pause.wake();
  }

  /** Works until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#worker.run(signal), this.#keepSweeping(signal)]);
    await this.#work.clone.close();
  }

  async #addChange(
    number: number,
    head: { readonly branch: string; readonly commit: string },
    types: readonly ('review' | 'preview')[],
  ): Promise<void> {
    const { reviews, previews } = this.#options;
    this.#heard.add(head.commit);
    if (reviews && types.includes('review'))
      await this.#worker.add({ type: 'review', number, head: head.commit });
    // What is proposed to an environment has no program to make a preview of.
    if (previews && types.includes('preview') && !proposedBy(head.branch))
      await this.#worker.add({ type: 'preview', number, head: head.commit });
  }

  async #addFinish(number: number): Promise<void> {
    if (this.#finishes('rollback') || this.#finishes('promotion') || this.#renews())
      await this.#worker.add({ type: 'finish', number });
  }

  #renews(): boolean {
    return this.#options.reviews && this.#refused !== undefined;
  }

  #finishes(kind: 'rollback' | 'promotion'): boolean {
    const { finishes, rules, program } = this.#options;
    if (kind === 'rollback') return finishes || hasRuleFor(rules, 'rollback');
    return program !== '' && (finishes || hasRuleFor(rules, 'promote'));
  }

  async #carryOut(job: Job, signal: AbortSignal): Promise<void> {
    switch (job.type) {
      case 'review':
        return review(this.#work, job.number, signal);
      case 'preview':
        return preview(this.#work, job, signal);
      case 'end':
        return endPreviews(this.#work, job.number, signal);
      case 'finish':
        return this.#finish(job.number, signal);
      case 'command': {
        const { type: _, ...comment } = job;
        const { url } = await this.#options.forge.pullRequest(job.number);
        return this.#commands.run({ ...comment, url });
      }
    }
  }

  async #finish(number: number, signal: AbortSignal): Promise<void> {
    const pullRequest = await this.#options.forge.pullRequest(number);
    const { head, state } = pullRequest;
    const proposed = head.isFork ? undefined : proposedBy(head.branch);
    if (!proposed) return;
    const isOwn = proposed.environment === this.#work.environment;
    if (isOwn && this.#renews() && head.commit === this.#refused)
      return renew(this.#work, pullRequest, signal);
    if (!this.#finishes(proposed.kind)) return;
    if (state === 'merged' && isOwn) await explainMerge(this.#work, proposed, pullRequest, signal);
    if (state !== 'open') return;
    if (proposed.kind === 'rollback') {
      if (isOwn) await finish(this.#work, pullRequest, signal);
    } else if (await this.#promoting.serves(proposed.environment)) {
      await this.#promoting.finish(proposed.environment);
    }
  }

  async #keepSweeping(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        await this.#sweep(signal);
      } catch (error) {
        if (!signal.aborted)
          this.#work.log.warn({ error: describe(error) }, 'the sweep is tried again later');
      }
      await this.#pause.wait(this.#options.sweepMs, signal);
    }
  }

  /** Webhooks get lost, and time passes without one. */
  async #sweep(signal: AbortSignal): Promise<void> {
    const { forge, previews, reviews, rules } = this.#options;
    if (rules.size > 0) await this.#missed.look();
    if (this.#renews()) {
      const number = await pullRequestOf(this.#work, this.#refused!);
      if (number !== undefined) await this.#worker.add({ type: 'finish', number });
    }
    if (previews)
      for (const number of await pullRequestsOver(this.#work))
        await this.#worker.add({ type: 'end', number });
    const finishes = this.#finishes('rollback') || this.#finishes('promotion');
    if (!previews && !reviews && !finishes) return;
    const us = await forge.user();
    for (const { number, head } of await forge.pullRequests({ state: 'open' })) {
      if (signal.aborted) return;
      if (head.isFork) continue;
      if (proposedBy(head.branch)) await this.#addFinish(number);
      if (this.#heard.has(head.commit) || !(previews || reviews)) continue;
      const ours = (await forge.statuses(head.commit)).filter(({ author }) => author?.login === us.login);
      const has = (context: string) => ours.some((status) => status.context === context);
      await this.#addChange(number, head, [
        ...(has(statusContext(this.#work.environment)) ? [] : (['review'] as const)),
        ...(has(PREVIEW_CONTEXT) ? [] : (['preview'] as const)),
      ]);
    }
  }

  #port(): CommandPort {
    const { forge, previews, program } = this.#options;
    const work = this.#work;
    return {
      approve: async (asked) => {
        const said = await approve(forge, asked, this.#refused);
        await this.#addFinish(asked.number);
        work.onPushed();
        return said;
      },
      rollback: (asked, to) => proposeBack(work, asked, to),
      rollbackNow: (asked, to) => rollBack(work, asked, to),
      hold: (asked, reason) => keepBack(work, asked, reason),
      releaseHold: (asked) => letGo(work, asked),
      ...(program !== '' && {
        promote: {
          serves: (environment) => this.#promoting.serves(environment),
          to: (_asked, environment) => this.#promoting.ask(environment),
        },
      }),
      ...(previews && {
        preview: async (asked, commit) => {
          const job = await previewJob(work, asked, commit);
          await this.#worker.add(job);
          return `a preview of ${job.head.slice(0, 12)} is being made; its comment says when it is ready.`;
        },
      }),
    };
  }
}
