/** Opened values on their way through an editor: a file that nobody else may read, in memory where there is such a place, and
 * gone at the end, however this process ends. */
import { spawn } from 'node:child_process';
import { accessSync, constants as fs, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { TruekeelError } from '../../../lib/objects/index.ts';
import type { CommandContext } from '../command.ts';

/** They end a process that does not ask for them; SIGINT and SIGTERM abort the command, which ends well then. */
const ENDING = ['SIGHUP', 'SIGQUIT'] as const;

export class PlainFile {
  readonly #directory: string;
  readonly #path: string;
  readonly #remove = () => rmSync(this.#directory, { recursive: true, force: true });
  readonly #end = (signal: NodeJS.Signals) => process.exit(128 + constants.signals[signal]);

  /** @param path of the sealed file; by its name editors know what is in it */
  constructor(path: string, text: string, env: NodeJS.ProcessEnv) {
    this.#directory = mkdtempSync(join(memoryDirectory(env), 'truekeel-'));
    this.#path = join(this.#directory, basename(path));
    process.once('exit', this.#remove);
    for (const signal of ENDING) process.once(signal, this.#end);
    try {
      writeFileSync(this.#path, text, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      this[Symbol.dispose]();
      throw error;
    }
  }

  /** Runs the editor until it ends.
   * @returns false when this process is asked to stop, which ends the editor
   * @throws TruekeelError `EDITOR_FAILED` */
  async edit([command, ...args]: readonly [string, ...string[]], context: CommandContext): Promise<boolean> {
    const { env, cwd, signal } = context;
    const ended = await new Promise<string | undefined>((resolve) => {
      const editor = spawn(command, [...args, this.#path], { stdio: 'inherit', env, cwd, signal });
      editor.once('error', (error) => resolve(error.message));
      editor.once('close', (code, by) => resolve(code === 0 ? undefined : `it ended with ${by ?? code}`));
    });
    if (signal.aborted) return false;
    if (ended === undefined) return true;
    throw new TruekeelError(`the editor ${command} failed: ${ended}`, {
      code: 'EDITOR_FAILED',
      family: 'usage',
      hint: 'The file is as it was. EDITOR names the editor; one with a window of its own has to wait: "code --wait".',
    });
  }

  /** @throws TruekeelError `FILE_UNREADABLE` */
  read(): string {
    try {
      return readFileSync(this.#path, 'utf8');
    } catch (cause) {
      throw new TruekeelError('the edited text is gone: the editor left none behind', {
        code: 'FILE_UNREADABLE',
        family: 'usage',
        hint: 'The sealed file is as it was.',
        cause,
      });
    }
  }

  [Symbol.dispose](): void {
    this.#remove();
    process.off('exit', this.#remove);
    for (const signal of ENDING) process.off(signal, this.#end);
  }
}

/** A file system in memory that Linux has, so that no disk ever holds the values. */
function memoryDirectory(env: NodeJS.ProcessEnv): string {
  for (const directory of [env.XDG_RUNTIME_DIR, '/dev/shm']) {
    if (directory === undefined || directory === '') continue;
    try {
      accessSync(directory, fs.W_OK | fs.X_OK);
      return directory;
    } catch {
      // The next one.
    }
  }
  return tmpdir();
}
