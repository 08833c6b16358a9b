/** What every verb gets: its flags, merged with environment and configuration, and the terminal. */
import type { Terminal } from './terminal.ts';

export interface CommandContext {
  readonly terminal: Terminal;
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Aborts at the first Ctrl-C; a second one ends the process at once. */
  readonly signal: AbortSignal;
}

/** Flags as commander hands them over: camel-cased names. */
export type Flags = Readonly<Record<string, unknown>>;

/** A verb: returns the exit code. @throws TruekeelError for what it cannot do */
export type Command = (args: readonly string[], flags: Flags, context: CommandContext) => Promise<number>;

/** The module of a verb, as `commands/<verb>.ts` exports it. */
export interface CommandModule {
  readonly command: Command;
}
