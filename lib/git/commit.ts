/** Commit objects: bytes to values and back. */
import { formatIdentity, type Identity, parseIdentity } from './identity.ts';
import { asOid, type Oid } from './oid.ts';
import { parseTrailers, type Trailer } from './trailers.ts';

export interface Commit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly author: Identity;
  readonly committer: Identity;
  /** The whole message. */
  readonly message: string;
  /** Its first paragraph, on one line. */
  readonly subject: string;
  readonly trailers: readonly Trailer[];
  /** True when the commit carries a signature; whether it is good is not looked at. */
  readonly signed: boolean;
}

export interface NewCommit {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly author: Identity;
  readonly committer: Identity;
  readonly message: string;
}

/** The body of a commit object (Git Internals, "Commit Objects"). */
export function encodeCommit(commit: NewCommit): Buffer {
  const headers = [
    `tree ${commit.tree}`,
    ...commit.parents.map((parent) => `parent ${parent}`),
    `author ${formatIdentity(commit.author)}`,
    `committer ${formatIdentity(commit.committer)}`,
  ];
  const message = commit.message.replaceAll('\0', '');
  return Buffer.from(`${headers.join('\n')}\n\n${message.endsWith('\n') ? message : `${message}\n`}`, 'utf8');
}

/** @throws RangeError when the bytes are not a commit */
export function decodeCommit(oid: Oid, body: Buffer): Commit {
  const text = decodeText(body);
  const end = text.indexOf('\n\n');
  const message = end < 0 ? '' : text.slice(end + 2);
  const parents: Oid[] = [];
  const first = new Map<string, string>();
  let signed = false;
  for (const line of (end < 0 ? text : text.slice(0, end)).split('\n')) {
    const space = line.indexOf(' ');
    const name = line.slice(0, Math.max(0, space));
    if (name === 'parent') parents.push(asOid(line.slice(space + 1)));
    else if (!first.has(name)) first.set(name, line.slice(space + 1));
    signed ||= line.startsWith('gpgsig');
  }
  return {
    oid,
    tree: asOid(first.get('tree') ?? ''),
    parents,
    author: parseIdentity(first.get('author') ?? ''),
    committer: parseIdentity(first.get('committer') ?? ''),
    message,
    subject: (message.trimStart().split(/\n[ \t]*\n/, 1)[0] ?? '')
      .split('\n')
      .map((line) => line.trim())
      .join(' ')
      .trim(),
    trailers: parseTrailers(message),
    signed,
  };
}

/** Honours the `encoding` header where this runtime knows the name. */
function decodeText(body: Buffer): string {
  const head = body.subarray(0, Math.max(0, body.indexOf('\n\n'))).toString('latin1');
  const encoding = /\nencoding (\S+)/.exec(head)?.[1];
  if (encoding === undefined) return body.toString('utf8');
  try {
    return new TextDecoder(encoding).decode(body);
  } catch {
    return body.toString('utf8');
  }
}
