/** What came of applying rendered commits, as notes on them: who, when, how long, which plan, what failed. Names and codes, and
 * nothing that objects hold. News and not state: a release stands where no note can be written. */
import { z } from 'zod';
import { type Identity, isGitError, type NoteEdit, type Oid, type Repository } from '../git/index.ts';
import { canonicalJson } from '../objects/index.ts';
import { RUNS_REF } from './names.ts';
import { pushNote } from './notes.ts';
import type { RemoteTarget } from './publish.ts';

/** Runs of a release that are kept: the first, and the newest. */
const KEPT_RUNS = 20;
/** Of each run. */
const KEPT_ERRORS = 5;
const KEPT_APPROVALS = 10;
const LONGEST = 300;

const text = z.string().transform((value) => value.slice(0, LONGEST));
const run = z.object({
  /** Names the run: it is noted once, however often that is tried. */
  run: text,
  /** `refused`: by a guard, or since another plan was approved; nothing was written. */
  outcome: z.enum(['applied', 'failed', 'refused', 'interrupted']),
  /** When it ended; ISO 8601. */
  at: text,
  durationMs: z.number().transform(Math.round),
  /** Who applied it: a person as Git knows them, or the agent. */
  by: text,
  /** URL of the API server. */
  cluster: text,
  /** Digest of the plan; absent where that is not known. */
  plan: text.exactOptional(),
  /** Objects that were written. */
  changed: z.number(),
  errors: z.array(z.object({ code: text, key: text.exactOptional() })),
  /** How many there were, also those that are not kept. */
  errorCount: z.number(),
  approvals: z.array(z.object({ code: text, by: text })),
  /** How often in a row it ended so. */
  times: z.number(),
});

export type ReleaseRun = Readonly<z.infer<typeof run>>;

/** A run as it is to be noted. */
export type NewRun = Omit<ReleaseRun, 'errorCount' | 'times'>;

/** Notes a run of a release.
 * @param author whose change of the notes it is
 * @returns whether the note is where it was to go: false where the remote does not take it, and it is only here
 * @throws GitError when the remote is away: nothing is noted then, and it can be tried again */
export async function noteRun(
  repository: Repository,
  rendered: Oid,
  added: NewRun,
  { author, remote, signal }: RemoteTarget & { readonly author: Identity },
): Promise<boolean> {
  const edit = (before = '') => withRun(before, added);
  const note: NoteEdit = { ref: RUNS_REF, commit: rendered, author, edit };
  if (remote === undefined) {
    await editIfNeeded(repository, note);
    return true;
  }
  try {
    await pushNote(repository, note, remote, signal);
    return true;
  } catch (error) {
    if (!isGitError(error, 'PUSH_REJECTED')) throw error;
    await editIfNeeded(repository, note);
    return false;
  }
}

async function editIfNeeded(repository: Repository, note: NoteEdit): Promise<void> {
  // An edit to the same text makes no commit, but an empty note where there was none would.
  const before = await repository.readNote(note.ref, note.commit);
  if (note.edit(before) !== (before ?? '')) await repository.editNote(note);
}

/** Runs of a release, oldest first. */
export async function readRuns(repository: Repository, rendered: Oid): Promise<readonly ReleaseRun[]> {
  return parseRuns((await repository.readNote(RUNS_REF, rendered)) ?? '');
}

function parseRuns(note: string): readonly ReleaseRun[] {
  return note.split('\n').flatMap((line) => {
    const parsed = run.safeParse(parseJson(line));
    // Anything else in the note is somebody else's.
    return parsed.success ? [parsed.data] : [];
  });
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** @param note its lines that are no runs stay
 * @returns the note with the run in it; the same where there is nothing to add */
export function withRun(note: string, added: NewRun): string {
  const runs = parseRuns(note);
  if (runs.some((one) => one.run === added.run) || isNoNews(runs, added)) return note;
  const next = run.parse({
    ...added,
    errors: added.errors.slice(0, KEPT_ERRORS),
    approvals: added.approvals.slice(0, KEPT_APPROVALS),
    errorCount: added.errors.length,
    times: 1,
  } satisfies ReleaseRun);
  const last = runs.findLastIndex(({ cluster }) => cluster === next.cluster);
  const repeated = runs[last];
  const all =
    repeated && isSame(repeated, next)
      ? runs.with(last, { ...next, times: repeated.times + 1 })
      : [...runs, next];
  const kept = all.length > KEPT_RUNS ? [all[0]!, ...all.slice(1 - KEPT_RUNS)] : all;
  const others = note.split('\n').filter((line) => line !== '' && !run.safeParse(parseJson(line)).success);
  return `${[...others, ...kept.map((one) => canonicalJson(one))].join('\n')}\n`;
}

/** Nothing was to be done any more: it was told when it was applied. */
function isNoNews(runs: readonly ReleaseRun[], { outcome, changed, cluster }: NewRun): boolean {
  return (
    outcome === 'applied' &&
    changed === 0 &&
    runs.some((one) => one.outcome === 'applied' && one.cluster === cluster)
  );
}

/** Whoever tries again and again ends the same again and again. */
function isSame(a: ReleaseRun, b: ReleaseRun): boolean {
  const essence = ({ outcome, by, plan, errors, errorCount }: ReleaseRun) =>
    canonicalJson({ outcome, by, plan, errors, errorCount });
  return a.outcome !== 'applied' && essence(a) === essence(b);
}
