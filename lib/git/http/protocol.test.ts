import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { GitError } from '../errors.ts';
import { readAdvertisement } from './advertisement.ts';
import { readFetchAnswer } from './fetch-command.ts';
import { readLsRefs } from './ls-refs.ts';
import {
  DELIMITER,
  FLUSH,
  lineText,
  type PktLine,
  PktLineParser,
  pktLine,
  readPktLines,
} from './pkt-line.ts';
import { readPushReport } from './receive-pack.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);

/** Bytes as they might arrive, and the lines in them. */
const lines = (...chunks: readonly Buffer[]) =>
  readPktLines(
    (async function* () {
      yield* chunks;
    })(),
  );
const band = (number: number, content: string | Buffer) =>
  pktLine(Buffer.concat([Buffer.from([number]), Buffer.from(content)]));
const bad = expect.objectContaining({ code: 'REMOTE_PROTOCOL' });

/** What is read from it, or the code of why not; anything else thrown is a fault of ours. */
async function outcome(read: () => Promise<unknown>): Promise<unknown> {
  try {
    return await read();
  } catch (error) {
    expect(error).toBeInstanceOf(GitError);
    return undefined;
  }
}

describe('pkt-lines', () => {
  const content = fc.array(fc.option(fc.uint8Array({ maxLength: 300 })), { maxLength: 20 });

  test('are read back however the bytes are cut', () => {
    fc.assert(
      fc.property(content, fc.infiniteStream(fc.integer({ min: 1, max: 400 })), (sent, cuts) => {
        const bytes = Buffer.concat(sent.map((data) => (data ? pktLine(Buffer.from(data)) : FLUSH)));
        const parser = new PktLineParser();
        const read: (Buffer | undefined)[] = [];
        for (let at = 0; at < bytes.length; ) {
          const end = at + cuts.next().value;
          for (const line of parser.push(bytes.subarray(at, end)))
            read.push(line.kind === 'data' ? Buffer.from(line.data) : undefined);
          at = end;
        }
        parser.end();
        expect(read).toEqual(sent.map((data) => (data ? Buffer.from(data) : undefined)));
      }),
    );
  });

  test.each(['0003', 'zzzz', '-001', 'fff5', '<htm', '+0a1'])('that start with %s are refused', (start) => {
    expect(() => new PktLineParser().push(Buffer.from(`${start}${'x'.repeat(70_000)}`))).toThrow(bad);
  });

  test('that end in the middle are refused', () => {
    const parser = new PktLineParser();
    parser.push(Buffer.from('0009ab'));
    expect(() => parser.end()).toThrow(bad);
  });

  test('hold no more than the protocol allows', () => {
    expect(pktLine(Buffer.alloc(65_516)).toString('latin1', 0, 4)).toBe('fff0');
    expect(() => pktLine(Buffer.alloc(65_517))).toThrow(RangeError);
  });

  test('end in one line feed or none', () => {
    expect([lineText(Buffer.from('a\n')), lineText(Buffer.from('a')), lineText(Buffer.from('\n'))]).toEqual([
      'a',
      'a',
      '',
    ]);
  });
});

