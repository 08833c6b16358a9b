import {
  branchTip,
  type CommitOptions,
  commitRendered,
  followNotes,
  holdAllows,
  NOTES_REF,
  notePromotion,
  PROMOTIONS_REF,
  proposeRendered,
  READY_REF,
  type RenderedRelease,
  readRendered,
} from '../../lib/branch/index.ts';
import type { Oid, Repository } from '../../lib/git/index.ts';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import {
  type Approver,
  type Candidate,
  type Choice,
  chooseCandidate,
  evaluateGates,
  type GateResult,
  inPromotionOrder,
  jobOutcome,
  type PassedOver,
  readSecretKey,
  type UpstreamRuns,
  unavailableOn,
  upstreamOf,
} from '../../lib/promotion/index.ts';
import { version } from '../version.ts';
import { changedImages } from './bundle.ts';
import { judgedBy } from './policies.ts';
import type { Bundle, Promotion, PromotionRequest, UpstreamRequest, UpstreamSummary } from './promotion.ts';
import { PullRequests, type Standing } from './pull-requests.ts';
import { type Render, Renders } from './renders.ts';
import { type Upstream, Upstreams } from './upstreams.ts';

/** Source commits that are looked through. */
const LOOKED_AT = 500;
/** Commits of a bundle that are named. */
const NAMED = 50;

/** Promotes what may be promoted, in the order of the environments: what gets to one may get on to the next at once.
 * @throws TruekeelError `UNKNOWN_ENVIRONMENT`, `NOTHING_UPSTREAM`, `PROMOTION_CYCLE`; and what rendering the newest source commit
 * throws. What goes wrong with one environment is told in its own result */
export async function promote(
  repository: Repository,
  request: PromotionRequest,
): Promise<readonly Promotion[]> {
  const { remote, signal } = request;
  for (const ref of remote === undefined ? [] : [NOTES_REF, READY_REF, PROMOTIONS_REF])
    await followNotes(repository, ref, remote!, { signal });
  const head = (await repository.commit(request.head)).oid;
  const renders = request.renders ?? new Renders();
  const { environments } = await renders.of(repository, head, request);
  const run = new Run(repository, request, { head, environments, renders });
  const promotions: Promotion[] = [];
  for (const environment of chosen(environments, request)) {
    if (signal.aborted) break;
    promotions.push(await run.promote(environment));
  }
  return promotions;
}

/** Looks how one environment is, and notes since when it is ready, for whoever promotes from it. */
export async function observe(
  repository: Repository,
  request: UpstreamRequest,
  environment: Pick<RenderedEnvironment, 'name' | 'branch'>,
): Promise<UpstreamSummary> {
  return (await new Upstreams(repository, request).of(environment)).summary;
}

function chosen(
  environments: readonly RenderedEnvironment[],
  { environment: name, from }: PromotionRequest,
): readonly RenderedEnvironment[] {
  const ordered = inPromotionOrder(environments);
  if (name === undefined) {
    return ordered.filter(
      ({ promotesFrom: [first] }) => first !== undefined && (first === from || from === undefined),
    );
  }
  const found = ordered.find((environment) => environment.name === name);
  if (found && found.promotesFrom.length > 0) return [found];
  if (found) {
    throw new TruekeelError(`environment ${name} promotes from no other`, {
      code: 'NOTHING_UPSTREAM',
      family: 'usage',
      hint: `Say promotesFrom in the program, or render it: "truekeel render --environment ${name}".`,
    });
  }
  throw new TruekeelError(`the program has no environment "${name}"`, {
    code: 'UNKNOWN_ENVIRONMENT',
    family: 'usage',
    hint: `It has ${environments.map((environment) => environment.name).join(', ') || 'none'}.`,
  });
}

interface Surroundings {
  readonly head: Oid;
  /** Of the newest source commit. */
  readonly environments: readonly RenderedEnvironment[];
  readonly renders: Renders;
}

/** What an environment has, and what there is upstream. */
interface Situation {
  readonly environment: RenderedEnvironment;
  readonly release: RenderedRelease | undefined;
  readonly upstreams: readonly Upstream[];
}

/** One pass over the environments. */
class Run {
  readonly #repository: Repository;
  readonly #request: PromotionRequest;
  readonly #around: Surroundings;
  readonly #upstreams: Upstreams;

  constructor(repository: Repository, request: PromotionRequest, around: Surroundings) {
    this.#repository = repository;
    this.#request = request;
    this.#around = around;
    this.#upstreams = new Upstreams(repository, request);
  }

