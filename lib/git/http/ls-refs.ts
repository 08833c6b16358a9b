/** The `ls-refs` command of protocol 2: refs by prefix, no objects (gitprotocol-v2, "ls-refs"). */
import { isSha1, type Oid } from '../oid.ts';
import { isAdvertisedName, refuseError } from './advertisement.ts';
import { DELIMITER, FLUSH, lineText, type PktLine, pktLine, TextBudget } from './pkt-line.ts';
import { protocolError } from './protocol-error.ts';

export interface ListedRefs {
  readonly refs: ReadonlyMap<string, Oid>;
  /** The branch that HEAD names, as a full ref name. */
  readonly head: string | undefined;
}

/** @param prefixes of full names; all refs when there is none */
export function lsRefsRequest(prefixes: readonly string[], agent: string): Buffer {
  return Buffer.concat([
    pktLine('command=ls-refs\n'),
    pktLine(`agent=${agent}\n`),
    pktLine('object-format=sha1\n'),
    DELIMITER,
    pktLine('symrefs\n'),
    ...prefixes.map((prefix) => pktLine(`ref-prefix ${prefix}\n`)),
    FLUSH,
  ]);
}

/** @throws GitError `REMOTE_PROTOCOL`, and what the server says instead */
export async function readLsRefs(lines: AsyncIterable<PktLine>): Promise<ListedRefs> {
  const refs = new Map<string, Oid>();
  let head: string | undefined;
  let complete = false;
  const budget = new TextBudget();
  for await (const line of lines) {
    if (complete) throw protocolError('the list of refs goes on behind its end');
    complete = line.kind === 'flush';
    if (complete) continue;
    if (line.kind !== 'data') throw protocolError('the list of refs has a delimiter in it');
    budget.spend(line.data);
    const text = lineText(line.data);
    refuseError(text);
    const [oid = '', name = '', ...attributes] = text.split(' ');
    if (oid === 'unborn') continue;
    if (!isSha1(oid)) throw protocolError('the list of refs has a line that is none');
    if (!isAdvertisedName(name)) continue;
    refs.set(name, oid);
    const target = attributes
      .find((word) => word.startsWith('symref-target:'))
      ?.slice('symref-target:'.length);
    if (name === 'HEAD' && target !== undefined && isAdvertisedName(target)) head = target;
  }
  if (!complete) throw protocolError('the list of refs ends early');
  return { refs, head };
}
