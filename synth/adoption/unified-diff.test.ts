import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { unifiedDiff } from './unified-diff.ts';

describe('a unified diff', () => {
  it('makes the one text of the other, says Git', () => {
    const directory = mkdtempSync(join(tmpdir(), 'truekeel-diff-'));
    onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
    execFileSync('git', ['init', '--quiet', directory]);
    const lines = fc.array(fc.constantFrom('a', 'b', '', '  c', '\\ d', '+', 'é\r'), { maxLength: 24 });
    const text = fc.tuple(lines, fc.boolean()).map(([all, ends]) => all.join('\n') + (ends ? '\n' : ''));
    const path = fc.constantFrom('main.ts', 'a b/c.ts', 'é.ts', 'q"uote.ts', '-x');
    fc.assert(
      fc.property(text, text, path, (before, after, name) => {
        // A file that is empty on one side is made or deleted, which edits of a program do not do.
        fc.pre(before !== '' && after !== '');
        const file = join(directory, name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, before);
        const diff = unifiedDiff([{ path: name, before, after }]);
        if (before === after) expect(diff).toBe('');
        else
          execFileSync('git', ['apply', '--whitespace=nowarn', '-'], {
            cwd: directory,
            input: diff,
            stdio: ['pipe', 'ignore', 'pipe'],
          });
        expect(readFileSync(file, 'utf8')).toBe(after);
      }),
      { numRuns: 60 },
    );
  });
});
