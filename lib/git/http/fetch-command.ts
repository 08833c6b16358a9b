/** The `fetch` command of protocol 2 (gitprotocol-v2, "fetch"): one request and one answer of it. */
import { isSha1, type Oid } from '../oid.ts';
import { refuseError } from './advertisement.ts';
import { DELIMITER, drain, FLUSH, lineText, type PktLine, pktLine, TextBudget } from './pkt-line.ts';
import { protocolError } from './protocol-error.ts';
import { firstBand } from './side-band.ts';

export interface FetchRequest {
  readonly wants: readonly Oid[];
  /** Commits that we hold. */
  readonly haves: readonly Oid[];
  /** No more haves come: the server has to send a pack. */
  readonly done: boolean;
  /** Commits whose parents we do not hold. */
  readonly shallow: readonly Oid[];
  /** Only so many commits of each want. */
  readonly depth?: number;
  /** What to leave out: `blob:none`. */
  readonly filter?: string;
}

export function fetchRequest(request: FetchRequest, agent: string): Buffer {
  return Buffer.concat([
    pktLine('command=fetch\n'),
    pktLine(`agent=${agent}\n`),
    pktLine('object-format=sha1\n'),
    DELIMITER,
    ...['thin-pack\n', 'no-progress\n', 'ofs-delta\n'].map(pktLine),
    ...request.shallow.map((oid) => pktLine(`shallow ${oid}\n`)),
    ...(request.depth === undefined ? [] : [pktLine(`deepen ${request.depth}\n`)]),
    ...(request.filter === undefined ? [] : [pktLine(`filter ${request.filter}\n`)]),
    ...request.wants.map((oid) => pktLine(`want ${oid}\n`)),
    ...request.haves.map((oid) => pktLine(`have ${oid}\n`)),
    ...(request.done ? [pktLine('done\n')] : []),
    FLUSH,
  ]);
}

export interface FetchAnswer {
  /** Those of our commits that the server has too. */
  readonly common: ReadonlySet<Oid>;
  readonly shallow: ReadonlySet<Oid>;
  readonly unshallow: ReadonlySet<Oid>;
  /** The pack as it arrives; undefined when the server wants to hear of more commits first. */
  readonly pack: AsyncGenerator<Buffer, void> | undefined;
}

/** @param onText gets what the server says meanwhile
 * @throws GitError `REMOTE_PROTOCOL`, and what the server says instead of an answer */
export async function readFetchAnswer(
  lines: AsyncIterator<PktLine>,
  onText: (line: string) => void,
): Promise<FetchAnswer> {
  const common = new Set<Oid>();
  const shallow = new Set<Oid>();
  const unshallow = new Set<Oid>();
  const answer = { common, shallow, unshallow };
  const sets: Readonly<Record<string, Set<Oid>>> = { ACK: common, shallow, unshallow };
  let section: string | undefined;
  const budget = new TextBudget();
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw protocolError('the answer ends early');
    if (value.kind === 'delimiter') section = undefined;
    else if (value.kind !== 'data') break;
    else {
      budget.spend(value.data);
      const text = lineText(value.data);
      refuseError(text);
      if (section !== undefined) readLine(section, text, sets);
      else if (text === 'packfile') return { ...answer, pack: firstBand(lines, onText) };
      else if (text === 'acknowledgments' || text === 'shallow-info') section = text;
      else throw protocolError('the answer has a section that was not asked for');
    }
  }
  await drain(lines);
  return { ...answer, pack: undefined };
}

function readLine(section: string, text: string, sets: Readonly<Record<string, Set<Oid>>>): void {
  if (section === 'acknowledgments' && (text === 'NAK' || text === 'ready')) return;
  const [word = '', oid = ''] = text.split(' ');
  const set =
    Object.hasOwn(sets, word) && (word === 'ACK') === (section === 'acknowledgments')
      ? sets[word]
      : undefined;
  if (!set || !isSha1(oid)) throw protocolError('the answer has a line that is none');
  set.add(oid);
}
