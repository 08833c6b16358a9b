/** Runs a user's program where it can do no harm, and brings back what it makes: in comes a file, out come
 * rendered environments. The program runs in a child process under Node's permission model; only data comes
 * back, and it is judged and turned into bytes on this side. */

export { anewAfter, type ChartOptions } from './chart-options.ts';
export type { CommandGrant } from './command-process.ts';
export { commandsNotAllowed, commandWords } from './command-words.ts';
export { isCommand } from './is-command.ts';
export type { ProgramLimits } from './limits.ts';
export { type RunOptions, runProgram } from './run.ts';
export { stripTypes } from './strip-types.ts';
export { WarmProgram } from './warm.ts';
