/** Takes a command (`python main.py`) apart without a shell. */
import { TruekeelError } from '../../lib/objects/index.ts';

/** The words of a command: apart by white space, kept together by single or double quotes. Within double quotes, and
 * outside of any, a backslash takes the next character as it is; nothing else has a meaning: no variables, no patterns,
 * no pipes.
 * @throws TruekeelError `INVALID_FLAG` for a quote that does not end, or when there is no word */
export function commandWords(command: string, giver = '--app'): readonly [string, ...string[]] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < command.length; at++) {
    const character = command[at]!;
    if (character === '\\' && quote !== "'") {
      at++;
      if (at === command.length) throw invalid(command, 'ends with a backslash', giver);
      word = (word ?? '') + command[at];
    } else if (quote !== undefined) {
      if (character === quote) quote = undefined;
      else word += character;
    } else if (character === '"' || character === "'") {
      quote = character;
      word ??= '';
    } else if (/\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? '') + character;
  }
  if (quote !== undefined) throw invalid(command, `lacks the second ${quote}`, giver);
  if (word !== undefined) words.push(word);
  const [first, ...rest] = words;
  if (!first) throw invalid(command, 'names none', giver);
  return [first, ...rest];
}

/** Said to whoever runs a command without saying so. */
export function commandsNotAllowed(
  command: string,
  hint = 'If you trust the repository, give --allow-commands or set TRUEKEEL_ALLOW_COMMANDS=true. A program for Node is a file that ends in .ts or .js.',
): TruekeelError {
  return new TruekeelError(
    `${command} is a command, which runs outside of the sandbox with all that you may do, and that is not allowed`,
    {
      code: 'COMMANDS_NOT_ALLOWED',
      family: 'usage',
      hint,
    },
  );
}

function invalid(command: string, what: string, giver: string): TruekeelError {
  return new TruekeelError(`${giver} takes a command, and ${JSON.stringify(command)} ${what}`, {
    code: 'INVALID_FLAG',
    family: 'usage',
    hint: 'Write it as in a shell, with quotes around a word that has spaces: python "my app.py".',
  });
}
