/** Notes, here and on a remote. A note is news and not state: where the remote does not take it, the release stands all
 * the same. */
import { isGitError, type NoteEdit, type Oid, type Repository } from '../git/index.ts';
import type { RemoteTarget } from './publish.ts';

/** Tries when others write notes at the same time. */
const ATTEMPTS = 5;

/** Changes one note, on the remote first and then here.
 * @returns whether the note is where it was to go */
export async function noteTo(repository: Repository, note: NoteEdit, target: RemoteTarget): Promise<boolean> {
  if (target.remote === undefined) {
    await repository.editNote(note);
    return true;
  }
  try {
    await pushNote(repository, note, target.remote, target.signal);
    return true;
  } catch (error) {
    if (!isGitError(error)) throw error;
    await repository.editNote(note);
    return false;
  }
}

/** Brings the notes here up to those of the remote, unless both have what the other does not. */
export async function followNotes(
  repository: Repository,
  ref: string,
  remote: string,
  options: Pick<RemoteTarget, 'signal'> = {},
): Promise<void> {
  const theirs = await repository.fetchRef(remote, ref, remoteNotes(ref), options);
  if (theirs === undefined) return;
  const ours = await repository.readRef(ref);
  if (ours === theirs || (ours !== undefined && !(await repository.isAncestor(ours, theirs)))) return;
  await repository.updateRef({ ref, to: theirs, expected: ours });
}

/** The note on a commit, as the remote had it when it was asked last; else as it is here. */
export async function noteOf(repository: Repository, ref: string, commit: Oid): Promise<string | undefined> {
  return (await repository.readNote(remoteNotes(ref), commit)) ?? (await repository.readNote(ref, commit));
}

/** Changes a note of a remote, and then ours.
 * @throws GitError when the remote is away, or does not take it; then nothing was changed */
export async function pushNote(
  repository: Repository,
  note: NoteEdit,
  remote: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  const options = signal ? { signal } : {};
  const { ref } = note;
  const into = remoteNotes(ref);
  for (let attempt = 1; ; attempt++) {
    const theirs = await repository.fetchRef(remote, ref, into, options);
    const ours = await repository.readRef(ref);
    // Nothing to change: then they have it.
    const next = (await repository.writeNote(theirs, note)) ?? theirs;
    if (next === undefined) return;
    try {
      if (next !== theirs) await repository.push(remote, { ref, commit: next, expected: theirs, ...options });
    } catch (error) {
      if (attempt < ATTEMPTS && isGitError(error, 'PUSH_RACE')) continue;
      throw error;
    }
    if (ours === undefined || (await repository.isAncestor(ours, next))) {
      if (ours !== next) await repository.updateRef({ ref, to: next, expected: ours });
    } else await repository.editNote(note);
    return;
  }
}

function remoteNotes(ref: string): string {
  return ref.replace('refs/notes/', 'refs/truekeel/remote-notes/');
}