  async promote(environment: RenderedEnvironment): Promise<Promotion> {
    const { name, branch } = environment;
    try {
      const promotion = await this.#promote(environment);
      if (promotion.state === 'promoted' || promotion.state === 'unchanged')
        this.#upstreams.forget(environment);
      return promotion;
    } catch (error) {
      // Others do not stand still because of one that cannot move.
      if (!(error instanceof TruekeelError)) throw error;
      const nothing = { upstreams: [], passedOver: [], gates: [] };
      return { environment: name, branch, ...nothing, state: 'failed', why: error.message, error };
    }
  }

  async #promote(environment: RenderedEnvironment): Promise<Promotion> {
    const repository = this.#repository;
    const tip = await branchTip(repository, environment, this.#request);
    const release = tip && (await readRendered(repository, environment, { revision: tip }));
    const near = environment.promotesFrom.map((name) => this.#environment(name));
    const upstreams: Upstream[] = [];
    for (const upstream of near) upstreams.push(await this.#upstreams.of(upstream));
    const situation: Situation = { environment, release, upstreams };
    const { hold } = release ?? {};
    if (hold && hold.pin === undefined) {
      const why = `held by ${hold.by}${hold.reason === undefined ? '' : `: ${hold.reason}`}`;
      return { ...summary(situation), state: 'held', why, passedOver: [], gates: [] };
    }
    const { candidate, passedOver } = await this.#choose(situation);
    if (candidate) return this.#consider(situation, candidate, passedOver);
    await this.#pullRequests(environment)?.close();
    const why = nothingWhy(passedOver, situation);
    return { ...summary(situation), state: 'current', why, passedOver, gates: [] };
  }

  async #choose({ environment, release, upstreams }: Situation): Promise<Choice> {
    const repository = this.#repository;
    const { gates = [] } = environment;
    const asked = await this.#asked(release);
    const sources = asked === undefined ? await this.#following(release) : [asked];
    const runs = await Promise.all(
      upstreams.map(async ({ summary: { environment: name }, runOf }): Promise<UpstreamRuns> => {
        const found = await Promise.all(
          sources.map(async (source) => [source, await runOf(source)] as const),
        );
        return {
          environment: name,
          runs: new Map(found.flatMap(([source, run]) => (run ? [[source, run] as const] : []))),
        };
      }),
    );
    const pin = release?.hold;
    const beyondPin = new Set<Oid>();
    for (const source of pin ? sources : [])
      if (!(await holdAllows(repository, pin!, source))) beyondPin.add(source);
    const choice = chooseCandidate({
      sources,
      upstreams: runs,
      takenBack: asked === undefined ? await this.#takenBack(environment, sources) : new Set(),
      beyondPin,
      soakMs: Math.max(0, ...gates.map((gate) => (gate.type === 'soak' ? gate.durationMs : 0))),
      now: this.#request.now(),
    });
    if (asked !== undefined && !choice.candidate) throw notUpstream(asked, environment, choice);
    return choice;
  }

  /** @throws TruekeelError `OLDER_SOURCE` when it does not follow what is there */
  async #asked(release: RenderedRelease | undefined): Promise<Oid | undefined> {
    if (this.#request.source === undefined) return undefined;
    const { oid } = await this.#repository.commit(this.#request.source);
    const has = release?.source.commit;
    if (has === undefined || (await this.#repository.isAncestor(has, oid))) return oid;
    throw new TruekeelError(
      `${release!.environment} has ${has.slice(0, 12)}, which does not come before ${oid.slice(0, 12)}`,
      {
        code: 'OLDER_SOURCE',
        family: 'guard',
        hint: 'Promotion goes forward only. To go back, use "truekeel rollback".',
      },
    );
  }

  /** Commits of the source branch that follow what the environment has, newest first. */
  async #following(release: RenderedRelease | undefined): Promise<readonly Oid[]> {
    const repository = this.#repository;
    const { head } = this.#around;
    const has = release?.source.commit;
    if (has !== undefined) await this.#deepen(head, has);
    const commits = (await repository.log(head, { limit: LOOKED_AT })).map(({ oid }) => oid);
    if (has === undefined) return commits;
    const at = commits.indexOf(has);
    if (at >= 0) return commits.slice(0, at);
    // On a branch that was merged, or further back than was read. The ones that follow it are the newest.
    let following = 0;
    for (let end = commits.length; following < end; ) {
      const middle = (following + end) >> 1;
      if (await repository.isAncestor(has, commits[middle]!)) following = middle + 1;
      else end = middle;
    }
    return commits.slice(0, following);
  }

  /** A clone that has only the newest commits fetches older ones, until it can be told which came first. */
  async #deepen(head: Oid, has: Oid): Promise<void> {
    const repository = this.#repository;
    const { remote, signal } = this.#request;
    if (remote === undefined || !(await repository.isShallow())) return;
    const isThere = async () => (await repository.has(has)) && repository.isAncestor(has, head);
    await repository.deepen(remote, [head], isThere, { signal });
  }

  async #takenBack(environment: RenderedEnvironment, sources: readonly Oid[]): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    const { environments } = this.#around;
    for (const name of [environment.name, ...upstreamOf(environments, environment.name)]) {
      const at = this.#environment(name);
      const back = await this.#upstreams.takenBack(at);
      for (const source of back.sources) found.add(source);
      if (back.rendered.size === 0) continue;
      // What changed nothing there is in a release of another source commit.
      const { runOf } = await this.#upstreams.of(at);
      for (const source of sources) {
        const run = await runOf(source);
        if (run && back.rendered.has(run.rendered)) found.add(source);
      }
    }
    return found;
  }

