/** What GitHub Actions, and those of Gitea and Forgejo, read in the output of a step (GitHub, "Workflow commands for GitHub
 * Actions"). They read it on standard error, too, which leaves standard output to results. */
import { randomUUID } from 'node:crypto';
import type { TruekeelError } from '../../lib/objects/index.ts';
import { escapeData } from './action/commands.ts';

/** An error or a warning, at its line of the program. */
export function annotation(
  level: 'error' | 'warning',
  { code, hint, message, source }: TruekeelError,
): string {
  const properties = {
    ...(source && { file: source.file, line: source.line, ...(source.column && { col: source.column }) }),
    title: code,
  };
  const text = hint === undefined ? message : `${message}\n${hint}`;
  return `::${level} ${Object.entries(properties)
    .map(([name, value]) => `${name}=${escapeProperty(String(value))}`)
    .join(',')}::${escapeData(text)}`;
}

/** The way to be heard by a runner that reads everything: all that is printed is text, since an error of a program may well
 * look like a command, but for what is spoken here. Stays so until the step ends. */
export class WorkflowCommands {
  readonly #print: (line: string) => void;
  readonly #word: () => string;
  #resume = '';

  /** @param word gives what nobody can know before, another one each time */
  constructor(print: (line: string) => void, word: () => string = randomUUID) {
    this.#print = print;
    this.#word = word;
    this.#stop();
  }

  speak(commands: readonly string[]): void {
    this.#print(this.#resume);
    for (const command of commands) this.#print(command);
    this.#stop();
  }

  #stop(): void {
    const word = this.#word();
    this.#print(`::stop-commands::${word}`);
    this.#resume = `::${word}::`;
  }
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
