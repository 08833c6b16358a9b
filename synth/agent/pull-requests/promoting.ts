/** `/promote`: as `truekeel promote --propose --upstream notes` does it, in the agent's own clone; and the end of what was proposed, once
 * it was approved. Whoever asks has it looked at now; the gates decide as ever. */
import { branchRef, type Repository } from '../../../lib/git/index.ts';
import { TruekeelError } from '../../../lib/objects/index.ts';
import { type Promotion, type PromotionRequest, promote, Renders } from '../../promotion/index.ts';
import { code, plain } from '../../review/index.ts';
import { renderingOf, type Work } from './work.ts';

export class Promoting {
  readonly #work: Work;
  readonly #renders = new Renders();

  constructor(work: Work) {
    this.#work = work;
  }

  /** Whether this agent promotes to an environment: its own, and those that promote from its own first of all, whose Jobs and
   * Secrets are in its cluster. */
  async serves(environment: string): Promise<boolean> {
    const own = this.#work.environment;
    if (environment === own) return true;
    const repository = await this.#work.clone.fetched(this.#work.signal);
    const { oid } = await repository.commit(await this.#head(repository));
    const { environments } = await this.#renders.of(repository, oid, renderingOf(this.#work));
    return environments.some(({ name, promotesFrom: [first] }) => name === environment && first === own);
  }

  /** @throws TruekeelError `NOTHING_UPSTREAM`, and what rendering the newest source commit throws */
  async ask(environment: string): Promise<string> {
    return told(await this.#promote(environment, 'when-asked'));
  }

  /** Moves the branch if the pull request was approved and the gates let it pass; leaves it as it is otherwise. */
  async finish(environment: string): Promise<void> {
    const { log } = this.#work;
    const { state, why, bundle } = await this.#promote(environment, 'when-approved');
    if (state === 'promoted')
      log.info(
        { to: environment, state, why, source: bundle?.source, rendered: bundle?.rendered },
        'promotion',
      );
  }

  async #promote(environment: string, moves: 'when-asked' | 'when-approved'): Promise<Promotion> {
    const { url: remote, forge, client, openSecret, sign, environment: own, signal } = this.#work;
    const { connect, limits, isInStep } = this.#work;
    const { typecheck: _, ...rendering } = renderingOf(this.#work);
    const repository = await this.#work.clone.fetched(signal);
    const request: PromotionRequest = {
      ...rendering,
      forge,
      openSecret,
      signal,
      renders: this.#renders,
      head: await this.#head(repository),
      remote,
      environment,
      moves,
      // Whoever promotes by itself keeps the text of the pull request; two of them would write over each other.
      keeps: moves === 'when-asked',
      asks: (upstream) => (upstream === own ? 'cluster' : 'notes'),
      clusterOf: async (release) => {
        if (release.environment === own) return client;
        throw otherCluster(environment, release.environment);
      },
      // What is planned against something else than the release before would be approved, and not come out.
      planAccess: (to) => (to === own && isInStep() ? { connect, approvals: [], limits } : undefined),
      fetch: globalThis.fetch,
      now: Date.now,
      ...(sign && { sign }),
    };
    const [promotion] = await promote(repository, request);
    if (!promotion) throw new Error('the environment that is named is promoted to');
    if (promotion.error) throw promotion.error;
    if (promotion.state === 'promoted') this.#work.onPushed();
    return promotion;
  }

  async #head(repository: Repository): Promise<string> {
    const { url, sourceBranch, signal } = this.#work;
    if (sourceBranch !== undefined) return branchRef(sourceBranch);
    return (await repository.lsRemote(url, [], { signal })).head ?? 'HEAD';
  }
}

function otherCluster(environment: string, upstream: string): TruekeelError {
  return new TruekeelError(
    `that is in the cluster of ${upstream}, whose agent has to do it: let it hear "/promote ${environment}", or give it --promote`,
    { code: 'OTHER_CLUSTER', family: 'usage' },
  );
}

function told({ environment, state, why, bundle, pullRequest }: Promotion): string {
  return [
    `${code(environment)} is ${state}: ${plain(why)}.`,
    ...(bundle ? [`Source commit ${code(bundle.source.slice(0, 12))}.`] : []),
    ...(pullRequest ? [`Pull request #${pullRequest.number}: approve it, or ask again later.`] : []),
  ].join(' ');
}
