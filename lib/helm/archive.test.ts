import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { filesOf } from './archive.ts';
import { ChartProblem } from './problem.ts';

const segment = fc.stringMatching(/^[a-zé][a-z0-9é.-]{0,60}$/);
const files = fc.dictionary(
  fc.array(segment, { minLength: 1, maxLength: 4 }).map((parts) => `web/${parts.join('/')}.txt`),
  fc.uint8Array({ maxLength: 2000 }).map((bytes) => Buffer.from(bytes)),
  { minKeys: 1, maxKeys: 5 },
);

function withTar(content: Readonly<Record<string, Buffer>>, format: string): Buffer {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-tar-'));
  try {
    for (const [path, data] of Object.entries(content)) {
      mkdirSync(dirname(join(directory, path)), { recursive: true });
      writeFileSync(join(directory, path), data);
    }
    return execFileSync('tar', ['-czf', '-', `--format=${format}`, '-C', directory, 'web']);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

describe('the archive of a chart', () => {
  it.each(['ustar', 'pax', 'gnu'])('has the files that tar put into it, as %s', (format) => {
    fc.assert(
      fc.property(files, (content) => {
        // Names that are longer than the oldest format takes.
        const known =
          format === 'ustar'
            ? Object.entries(content).filter(([path]) => Buffer.byteLength(path) < 90)
            : Object.entries(content);
        fc.pre(known.length > 0);
        const found = [...filesOf('web', withTar(Object.fromEntries(known), format))];
        expect(new Map(found.map(({ path, data }) => [path, data]))).toEqual(new Map(known));
      }),
      { numRuns: 15 },
    );
  });

  it('has the files of the charts that lie in it as archives', () => {
    const sub = withTar({ 'web/Chart.yaml': Buffer.from('name: sub') }, 'pax');
    const found = [...filesOf('web', withTar({ 'web/charts/sub-1.tgz': sub }, 'pax'))];
    expect(found.map(({ path }) => path)).toEqual([
      'web/charts/sub-1.tgz',
      'web/charts/sub-1.tgz/web/Chart.yaml',
    ]);
  });

  it('is told when it is none, whatever it is', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (bytes, isPacked) => {
        try {
          for (const { data } of filesOf('web', isPacked ? gzipSync(bytes) : bytes))
            expect(data).toBeInstanceOf(Buffer);
        } catch (error) {
          expect(error).toBeInstanceOf(ChartProblem);
        }
      }),
    );
    expect(() => [...filesOf('web', Buffer.from('no'))]).toThrow('the archive of chart web cannot be read');
    const cut = Buffer.alloc(512, 0);
    cut.write('web/a', 0);
    cut.write('00000001000', 124);
    cut.write('0', 156);
    expect(() => [...filesOf('web', gzipSync(cut))]).toThrow('it is cut off');
  });
});
