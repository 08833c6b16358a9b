import { createInterface } from 'node:readline/promises';
import type { Readable } from 'node:stream';
import { styleText } from 'node:util';
import { batchedWriter } from './batched-writer.ts';

/** Where a command prints and asks: the real terminal, or a recorder in tests. */
export interface Terminal {
  /** Results, on standard output. */
  out(line: string): void;
  /** Progress, banners and errors, on standard error: so that `-o json` can be piped. */
  err(line: string): void;
  /** Replaces the last `lines` lines of standard error; only called when `live`. */
  redraw(lines: readonly string[]): void;
  readonly paint: Paint;
  /** True when standard error is a terminal that can be redrawn. Otherwise output is append-only. */
  readonly live: boolean;
  /** True when questions can be asked. */
  readonly interactive: boolean;
  readonly columns: number;
  /** Asks one question; the empty string at the end of input. */
  ask(question: string): Promise<string>;
  /** Has everything written that was said. */
  flush(): void;
}

export type Colour = 'red' | 'green' | 'yellow' | 'cyan' | 'dim' | 'bold';
export type Paint = (colour: Colour, text: string) => string;

export const plainPaint: Paint = (_colour, text) => text;
const colourPaint: Paint = (colour, text) => styleText(colour, text, { validateStream: false });

/** Colours only where they are wanted: NO_COLOR (https://no-color.org) and FORCE_COLOR win over the kind of stream. */
function wantsColour(stream: { readonly isTTY?: boolean }, env: NodeJS.ProcessEnv): boolean {
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '' && env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** The process's own terminal. */
export function processTerminal(process: NodeJS.Process, options: { readonly color: boolean }): Terminal {
  const { stdin, stdout, stderr, env } = process;
  const colour = options.color && wantsColour(stdout, env);
  const live = stderr.isTTY === true && env.TERM !== 'dumb' && env.CI === undefined;
  const errors = batchedWriter(stderr);
  process.once('exit', errors.flush);
  let drawn = 0;
  return {
    out: (line) => {
      errors.flush();
      stdout.write(`${line}\n`);
    },
    err: (line) => {
      drawn = 0;
      errors.write(`${line}\n`);
    },
    redraw: (lines) => {
      const width = stderr.columns || 80;
      const back = drawn > 0 ? `\u001b[${drawn}A\u001b[J` : '';
      drawn = lines.length;
      errors.write(back + lines.map((line) => `${clip(line, width)}\n`).join(''));
    },
    paint: colour ? colourPaint : plainPaint,
    live,
    interactive: stdin.isTTY === true && stderr.isTTY === true,
    columns: stdout.columns || 120,
    ask: (question) => {
      errors.flush();
      return ask(question, stdin, stderr);
    },
    flush: errors.flush,
  };
}

async function ask(question: string, input: Readable, output: NodeJS.WritableStream): Promise<string> {
  const reader = createInterface({ input, output });
  try {
    return await new Promise<string>((resolve) => {
      reader.once('close', () => resolve(''));
      reader.question(question).then(resolve, () => resolve(''));
    });
  } finally {
    reader.close();
  }
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const ESCAPES = /\u001b\[[0-9;]*m/g;

/** The width of a text on a terminal, without its colours. */
export function visibleLength(text: string): number {
  return [...text.replace(ESCAPES, '')].length;
}

/** Cuts a line, its colours aside, to a width. */
function clip(line: string, width: number): string {
  return visibleLength(line) <= width
    ? line
    : `${[...line.replace(ESCAPES, '')].slice(0, width - 1).join('')}…`;
}
