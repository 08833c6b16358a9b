/** The environments upstream: which source commits they have, how they are, and what was rolled back there. */
import {
  branchTip,
  type HistoryEntry,
  history,
  noteReadiness,
  type Readiness,
  type RenderedRelease,
  readReadiness,
  readRendered,
  readSeen,
  type TakenBack,
  takenBack,
} from '../../lib/branch/index.ts';
import type { Oid, Repository } from '../../lib/git/index.ts';
import { type RenderedEnvironment, TruekeelError } from '../../lib/objects/index.ts';
import type { UpstreamRun } from '../../lib/promotion/index.ts';
import { desiredFromRelease } from '../pipeline/desired.ts';
import { type ReleaseReadiness, releaseReadiness } from '../pipeline/readiness.ts';
import type { UpstreamRequest, UpstreamSummary } from './promotion.ts';
import { toldReadiness } from './told-readiness.ts';

/** Releases that are looked through. */
const LOOKED_AT = 300;

type EnvironmentBranch = Pick<RenderedEnvironment, 'name' | 'branch'>;

export interface Upstream {
  readonly summary: UpstreamSummary;
  readonly release: RenderedRelease | undefined;
  /** The release that has a source commit; undefined where none has. */
  readonly runOf: (source: Oid) => Promise<UpstreamRun | undefined>;
}

export class Upstreams {
  readonly #repository: Repository;
  readonly #request: UpstreamRequest;
  readonly #known = new Map<string, Promise<Upstream>>();
  readonly #histories = new Map<string, Promise<readonly HistoryEntry[]>>();

  constructor(repository: Repository, request: UpstreamRequest) {
    this.#repository = repository;
    this.#request = request;
  }

  of(environment: EnvironmentBranch): Promise<Upstream> {
    const known = this.#known.get(environment.name) ?? this.#read(environment);
    this.#known.set(environment.name, known);
    return known;
  }

  async takenBack(environment: EnvironmentBranch): Promise<TakenBack> {
    return takenBack(await this.historyOf(environment));
  }

  /** Newest first. */
  historyOf(environment: EnvironmentBranch): Promise<readonly HistoryEntry[]> {
    const known = this.#histories.get(environment.name) ?? this.#readHistory(environment);
    this.#histories.set(environment.name, known);
    return known;
  }

  /** What was read of an environment is no longer so: it was moved. */
  forget({ name }: EnvironmentBranch): void {
    this.#known.delete(name);
    this.#histories.delete(name);
  }

