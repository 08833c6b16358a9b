/** What CI systems read: by readers that do what theirs are documented to do. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TruekeelError } from '../../lib/objects/index.ts';
import { parseOutputs } from '../../test/ci/actions.ts';
import { codeQuality } from './code-quality.ts';
import { dotenv, outputFile } from './outputs.ts';
import { annotation, WorkflowCommands } from './workflow-commands.ts';

const text = fc.string({ unit: 'binary', maxLength: 80 });
const names = fc.stringMatching(/^[a-z][a-z-]{0,10}$/);

/** `::error file=…,line=…::message`, as the runner takes it apart. */
function parseCommand(line: string) {
  const [, command, properties, data] = /^::(\w+) ([^:]*)::(.*)$/.exec(line) ?? [];
  const plain = (value: string) =>
    value
      .replaceAll('%2C', ',')
      .replaceAll('%3A', ':')
      .replaceAll('%0A', '\n')
      .replaceAll('%0D', '\r')
      .replaceAll('%25', '%');
  const entries = properties!.split(',').map((one) => {
    const at = one.indexOf('=');
    return [one.slice(0, at), plain(one.slice(at + 1))];
  });
  return { command, properties: Object.fromEntries(entries), message: plain(data!) };
}

describe('an annotation', () => {
  it('is one line, and reads as what it was made of', () => {
    fc.assert(
      fc.property(text, text, fc.nat(), (message, file, line) => {
        const error = new TruekeelError(message, { code: 'PROGRAM_FAILED', source: { file, line } });
        const made = annotation('error', error);
        expect(made).not.toMatch(/[\r\n]/);
        expect(parseCommand(made)).toEqual({
          command: 'error',
          properties: { file, line: String(line), title: 'PROGRAM_FAILED' },
          message,
        });
      }),
    );
  });

  it('has the hint, and no place where there is none', () => {
    const warning = new TruekeelError('not good', { code: 'POLICY', hint: 'Do better.' });
    expect(annotation('warning', warning)).toBe('::warning title=POLICY::not good%0ADo better.');
  });
});

it('commands are heard only between the words that let them be, each of which is used once', () => {
  const lines: string[] = [];
  const commands = new WorkflowCommands((line) => void lines.push(line));
  lines.push('text');
  commands.speak(['::one::']);
  lines.push('more text');
  const [stop, , resume, one, again, last] = lines;
  expect([one, last]).toEqual(['::one::', 'more text']);
  expect(resume).toBe(`::${stop!.slice('::stop-commands::'.length)}::`);
  expect(again).toMatch(/^::stop-commands::/);
  expect(again).not.toBe(stop);
});

describe('outputs', () => {
  it('come back as they were, whatever is in them', () => {
    const values = text.map((value) => value.replaceAll('\r', ''));
    fc.assert(
      fc.property(fc.dictionary(names, values, { noNullPrototype: true }), (outputs) => {
        expect(parseOutputs(outputFile(outputs))).toEqual(outputs);
      }),
    );
  });

  it('are refused where a value would end itself', () => {
    expect(() => outputFile({ a: 'x\nend-1\nb<<c' }, () => '1')).toThrow('end-1 is a line of a');
  });

  it('are variables of one line each for GitLab', () => {
    expect(dotenv({ action: 'render', 'two-words': '{"a":1}', long: 'a\nb' })).toBe(
      'TRUEKEEL_ACTION=render\nTRUEKEEL_TWO_WORDS={"a":1}\n',
    );
  });
});

it('a problem keeps its fingerprint when its line moves, and two of the same have two', () => {
  const at = (line: number) =>
    new TruekeelError('is not ready', {
      code: 'POLICY',
      constructPath: 'staging/web',
      source: { file: 'main.ts', line },
    });
  const [first] = codeQuality([at(3)], [], 'main.ts');
  const [moved] = codeQuality([at(9)], [], 'main.ts');
  expect(moved!.fingerprint).toBe(first!.fingerprint);
  expect(moved!.location).toEqual({ path: 'main.ts', lines: { begin: 9 } });
  const both = codeQuality([at(3)], [at(3)], 'main.ts');
  expect(new Set(both.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  expect(both.map(({ severity }) => severity)).toEqual(['blocker', 'minor']);
  const nowhere = new TruekeelError('what', { code: 'NO_APP' });
  expect(codeQuality([nowhere], [], 'app/main.ts')[0]!.location.path).toBe('app/main.ts');
});
