/** Notes on source commits: which environments have seen them. A source commit that changes nothing makes no
 * rendered commit, and yet everybody can tell that it was rendered. */
import type { Commit, NoteEdit, Oid, Repository } from '../git/index.ts';
import type { Digest } from '../objects/index.ts';
import { NOTES_REF } from './names.ts';
import { noteTo } from './notes.ts';
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

/** What environments made of a source commit. */
export async function readSeen(repository: Repository, source: Oid): Promise<readonly Seen[]> {
  const text = (await repository.readNote(NOTES_REF, source)) ?? '';
  return text.split('\n').flatMap((line) => parseLine(line) ?? []);
}

/** Notes that an environment has seen a source commit.
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
  return noteTo(repository, note, target);
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
