import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCommands } from './parse-commands.ts';

const named = (text: string) => parseCommands(text).map(({ name, args }) => [name, ...args].join(' '));

describe('a comment', () => {
  test.each([
    ['/approve', ['approve']],
    ['/Approve', ['approve']],
    ['Looks right.\n\n/approve\n', ['approve']],
    ['Looks right.\r\n/approve\r\n', ['approve']],
    ['/rollback production 3f9c2e1  ', ['rollback production 3f9c2e1']],
    ['/hold production until the\tbank is back', ['hold production until the bank is back']],
    ['/preview\n/approve', ['preview', 'approve']],
    ['> /approve\n\n/preview', ['preview']],
    ['```\n/approve\n```\n/preview', ['preview']],
  ])('%j has commands', (text, commands) => {
    expect(named(text)).toEqual(commands);
  });

  test.each([
    ['', 'nothing'],
    ['please /approve', 'in the middle of a line'],
    [' /approve', 'not at its beginning'],
    ['    /approve', 'a block of code, indented'],
    ['> /approve', 'a quote'],
    ['> they said\n/approve', 'a quote that goes on'],
    ['- item\n/approve', 'an item that goes on'],
    ['```\n/approve\n```', 'a block of code'],
    ['~~~~sh\n/approve\n~~~\n/approve\n~~~~', 'a block of code with a shorter fence in it'],
    ['```\n/approve', 'a block of code that is not closed'],
    ['`/approve`', 'code'],
    ['`code that\n/approve\ngoes on`', 'code over several lines'],
    ['<!-- /approve -->', 'hidden'],
    ['<!--\n/approve\n-->', 'hidden, over several lines'],
    ['<details>\n\n/approve\n\n</details>', 'folded'],
    ['<pre>\n\n/approve\n</pre>', 'HTML'],
    ['<blockquote>\n/approve\n</blockquote>', 'a quote in HTML'],
    ['//approve', 'no word'],
    ['/etc/passwd', 'a path'],
    ['/1', 'no word'],
  ])('%j has none: %s', (text) => {
    expect(named(text)).toEqual([]);
  });

  test('that is longer than a forge takes has none', () => {
    expect(named(`/approve${' x'.repeat(70_000)}`)).toEqual([]);
  });

  test('has as many as a person means at a time', () => {
    expect(named('/preview\n'.repeat(50))).toHaveLength(5);
  });

  const line = fc.constantFrom(
    '/approve',
    '> quoted',
    '```',
    '',
    'text',
    '<!--',
    '-->',
    '- item',
    '`',
    '/preview x',
  );
  const lines = fc.array(line, { maxLength: 12 });

  test('has no command that is not a line of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        for (const command of named(text)) {
          const found = text.split(/\r\n|\r|\n/).some(
            (one) =>
              one
                .trim()
                .toLowerCase()
                .replaceAll(/[ \t]+/g, ' ') === `/${command}`.toLowerCase(),
          );
          expect(found).toBe(true);
        }
      }),
    );
  });

  test('that is quoted as a whole has none', () => {
    fc.assert(
      fc.property(lines, (all) => {
        expect(named(all.map((one) => `> ${one}`).join('\n'))).toEqual([]);
      }),
    );
  });

  test('that is shown as code as a whole has none', () => {
    fc.assert(
      fc.property(lines, (all) => {
        expect(named(`~~~~~\n${all.join('\n')}\n~~~~~`)).toEqual([]);
      }),
    );
  });

  test('has the command after an empty line, whatever was quoted before', () => {
    fc.assert(
      fc.property(lines, (all) => {
        const quoted = all.map((one) => `> ${one}`).join('\n');
        expect(named(`${quoted}\n\n/approve`)).toEqual(['approve']);
      }),
    );
  });
});
