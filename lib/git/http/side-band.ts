/** Side bands: what the server sends, what it says meanwhile, and what went wrong (gitprotocol-pack, "side-band-64k"). */
import { GitError } from '../errors.ts';
import { drain, type PktLine } from './pkt-line.ts';
import { protocolError, serverWords } from './protocol-error.ts';

const PACK = 1;
const PROGRESS = 2;
const FAILURE = 3;

/** Lines that are kept of what the server says. */
const KEPT_LINES = 40;

/** The bytes of the first band, up to the flush.
 * @param onText gets each line of the second
 * @throws GitError `GIT_FAILED` with the server's words, `REMOTE_PROTOCOL` when it ends early */
export async function* firstBand(
  lines: AsyncIterator<PktLine>,
  onText: (line: string) => void,
): AsyncGenerator<Buffer, void> {
  let text = '';
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw protocolError('the answer ends early');
    if (value.kind === 'flush' || value.kind === 'response-end') break;
    if (value.kind !== 'data') throw protocolError('the answer has a delimiter where there can be none');
    const content = value.data.subarray(1);
    switch (value.data[0]) {
      case PACK:
        yield content;
        break;
      case PROGRESS: {
        const parts = (text + content.toString('utf8')).split(/[\r\n]/);
        text = (parts.pop() ?? '').slice(0, 2_000);
        for (const part of parts) if (part.trim() !== '') onText(serverWords(part));
        break;
      }
      case FAILURE:
        throw new GitError('GIT_FAILED', `the remote gave up: ${serverWords(content.toString('utf8'))}`, {
          hint: 'Read what it said; try again when it is about its load.',
        });
      default:
        throw protocolError('the answer uses a side band that does not exist');
    }
  }
  if (text.trim() !== '') onText(serverWords(text));
  await drain(lines);
}

/** Collects the last lines that a server said. */
export class ServerText {
  readonly #lines: string[] = [];

  readonly add = (line: string): void => {
    this.#lines.push(line);
    if (this.#lines.length > KEPT_LINES) this.#lines.shift();
  };

  get lines(): readonly string[] {
    return this.#lines;
  }
}