describe('the list of refs', () => {
  test('names refs and the branch of HEAD; names that no ref can have are left out', async () => {
    const list = await readLsRefs(
      lines(
        pktLine(`${A} HEAD symref-target:refs/heads/main\n`),
        pktLine(`${A} refs/heads/main\n`),
        pktLine(`${B} refs/tags/v1 peeled:${A}\n`),
        ...['refs/heads/../../config', '--upload-pack=x', 'refs/heads/a\tb', 'refs/heads/x.lock', ''].map(
          (name) => pktLine(`${B} ${name}\n`),
        ),
        pktLine('unborn HEAD symref-target:refs/heads/main\n'),
        FLUSH,
      ),
    );
    expect([...list.refs]).toEqual([
      ['HEAD', A],
      ['refs/heads/main', A],
      ['refs/tags/v1', B],
    ]);
    expect(list.head).toBe('refs/heads/main');
  });

  test.each([
    ['ends early', [pktLine(`${A} HEAD\n`)]],
    ['has an id that is none', [pktLine('xyz HEAD\n'), FLUSH]],
    ['has an id of another hash', [pktLine(`${'a'.repeat(64)} HEAD\n`), FLUSH]],
    ['goes on behind its end', [FLUSH, pktLine(`${A} HEAD\n`)]],
    ['has a delimiter in it', [DELIMITER, FLUSH]],
  ])('that %s is refused', async (_what, chunks) => {
    await expect(readLsRefs(lines(...chunks))).rejects.toThrow(bad);
  });

  test('that is an error says so in one line, without control characters', async () => {
    await expect(readLsRefs(lines(pktLine('ERR \u001b[31mnot\u0000 today\u0007')))).rejects.toThrow(
      'the remote refused: [31mnot today',
    );
  });

  test('of protocol 0 comes with the capabilities; that of another hash is refused', async () => {
    const first = `${A} HEAD\0report-status symref=HEAD:refs/heads/main agent=x`;
    const advertisement = await readAdvertisement(
      lines(
        pktLine('# service=git-receive-pack\n'),
        FLUSH,
        pktLine(`${first}\n`),
        pktLine(`${A} refs/heads/main\n`),
        FLUSH,
      ),
      'git-receive-pack',
    );
    expect(advertisement).toMatchObject({ version: 0, head: 'refs/heads/main' });
    expect(advertisement.capabilities.get('agent')).toBe('x');
    const sha256 = lines(pktLine('version 2\n'), pktLine('object-format=sha256\n'), FLUSH);
    await expect(readAdvertisement(sha256, 'git-upload-pack')).rejects.toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED_REPOSITORY' }),
    );
  });
});

describe('the answer to a fetch', () => {
  const read = async (...chunks: readonly Buffer[]) => {
    const said: string[] = [];
    const answer = await readFetchAnswer(lines(...chunks), (line) => said.push(line));
    const pack: Buffer[] = [];
    for await (const chunk of answer.pack ?? []) pack.push(Buffer.from(chunk));
    return { answer, said, pack: answer.pack && Buffer.concat(pack).toString() };
  };

  test('has sections, and the pack in a side band beside what the server says', async () => {
    const { answer, said, pack } = await read(
      pktLine('acknowledgments\n'),
      pktLine(`ACK ${A}\n`),
      pktLine('ready\n'),
      DELIMITER,
      pktLine('shallow-info\n'),
      pktLine(`shallow ${B}\n`),
      pktLine(`unshallow ${A}\n`),
      DELIMITER,
      pktLine('packfile\n'),
      band(2, 'Counting\rDone'),
      band(1, 'PA'),
      band(2, '\n'),
      band(1, 'CK'),
      FLUSH,
    );
    expect([[...answer.common], [...answer.shallow], [...answer.unshallow]]).toEqual([[A], [B], [A]]);
    expect([pack, said]).toEqual(['PACK', ['Counting', 'Done']]);
  });

  test('may be that the server wants to hear of more commits', async () => {
    expect((await read(pktLine('acknowledgments\n'), pktLine('NAK\n'), FLUSH)).pack).toBeUndefined();
  });

  test.each([
    ['ends in the middle of the pack', [pktLine('packfile\n'), band(1, 'PACK')]],
    ['ends before anything', []],
    ['has a section nobody asked for', [pktLine('wanted-refs\n'), FLUSH]],
    ['acknowledges what is no id', [pktLine('acknowledgments\n'), pktLine('ACK x\n'), FLUSH]],
    ['acknowledges where it tells of depth', [pktLine('shallow-info\n'), pktLine(`ACK ${A}\n`), FLUSH]],
    ['names a property of all objects', [pktLine('acknowledgments\n'), pktLine(`constructor ${A}\n`), FLUSH]],
    ['uses a band that does not exist', [pktLine('packfile\n'), band(7, 'x'), FLUSH]],
  ])('that %s is refused', async (_what, chunks) => {
    await expect(read(...chunks)).rejects.toThrow(bad);
  });

  test('that gives up in the middle passes on why', async () => {
    await expect(read(pktLine('packfile\n'), band(1, 'PA'), band(3, 'out of disk\n'))).rejects.toThrow(
      'the remote gave up: out of disk',
    );
  });
});

