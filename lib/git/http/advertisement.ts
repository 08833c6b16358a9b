/** What a server says first: its capabilities, and in protocol 0 its refs (gitprotocol-v2, gitprotocol-pack). */
import { GitError } from '../errors.ts';
import { isOid, type Oid } from '../oid.ts';
import { refNameFault } from '../ref-name.ts';
import { lineText, type PktLine, TextBudget } from './pkt-line.ts';
import { protocolError, serverWords } from './protocol-error.ts';

export type Advertisement = {
  readonly capabilities: ReadonlyMap<string, string>;
} & (
  | { readonly version: 2 }
  | {
      readonly version: 0;
      readonly refs: ReadonlyMap<string, Oid>;
      readonly head: string | undefined;
    }
);

const NO_OBJECT = '0'.repeat(40);

/** @throws GitError `REMOTE_PROTOCOL`; `UNSUPPORTED_REPOSITORY` when its ids are not SHA-1 */
export async function readAdvertisement(
  lines: AsyncIterable<PktLine>,
  service: string,
): Promise<Advertisement> {
  const texts: string[] = [];
  let complete = false;
  const budget = new TextBudget();
  for await (const line of lines) {
    if (line.kind === 'flush') {
      // The first one ends the announcement of the service.
      complete ||= texts.length > 0;
      continue;
    }
    if (line.kind !== 'data' || complete) throw protocolError('the list of refs goes on behind its end');
    budget.spend(line.data);
    const text = lineText(line.data);
    refuseError(text);
    if (texts.length === 0 && text === `# service=${service}`) continue;
    texts.push(text);
  }
  if (!complete) throw protocolError('the list of refs ends early');
  const advertisement = texts[0] === 'version 2' ? version2(texts) : version0(texts);
  const format = advertisement.capabilities.get('object-format') ?? 'sha1';
  if (format !== 'sha1') {
    throw new GitError('UNSUPPORTED_REPOSITORY', `the remote uses ${serverWords(format)} object ids`, {
      hint: 'Truekeel reads and writes SHA-1 repositories, which is what forges use.',
    });
  }
  return advertisement;
}

/** A line that takes the place of an answer (gitprotocol-pack, "error-line").
 * @throws GitError `REMOTE_NOT_FOUND`, `GIT_FAILED` */
export function refuseError(text: string): void {
  if (!text.startsWith('ERR ')) return;
  const said = serverWords(text.slice(4));
  const code = /not found|does not exist|access denied|no such/i.test(said)
    ? 'REMOTE_NOT_FOUND'
    : 'GIT_FAILED';
  throw new GitError(code, `the remote refused: ${said}`, { hint: 'Read what it said.' });
}

function version2(texts: readonly string[]): Advertisement {
  return { version: 2, capabilities: new Map(texts.slice(1).map(capability)) };
}

function version0(texts: readonly string[]): Advertisement {
  const [first = ''] = texts.filter((text) => text !== 'version 1');
  const capabilities = new Map<string, string>();
  let head: string | undefined;
  for (const word of (first.split('\0')[1] ?? '').split(' ').filter((text) => text !== '')) {
    const [name, value] = capability(word);
    if (name === 'symref' && value.startsWith('HEAD:')) head = value.slice('HEAD:'.length);
    else capabilities.set(name, value);
  }
  const refs = new Map<string, Oid>();
  for (const text of texts) {
    if (text === 'version 1') continue;
    const line = text.split('\0')[0]!;
    const [oid = '', name = ''] = [line.slice(0, 40), line.slice(41)];
    if (/^shallow [0-9a-f]+$/.test(line) || oid === NO_OBJECT) continue;
    if (!isOid(oid) || line[40] !== ' ') throw protocolError('the list of refs has a line that is none');
    if (isAdvertisedName(name)) refs.set(name, oid);
  }
  return {
    version: 0,
    capabilities,
    refs,
    head: head !== undefined && isAdvertisedName(head) ? head : undefined,
  };
}

function capability(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Refs whose names Git would not take are left out, as Git itself does: they cannot be fetched into anything. */
export function isAdvertisedName(name: string): boolean {
  return name === 'HEAD' || (name.startsWith('refs/') && refNameFault(name) === undefined);
}