  async #consider(
    situation: Situation,
    candidate: Candidate,
    passedOver: readonly PassedOver[],
  ): Promise<Promotion> {
    const repository = this.#repository;
    const { environment, release } = situation;
    const [source] = await repository.commits([candidate.source as Oid]);
    const bundle = await this.#bundle(situation, candidate);
    const about = { ...summary(situation), passedOver, bundle };
    if (candidate.state === 'waiting') {
      const gates = await this.#evaluate(situation, candidate, undefined, undefined);
      return { ...about, state: 'waiting', why: gates[0]!.why, gates };
    }
    const render = await this.#around.renders.of(repository, source!.oid, this.#request);
    const rendered = render.environments.find(({ name }) => name === environment.name);
    if (!rendered) {
      const why = `source commit ${source!.oid.slice(0, 12)} does not have it`;
      return { ...about, state: 'waiting', why, gates: [] };
    }
    const pullRequests = this.#pullRequests(environment);
    const { sign, remote, program, signal, moves } = this.#request;
    const reuse = await pullRequests?.proposed();
    const options: CommitOptions = {
      sourceCommit: source!.oid,
      program,
      versions: { truekeel: version() },
      promotedFrom: bundle.from.map((from) => ({ ...from, rendered: from.rendered as Oid })),
      signal,
      ...(sign && { sign }),
      ...(remote !== undefined && { remote }),
      ...(reuse && { reuse }),
    };
    const proposed = await proposeRendered(repository, rendered, options);
    if (proposed.state === 'same') {
      if (moves !== 'never') await commitRendered(repository, rendered, options);
      await pullRequests?.close();
      const why = 'it changes nothing here';
      return { ...about, state: moves === 'never' ? 'open' : 'unchanged', why, gates: [] };
    }
    // A hold without a pin was told before; somebody was faster.
    if (proposed.state === 'held')
      return { ...about, state: 'held', why: `held by ${proposed.hold.by}`, gates: [] };

    const images = await changedImages(release, rendered);
    const whole: Bundle = { ...bundle, rendered: proposed.commit, files: proposed.files, images };
    const standing = await pullRequests?.standing(proposed.commit, proposed.tip);
    const gates = await this.#evaluate(situation, candidate, render, standing?.approvedBy);
    const pending =
      gates.find(({ state }) => state === 'failed') ?? gates.find(({ state }) => state !== 'passed');
    const missing = this.#missing(standing);
    // The first release has nothing to be compared with, and what passes at once needs nobody to look at it.
    const isToldOf =
      proposed.tip !== undefined && (pending || missing !== undefined || standing?.pullRequest !== undefined);
    const told =
      isToldOf && pullRequests
        ? await pullRequests.propose(proposed.commit, { ...about, bundle: whole, gates, pending, moves })
        : undefined;
    const result = { ...about, bundle: whole, gates, ...(told && { pullRequest: told }) };
    if (pending) {
      const why = `${pending.gate.type}: ${pending.why}`;
      return { ...result, state: pending.state === 'failed' ? 'refused' : 'waiting', why };
    }
    if (missing !== undefined) return { ...result, state: 'open', why: missing };
    return this.#move({ rendered, options: { ...options, only: proposed.commit }, result, standing });
  }

  /** @returns why it does not move though all gates have passed; undefined when it does */
  #missing(standing: Standing | undefined): string | undefined {
    switch (this.#request.moves) {
      case 'when-passed':
        return undefined;
      case 'when-approved':
        return standing?.isApproved ? undefined : 'all gates have passed, and nobody has approved it yet';
      case 'never':
        return 'all gates have passed';
    }
  }

  async #move(step: {
    readonly rendered: RenderedEnvironment;
    readonly options: CommitOptions;
    readonly result: Omit<Promotion, 'state' | 'why'> & { readonly bundle: Bundle };
    readonly standing: Standing | undefined;
  }): Promise<Promotion> {
    const { rendered, options, result, standing } = step;
    const { bundle, gates, pullRequest } = result;
    const { commit } = await commitRendered(this.#repository, rendered, options);
    await notePromotion(
      this.#repository,
      commit,
      {
        environment: rendered.name,
        source: bundle.source,
        from: [...bundle.from],
        gates: gates.map(({ gate, why }) => ({ type: gate.type, why })),
        approvedBy: (standing?.approvedBy ?? []).map(({ login }) => login),
        ...(pullRequest && { pullRequest: pullRequest.url }),
        at: new Date(this.#request.now()).toISOString(),
      },
      this.#request,
    );
    return { ...result, state: 'promoted', why: `${rendered.branch} has ${commit.slice(0, 12)} now` };
  }

  #evaluate(
    { environment, upstreams }: Situation,
    candidate: Candidate,
    render: Render | undefined,
    approvals: readonly Approver[] | undefined,
  ): Promise<readonly GateResult[]> {
    const { fetch, forge, signal, clusterOf, now, moves } = this.#request;
    const first = upstreams[0]?.release;
    const client = () =>
      unavailableOn(() => {
        if (!first) throw new Error('a candidate has a release in every environment upstream');
        return clusterOf(first);
      });
    return evaluateGates(
      environment.gates ?? [],
      {
        candidate,
        upstreams: upstreams.map(({ summary: { environment: name, why } }) => ({ environment: name, why })),
        now: now(),
        approvals,
        policies: render ? judgedBy(render, environment.name) : new Map(),
      },
      {
        fetch,
        signal,
        ...(forge && { isMember: (team, user) => forge.isMember(team, user) }),
        authorization: async (secret) => readSecretKey(await client(), secret),
        job: async (gate) => {
          const subject = { environment: environment.name, source: candidate.source };
          if (moves !== 'never') return jobOutcome(await client(), gate, subject);
          return { state: 'waiting', why: 'nothing is run by looking' };
        },
      },
    );
  }

  async #bundle({ release, upstreams }: Situation, { source, runs }: Candidate): Promise<Bundle> {
    // Names of commits come from Git.
    const oid = source as Oid;
    const commits = await this.#repository.log(oid, { limit: NAMED });
    const at = commits.findIndex((commit) => commit.oid === release?.source.commit);
    const brought = at >= 0 ? commits.slice(0, at) : release ? commits : commits.slice(0, 1);
    return {
      source,
      subject: commits[0]!.subject,
      from: upstreams.map(({ summary: { environment } }, index) => ({
        environment,
        rendered: runs[index]!.rendered,
      })),
      commits: brought.map((commit) => ({
        source: commit.oid,
        subject: commit.subject,
        author: commit.author.name,
      })),
      images: [],
    };
  }

  #pullRequests(environment: RenderedEnvironment): PullRequests | undefined {
    const { forge, remote, moves, signal } = this.#request;
    if (!forge || remote === undefined || moves === 'never') return undefined;
    return new PullRequests({ repository: this.#repository, forge, remote, environment, signal });
  }

  #environment(name: string): RenderedEnvironment {
    const found = this.#around.environments.find((environment) => environment.name === name);
    if (found) return found;
    // Rendering refuses programs that promote from what they do not have.
    throw new Error(`there is no environment ${name}`);
  }
}

