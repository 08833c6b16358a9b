import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { commandWords } from './command-words.ts';
import { isCommand } from './is-command.ts';

describe('what --app names', () => {
  it.each(['main.ts', 'src/my app.mts', './main.js', 'main.cjs', 'main.ts '])('%s is a file', (app) => {
    expect(isCommand(app)).toBe(false);
  });

  it.each(['python main.py', './build/shop', 'mvn -q exec:java', 'go run .', 'main.tsx'])(
    '%s is a command',
    (app) => {
      expect(isCommand(app)).toBe(true);
    },
  );
});

describe('the words of a command', () => {
  it.each([
    ['python  main.py\t-v\n', ['python', 'main.py', '-v']],
    [`python "my app.py" 'a b'`, ['python', 'my app.py', 'a b']],
    [String.raw`a\ b "c\"d" 'e\f'`, ['a b', 'c"d', 'e\\f']],
    ['go run . ""', ['go', 'run', '.', '']],
    [`x"y"'z'`, ['xyz']],
  ])('%j', (command, words) => {
    expect(commandWords(command)).toEqual(words);
  });

  it('have no meaning to a shell', () => {
    expect(commandWords('echo $HOME; rm -rf * | cat > x && `y`')).toEqual(
      'echo $HOME; rm -rf * | cat > x && `y`'.split(' '),
    );
  });

  it.each(['python "main.py', "python 'main.py", 'python main.py\\', '  ', '""'])(
    'are not found in %j',
    (command) => {
      expect(() => commandWords(command)).toThrow(
        expect.objectContaining({ code: 'INVALID_FLAG', family: 'usage' }),
      );
    },
  );

  it('come back as they were quoted, whatever they are', () => {
    const word = fc.string({ unit: 'binary', maxLength: 8 });
    const double = word.map((text) => [text, `"${text.replaceAll(/[\\"]/g, '\\$&')}"`] as const);
    const single = word.filter((text) => !text.includes("'")).map((text) => [text, `'${text}'`] as const);
    const command = fc
      .array(fc.oneof(double, single), { minLength: 1, maxLength: 4 })
      .filter(([first]) => first![0] !== '');
    fc.assert(
      fc.property(command, fc.constantFrom(' ', '\t', '  '), (words, between) => {
        expect(commandWords(words.map(([, quoted]) => quoted).join(between))).toEqual(
          words.map(([text]) => text),
        );
      }),
    );
  });
});
