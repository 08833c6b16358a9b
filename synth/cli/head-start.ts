/** Starts the program of a command line before the rest of the command is loaded. What it takes the command line
 * for is a guess: when the verb asks for another program in the end, this one is ended. */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { startAhead } from '../program/ahead.ts';
import { CONFIG_NAMES } from './config-names.ts';

/** Flags that make it another program, another place, or none at all. */
const ELSEWHERE = /^(?:--source|--help|-h|--version|-v|--files)(?:=|$)/;

/** Flags that have everything made again. */
const AFRESH = /^--(?:no-cache|twice)(?:=|$)/;

export function headStart(argv: readonly string[], cwd: string, env: NodeJS.ProcessEnv): void {
  const [verb, ...args] = argv;
  if ((verb !== 'synth' && verb !== 'render') || args.some((arg) => ELSEWHERE.test(arg))) return;
  const above = resolve(cwd, flagValue('--repo', args) ?? (env.TRUEKEEL_REPO || '.'));
  const root = repositoryAround(above);
  if (root === undefined && verb === 'render') return;
  const app = flagValue('--app', args) ?? (env.TRUEKEEL_APP || undefined);
  // The configuration is code, too, and may name another program.
  if (app === undefined && CONFIG_NAMES.some((name) => existsSync(join(root ?? above, name)))) return;
  const program = resolve(verb === 'synth' && app !== undefined ? cwd : (root ?? above), app ?? 'main.ts');
  const directory = root ?? dirname(program);
  const keep = verb === 'synth' && !args.some((arg) => AFRESH.test(arg));
  startAhead({ program, cwd: directory, root: directory, keep });
}

function flagValue(flag: string, args: readonly string[]): string | undefined {
  const at = args.findLastIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  const arg = args[at];
  return arg === flag ? args[at + 1] : arg?.slice(flag.length + 1);
}

/** As Git finds it, but for what takes asking Git. */
function repositoryAround(directory: string): string | undefined {
  for (let at = directory; ; at = dirname(at)) {
    if (existsSync(join(at, '.git'))) return at;
    if (dirname(at) === at) return undefined;
  }
}