function summary({ environment, release, upstreams }: Situation) {
  return {
    environment: environment.name,
    branch: environment.branch,
    upstreams: upstreams.map((upstream) => upstream.summary),
    ...(release && { current: { rendered: release.commit, source: release.source.commit } }),
    ...(release?.hold && { hold: release.hold }),
  };
}

const PASSED_OVER: Readonly<Record<PassedOver['why'], string>> = {
  'not-upstream': 'is not in every environment that it promotes from',
  'taken-back': 'was rolled back; name it with --source to promote it all the same',
  'beyond-pin': 'is newer than what it is pinned to',
  'not-ready-in-time': 'was gone upstream before it had been ready for long enough',
};

function nothingWhy([newest]: readonly PassedOver[], { upstreams }: Situation): string {
  if (!newest) return 'it has the newest source commit';
  const empty = upstreams.find(({ release }) => !release);
  if (empty) return `${empty.summary.environment}: ${empty.summary.why}`;
  return `nothing newer may get here: ${newest.source.slice(0, 12)} ${PASSED_OVER[newest.why]}`;
}

function notUpstream(source: Oid, { name }: RenderedEnvironment, { passedOver }: Choice): TruekeelError {
  const why = PASSED_OVER[passedOver[0]?.why ?? 'not-upstream'];
  return new TruekeelError(`${source.slice(0, 12)} cannot be promoted to ${name}: it ${why}`, {
    code: 'NOT_PROMOTABLE',
    family: 'guard',
    hint: `What gets to ${name} has to be released before it. To render it past all gates: "truekeel render --environment ${name} --source ${source.slice(0, 12)}".`,
  });
}
