import { GitError } from '../errors.ts';

/** The other side does not keep Git's protocol.
 * @param what what it did; its own words are cleaned by {@link serverWords} first */
export function protocolError(what: string): GitError {
  return new GitError('REMOTE_PROTOCOL', what, {
    hint: 'Check that the address is that of a Git repository, and that no proxy or login page answers in its place.',
  });
}

/** Text that a server sent, fit to be shown: one line, no control characters, not endless. */
export function serverWords(text: string): string {
  const line = text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .replace(/ +/g, ' ')
    .trim();
  return line.length > 500 ? `${line.slice(0, 500)}…` : line;
}
