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

/** Whatever is printed between these two lines is text: an error of a program may well look like a command. */
export function quotation(word: string = randomUUID()): { readonly begin: string; readonly end: string } {
  return { begin: `::stop-commands::${word}`, end: `::${word}::` };
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
