/** Which source commit an environment may get next. Pure: everything that was found out comes in. */

/** A release of an environment upstream that has what a source commit renders to. Times are milliseconds since 1970. */
export interface UpstreamRun {
  readonly rendered: string;
  /** Since when everything of it is ready; absent when it is not. */
  readonly readySince?: number;
  /** When another release took its place there; absent while it is the newest one. */
  readonly readyUntil?: number;
}

/** An environment upstream, and its releases by the source commits that they are of. */
export interface UpstreamRuns {
  readonly environment: string;
  readonly runs: ReadonlyMap<string, UpstreamRun>;
}

export interface CandidateQuery {
  /** Source commits that follow the one that the environment has, newest first. */
  readonly sources: readonly string[];
  /** All environments that it promotes from. */
  readonly upstreams: readonly UpstreamRuns[];
  /** Source commits that were rolled back, here or anywhere before. */
  readonly takenBack: ReadonlySet<string>;
  /** Source commits that a pin keeps off. */
  readonly beyondPin: ReadonlySet<string>;
  /** How long it has to have been ready. */
  readonly soakMs: number;
  /** Milliseconds since 1970. */
  readonly now: number;
}

export interface Candidate {
  readonly source: string;
  /** `waiting`: not ready in all of them yet; `ready`: not for long enough. */
  readonly state: 'waiting' | 'ready' | 'soaked';
  /** In the order of the environments upstream. */
  readonly runs: readonly UpstreamRun[];
  /** Since when it is ready in all of them. */
  readonly readySince?: number;
  /** From when on it has been ready for long enough. */
  readonly soakedAt?: number;
}

export interface PassedOver {
  readonly source: string;
  readonly why: 'not-upstream' | 'taken-back' | 'beyond-pin' | 'not-ready-in-time';
}

export interface Choice {
  readonly candidate?: Candidate;
  /** Newer ones that it cannot be, newest first. */
  readonly passedOver: readonly PassedOver[];
}

/** The newest source commit that every environment upstream has had, ready, for long enough; where there is none, the newest one
 * that is ready; where there is none, the newest one that may get ready. A release that another one has taken the place of
 * counts for what it was: else an environment that is given something new every hour would never pass on anything. */
export function chooseCandidate(query: CandidateQuery): Choice {
  const passedOver: PassedOver[] = [];
  const found: { candidate: Candidate; newer: number }[] = [];
  for (const source of query.sources) {
    const why = refusalOf(source, query);
    const candidate = why === undefined ? candidateOf(source, query) : undefined;
    if (candidate) found.push({ candidate, newer: passedOver.length });
    else passedOver.push({ source, why: why ?? 'not-ready-in-time' });
    if (candidate?.state === 'soaked') break;
  }
  const best =
    found.find(({ candidate }) => candidate.state === 'soaked') ??
    found.find(({ candidate }) => candidate.state === 'ready') ??
    found[0];
  if (!best) return { passedOver };
  return { candidate: best.candidate, passedOver: passedOver.slice(0, best.newer) };
}

function refusalOf(
  source: string,
  { upstreams, takenBack, beyondPin }: CandidateQuery,
): PassedOver['why'] | undefined {
  if (upstreams.length === 0 || upstreams.some(({ runs }) => !runs.has(source))) return 'not-upstream';
  if (takenBack.has(source)) return 'taken-back';
  return beyondPin.has(source) ? 'beyond-pin' : undefined;
}

/** @returns undefined where it left an environment upstream before it had been ready there for long enough */
function candidateOf(source: string, { upstreams, soakMs, now }: CandidateQuery): Candidate | undefined {
  const runs = upstreams.map(({ runs: of }) => of.get(source)!);
  const hasLeft = runs.some(({ readySince, readyUntil }) =>
    readyUntil === undefined ? false : readySince === undefined || readyUntil - readySince < soakMs,
  );
  if (hasLeft) return undefined;
  if (runs.some(({ readySince }) => readySince === undefined)) return { source, state: 'waiting', runs };
  const readySince = Math.max(...runs.map((run) => run.readySince!));
  const soakedAt = readySince + soakMs;
  return { source, state: soakedAt <= now ? 'soaked' : 'ready', runs, readySince, soakedAt };
}