describe('the report of a push', () => {
  const report = (...statuses: readonly string[]) => [
    band(1, Buffer.concat([...statuses.map((status) => pktLine(`${status}\n`)), FLUSH])),
    FLUSH,
  ];

  test('says of each ref what became of it, and what hooks said', async () => {
    const answer = await readPushReport(
      lines(
        band(2, 'main is \u001b]0;x protected\n'),
        ...report('unpack ok', 'ok refs/heads/a', 'ng refs/heads/b hook declined'),
      ),
    );
    expect(answer).toEqual({
      unpack: 'ok',
      accepted: new Set(['refs/heads/a']),
      refused: new Map([['refs/heads/b', 'hook declined']]),
      text: ['main is ]0;x protected'],
    });
  });

  test.each([
    ['is empty', [FLUSH]],
    ['does not speak of the objects', report('ok refs/heads/a')],
    ['has a status that does not exist', report('unpack ok', 'maybe refs/heads/a')],
  ])('that %s is refused', async (_what, chunks) => {
    await expect(readPushReport(lines(...chunks))).rejects.toThrow(bad);
  });
});

/** As long as somebody reads. */
async function* endless(line: Buffer): AsyncGenerator<PktLine, void> {
  for (;;) yield { kind: 'data', data: line };
}

const LONG = 'x'.repeat(60_000);
test.each<[string, () => Promise<unknown>]>([
  ['a list of refs', () => readLsRefs(endless(Buffer.from(`${A} refs/heads/.${LONG}`)))],
  ['what a server says first', () => readAdvertisement(endless(Buffer.from(LONG)), 'git-upload-pack')],
  [
    'an acknowledgment',
    () => {
      const [first, then] = [Buffer.from('acknowledgments'), endless(Buffer.from(`ACK ${A} ${LONG}`))];
      async function* all(): AsyncGenerator<PktLine, void> {
        yield { kind: 'data', data: first };
        yield* then;
      }
      return readFetchAnswer(all(), () => undefined);
    },
  ],
  [
    'a report',
    () => readPushReport(endless(Buffer.concat([Buffer.from([1]), pktLine(`ok refs/heads/x ${LONG}`)]))),
  ],
])('%s that has no end is given up', async (_what, read) => {
  await expect(read()).rejects.toThrow('has no end');
});

test('answers of any bytes, and good ones with any byte changed, are read or refused with a code', async () => {
  const good = Buffer.concat([
    pktLine('acknowledgments\n'),
    pktLine(`ACK ${A}\n`),
    DELIMITER,
    pktLine('packfile\n'),
    band(1, 'PACK'),
    band(2, 'words\n'),
    FLUSH,
    pktLine(`${A} refs/heads/main symref-target:refs/heads/x\n`),
    band(1, Buffer.concat([pktLine('unpack ok\n'), pktLine('ok refs/heads/a\n'), FLUSH])),
    FLUSH,
  ]);
  const changed = fc
    .tuple(fc.nat(good.length - 1), fc.nat(good.length - 1), fc.nat(255))
    .map(([start, at, value]) => {
      const bytes = Buffer.from(good);
      bytes[at] = value;
      return bytes.subarray(start);
    });
  const bytes = fc.oneof(
    changed,
    fc.uint8Array({ maxLength: 60 }).map((some) => Buffer.from(some)),
  );
  await fc.assert(
    fc.asyncProperty(bytes, async (some) => {
      await outcome(() => readLsRefs(lines(some)));
      await outcome(() => readAdvertisement(lines(some), 'git-upload-pack'));
      await outcome(() => readPushReport(lines(some)));
      await outcome(async () => {
        const { pack } = await readFetchAnswer(lines(some), () => undefined);
        for await (const _chunk of pack ?? []);
      });
    }),
    { numRuns: 500 },
  );
});
