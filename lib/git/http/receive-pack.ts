/** Pushing: commands and a pack to the server, a report back (gitprotocol-pack, "Reference Update Request"). */
import type { Oid } from '../oid.ts';
import { refuseError } from './advertisement.ts';
import { FLUSH, lineText, type PktLine, PktLineParser, pktLine, TextBudget } from './pkt-line.ts';
import { protocolError, serverWords } from './protocol-error.ts';
import { firstBand, ServerText } from './side-band.ts';

const NO_OBJECT = '0'.repeat(40);

export interface RefCommand {
  readonly ref: string;
  /** The value that the server's ref must have; undefined when it must not be there. */
  readonly from: Oid | undefined;
  /** Undefined deletes it. */
  readonly to: Oid | undefined;
}

export interface PushRequest {
  readonly commands: readonly RefCommand[];
  /** All or none. */
  readonly atomic: boolean;
  readonly pushOptions: readonly string[];
  /** Commits that are sent without their parents. */
  readonly shallow: readonly Oid[];
  readonly agent: string;
}

/** What stands before the pack. */
export function pushRequest(request: PushRequest): Buffer {
  const capabilities = [
    'report-status',
    'side-band-64k',
    'quiet',
    ...(request.atomic ? ['atomic'] : []),
    ...(request.pushOptions.length > 0 ? ['push-options'] : []),
    'object-format=sha1',
    `agent=${request.agent}`,
  ];
  const commands = request.commands.map(
    ({ ref, from, to }, index) =>
      `${from ?? NO_OBJECT} ${to ?? NO_OBJECT} ${ref}${index === 0 ? `\0 ${capabilities.join(' ')}` : ''}`,
  );
  return Buffer.concat([
    ...request.shallow.map((oid) => pktLine(`shallow ${oid}`)),
    ...commands.map(pktLine),
    FLUSH,
    ...(request.pushOptions.length > 0 ? [...request.pushOptions.map(pktLine), FLUSH] : []),
  ]);
}

export interface PushReport {
  /** `ok`, or why the pack was not taken. */
  readonly unpack: string;
  /** Why each ref that was refused was. */
  readonly refused: ReadonlyMap<string, string>;
  readonly accepted: ReadonlySet<string>;
  /** What hooks said. */
  readonly text: readonly string[];
}

/** @throws GitError `REMOTE_PROTOCOL`, and what the server says instead of a report */
export async function readPushReport(lines: AsyncIterator<PktLine>): Promise<PushReport> {
  const text = new ServerText();
  const parser = new PktLineParser();
  const report: string[] = [];
  const budget = new TextBudget();
  for await (const chunk of firstBand(refusing(lines), text.add)) {
    for (const line of parser.push(chunk)) {
      if (line.kind !== 'data') continue;
      budget.spend(line.data);
      report.push(lineText(line.data));
    }
  }
  parser.end();
  const [first = '', ...statuses] = report;
  if (!first.startsWith('unpack ')) throw protocolError('the remote does not say whether it took the push');
  const refused = new Map<string, string>();
  const accepted = new Set<string>();
  for (const status of statuses) {
    const [word = '', ref = '', ...reason] = status.split(' ');
    if (word === 'ok') accepted.add(ref);
    else if (word === 'ng') refused.set(ref, serverWords(reason.join(' ')) || 'no reason given');
    else throw protocolError('the report of the push has a line that is none');
  }
  return { unpack: serverWords(first.slice('unpack '.length)), refused, accepted, text: text.lines };
}

/** An error that comes without a side band. */
async function* refusing(lines: AsyncIterator<PktLine>): AsyncGenerator<PktLine, void> {
  for (let next = await lines.next(); !next.done; next = await lines.next()) {
    if (next.value.kind === 'data' && next.value.data.subarray(0, 4).toString('latin1') === 'ERR ')
      refuseError(lineText(next.value.data));
    yield next.value;
  }
}
