/** Notes on source commits: which environments have seen them. A source commit that changes nothing makes no
 * rendered commit, and yet everybody can tell that it was rendered. */
import { type Commit, isGitError, type NoteEdit, type Oid, type Repository } from '../git/index.ts';
import type { Digest } from '../objects/index.ts';
import { NOTES_REF } from './names.ts';
import type { RemoteTarget } from './publish.ts';

/** One line of a note, as JSON. */
export interface Seen {
  readonly environment: string;
  /** The rendered commit that holds what the source commit renders to. */
  readonly rendered: Oid;
  readonly digest: Digest;
  /** False when the source commit changed nothing for the environment. */
  readonly created: boolean;
}

/** Tries when others write notes at the same time. */
const ATTEMPTS = 5;

/** What environments made of a source commit. */
export async function readSeen(repository: Repository, source: Oid): Promise<readonly Seen[]> {
  const text = (await repository.readNote(NOTES_REF, source)) ?? '';
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

/** Notes that an environment has seen a source commit. The note is news, not state: where the remote does not
 * take it, the release stands all the same.
 * @returns whether the note is where it was to go */
export async function noteSeen(
  repository: Repository,
  source: Commit,
  seen: Seen,
  target: RemoteTarget,
): Promise<boolean> {
  const note: NoteEdit = {
    ref: NOTES_REF,
    commit: source.oid,
    author: source.committer,
    edit: (text = '') => withLine(text, seen),
  };
  if (target.remote === undefined) {
    await repository.editNote(note);
    return true;
  }
  try {
    return await pushNote(repository, note, target.remote, target.signal);
  } catch (error) {
    if (!isGitError(error)) throw error;
    await repository.editNote(note);
    return false;
  }
}

async function pushNote(
  repository: Repository,
  note: NoteEdit,
  remote: string,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const options = signal ? { signal } : {};
  for (let attempt = 1; ; attempt++) {
    const theirs = await repository.fetchRef(remote, NOTES_REF, 'refs/truekeel/remote-notes', options);
    const ours = await repository.readRef(NOTES_REF);
    const next = (await repository.writeNote(theirs, note)) ?? theirs!;
    try {
      if (next !== theirs)
        await repository.push(remote, { ref: NOTES_REF, commit: next, expected: theirs, ...options });
    } catch (error) {
      if (attempt < ATTEMPTS && isGitError(error, 'PUSH_RACE')) continue;
      throw error;
    }
    if (ours === undefined || (await repository.isAncestor(ours, next))) {
      if (ours !== next) await repository.updateRef({ ref: NOTES_REF, to: next, expected: ours });
    } else await repository.editNote(note);
    return true;
  }
}

function withLine(text: string, seen: Seen): string {
  const line = JSON.stringify({
    environment: seen.environment,
    rendered: seen.rendered,
    digest: seen.digest,
    created: seen.created,
  } satisfies Seen);
  const before = text.split('\n').filter((other) => other !== '');
  const same = before.map(parseLine).find((other) => other?.environment === seen.environment);
  // The commit that was created for it stays noted when the same source commit is rendered again.
  if (same?.rendered === seen.rendered && same.created) return text;
  const others = before.filter((other) => parseLine(other)?.environment !== seen.environment);
  return `${[...others, line].sort().join('\n')}\n`;
}

function parseLine(line: string): Seen | undefined {
  try {
    const value: unknown = JSON.parse(line);
    // Written by withLine; anything else in the note is somebody else's and is left alone.
    return typeof value === 'object' && value !== null && 'environment' in value && 'rendered' in value
      ? (value as Seen)
      : undefined;
  } catch {
    return undefined;
  }
}