  async #readHistory(environment: EnvironmentBranch): Promise<readonly HistoryEntry[]> {
    const tip = await branchTip(this.#repository, environment, this.#request);
    if (tip === undefined) return [];
    return history(this.#repository, environment, { limit: LOOKED_AT, from: tip });
  }

  async #read(environment: EnvironmentBranch): Promise<Upstream> {
    const { name } = environment;
    const entries = await this.historyOf(environment);
    const [tip] = entries;
    if (!tip) {
      const summary = { environment: name, ready: false, why: 'nothing was rendered to it yet' };
      return { summary, release: undefined, runOf: async () => undefined };
    }
    const release = await readRendered(this.#repository, environment, { revision: tip.commit });
    const groups = groupsOf(entries);
    const held = groups[0]?.commits ?? [];
    // The first of those that hold the same; of a render, its time is that of the source commit.
    const first = entries.find(({ commit }) => commit === held.at(-1)) ?? tip;
    const health = await this.#healthOf(release, held, first.committer.seconds * 1000);
    const summary: UpstreamSummary = {
      environment: name,
      rendered: tip.commit,
      source: release.source.commit,
      ready: health.since !== undefined,
      ...health,
    };
    return { summary, release, runOf: (source) => this.#runOf(name, source, groups, health) };
  }

  async #runOf(
    environment: string,
    source: Oid,
    groups: readonly Group[],
    { since }: Health,
  ): Promise<UpstreamRun | undefined> {
    // A source commit that changed nothing there has no release of its own; the note on it says which one it has.
    const seen = (await readSeen(this.#repository, source)).find((one) => one.environment === environment);
    const group =
      groups.find((one) => one.source === source) ??
      groups.find(({ commits }) => commits.some((commit) => commit === seen?.rendered));
    const rendered = group?.commits[0];
    if (!group || rendered === undefined) return undefined;
    if (group === groups[0]) return { rendered, ...(since !== undefined && { readySince: since }) };
    const noted = await this.#noted(group.commits);
    if (noted.length === 0) return { rendered, readyUntil: 0 };
    const readySince = Math.min(...noted.map((one) => one.since));
    // Until when is known only where somebody noted it as it went.
    const readyUntil = Math.max(...noted.map((one) => one.until ?? readySince));
    return { rendered, readySince, readyUntil };
  }

  /** @param commits those that hold what the newest one holds
   * @param notBefore milliseconds since 1970 when the first of them was made, at the earliest */
  async #healthOf(release: RenderedRelease, commits: readonly Oid[], notBefore: number): Promise<Health> {
    const { asks, clusterOf, openSecret, moves, now } = this.#request;
    const how = asks(release.environment);
    if (how === 'notes') return this.#notedHealth(commits);
    if (how === 'forge') return this.#toldHealth(release, notBefore);
    let answer: ReleaseReadiness;
    try {
      answer = await releaseReadiness(await clusterOf(release), desiredFromRelease(release), openSecret);
    } catch (error) {
      if (!(error instanceof TruekeelError)) throw error;
      return { why: `its cluster cannot be asked: ${error.message} (${error.code})` };
    }
    const { ready, why } = answer;
    const keeps = moves !== 'never';
    if (ready) {
      const since = Math.min(now(), ...(await this.#noted(commits)).map((one) => one.since));
      if (keeps && (await readReadiness(this.#repository, release.commit)) === undefined)
        await noteReadiness(this.#repository, release.commit, { since }, this.#request);
      return { since, why };
    }
    // Its time begins anew, and nothing of before counts.
    for (const commit of keeps ? commits : [])
      if ((await readReadiness(this.#repository, commit)) !== undefined)
        await noteReadiness(this.#repository, commit, undefined, this.#request);
    return { why };
  }

  async #toldHealth({ environment, source }: RenderedRelease, notBefore: number): Promise<Health> {
    const { deployments } = this.#request;
    if (!deployments) return { why: 'there is no forge to be asked' };
    const told = await toldReadiness(deployments, { environment, source: source.commit, notBefore });
    return 'since' in told ? { ...told, why: 'the forge was told that all of it is ready' } : told;
  }

  async #notedHealth(commits: readonly Oid[]): Promise<Health> {
    const [newest] = commits;
    const noted = newest === undefined ? undefined : await readReadiness(this.#repository, newest);
    if (!noted || noted.until !== undefined) return { why: 'nobody noted that all of it is ready' };
    const since = Math.min(...(await this.#noted(commits)).map((one) => one.since));
    return { since, why: 'noted as ready' };
  }

  async #noted(commits: readonly Oid[]): Promise<readonly Readiness[]> {
    const noted = await Promise.all(commits.map((commit) => readReadiness(this.#repository, commit)));
    return noted.filter((one) => one !== undefined);
  }
}

interface Health {
  /** Since when the newest release is ready; absent when it is not. */
  readonly since?: number;
  readonly why: string;
}

/** Releases that follow each other and hold the same: a hold, or the end of one, is a commit of its own. */
interface Group {
  /** Undefined for releases of a work tree that had changes: they are of no source commit. */
  readonly source: Oid | undefined;
  readonly digest: string | undefined;
  /** Newest first. */
  readonly commits: Oid[];
}

function groupsOf(entries: readonly HistoryEntry[]): readonly Group[] {
  const groups: Group[] = [];
  for (const { commit, source, digest, foreign, dirty } of entries) {
    if (foreign) continue;
    const last = groups.at(-1);
    if (last && !dirty && last.source === source && last.digest === digest) last.commits.push(commit);
    else groups.push({ source: dirty ? undefined : source, digest, commits: [commit] });
  }
  return groups;
}
