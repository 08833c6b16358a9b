/** Notes on rendered commits: since when everything of them was ready where it was applied. Whoever applies writes them, so that
 * whoever promotes needs no access to that cluster; and so that time spent waiting survives whoever waits. */
import type { Oid, Repository } from '../git/index.ts';
import { READY_REF } from './names.ts';
import { noteOf, noteTo } from './notes.ts';
import type { RemoteTarget } from './publish.ts';

/** Milliseconds since 1970. */
export interface Readiness {
  /** When it was first seen to be ready, and it was seen to be nothing else since. */
  readonly since: number;
  /** When another release took its place, as long as it was ready until then. */
  readonly until?: number;
}

/** @returns undefined for a commit of which nobody noted that it is ready */
export async function readReadiness(repository: Repository, rendered: Oid): Promise<Readiness | undefined> {
  return parse(await noteOf(repository, READY_REF, rendered));
}

/** Notes that a release is ready, or no longer is. One that is ready already keeps its time.
 * @param readiness undefined when it is not ready
 * @returns whether the note is where it was to go */
export async function noteReadiness(
  repository: Repository,
  rendered: Oid,
  readiness: Readiness | undefined,
  target: RemoteTarget,
): Promise<boolean> {
  const [commit] = await repository.commits([rendered]);
  return noteTo(
    repository,
    {
      ref: READY_REF,
      commit: rendered,
      author: commit!.committer,
      edit: (text) => {
        const before = parse(text);
        const since = readiness && before ? Math.min(before.since, readiness.since) : readiness?.since;
        const until = readiness?.until ?? (readiness && before?.until);
        return `${JSON.stringify({
          ready: readiness !== undefined,
          ...(since !== undefined && { since: new Date(since).toISOString() }),
          ...(until !== undefined && { until: new Date(until).toISOString() }),
        })}\n`;
      },
    },
    target,
  );
}

function parse(text: string | undefined): Readiness | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    // Anybody who may push can write notes: what is no time is none.
    const { ready, since, until } = Object(value) as { ready?: unknown; since?: unknown; until?: unknown };
    const from = ready === true ? Date.parse(String(since)) : Number.NaN;
    const to = Date.parse(String(until));
    if (Number.isNaN(from)) return undefined;
    return { since: from, ...(until !== undefined && !Number.isNaN(to) && { until: to }) };
  } catch {
    return undefined;
  }
}
