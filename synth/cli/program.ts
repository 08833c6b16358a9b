/** Runs a command line: finds its verb, and tells what went wrong. */
import { Command as Commander, CommanderError } from 'commander';
import { TruekeelError } from '../../lib/objects/index.ts';
import { version } from '../version.ts';
import type { CommandContext, Flags } from './command.ts';
import { describeError, Exit, exitCodeOf } from './exit.ts';
import { interruptible } from './interrupt.ts';
import { processTerminal } from './terminal.ts';
import { VERBS } from './verbs/index.ts';

/** Runs one command line; returns the exit code and never throws. */
export async function run(argv: readonly string[], overrides: Partial<CommandContext> = {}): Promise<number> {
  const terminal = overrides.terminal ?? processTerminal(process, { color: !argv.includes('--no-color') });
  const interrupt = interruptible(terminal);
  const context: CommandContext = {
    cwd: process.cwd(),
    env: process.env,
    signal: interrupt.signal,
    ...overrides,
    terminal,
  };
  let exit: number = Exit.done;
  const commander = new Commander('truekeel')
    .description('GitOps in TypeScript: typed programs in Git become the state of a cluster.')
    .version(version(), '-v, --version')
    .option('--no-color', 'print without colours (NO_COLOR does the same)')
    .showHelpAfterError('(truekeel <verb> --help shows the flags and an example)')
    .configureOutput({
      writeOut: (text) => terminal.out(text.trimEnd()),
      writeErr: (text) => terminal.err(text.trimEnd()),
    })
    .exitOverride();
  for (const verb of VERBS) {
    const command = commander
      .command(verb.args === undefined ? verb.name : `${verb.name} ${verb.args}`)
      .description(verb.summary)
      .addHelpText('after', `\nExample:\n  ${verb.example}`)
      .option('--no-color', 'print without colours');
    for (const one of verb.options) command.addOption(one);
    command.action(async () => {
      const { command: execute } = await verb.load();
      exit = await execute(command.args, normalise(command.opts()), context);
    });
  }
  try {
    await commander.parseAsync(argv, { from: 'user' });
    return exit;
  } catch (error) {
    return fail(error, context, argv);
  } finally {
    interrupt.dispose();
    terminal.flush();
  }
}

/** `--wait=false` and `--no-wait` are the same. */
function normalise(flags: Flags): Flags {
  const plain = { ...flags };
  for (const name of ['wait', 'prune']) {
    if (plain[name] === 'false') plain[name] = false;
    if (plain[name] === 'true') plain[name] = true;
  }
  return plain;
}

function fail(error: unknown, context: CommandContext, argv: readonly string[]): number {
  const { terminal } = context;
  if (error instanceof CommanderError) return error.exitCode === 0 ? Exit.done : Exit.usage;
  if (context.signal.aborted) {
    terminal.err('Stopped.');
    return Exit.interrupted;
  }
  if (error instanceof TruekeelError) {
    if (wantsJson(argv)) terminal.out(JSON.stringify({ errors: errorList(error) }, null, 2));
    for (const line of describeError(error, terminal.paint)) terminal.err(line);
    return exitCodeOf(error);
  }
  const unexpected = error instanceof Error ? error : new Error(String(error));
  terminal.err(`${terminal.paint('red', 'error')} ${unexpected.message}`);
  terminal.err('This is a mistake in Truekeel. Please report it with these lines:');
  terminal.err(unexpected.stack ?? '');
  return Exit.error;
}

function errorList(error: TruekeelError): readonly unknown[] {
  return 'errors' in error && Array.isArray(error.errors) ? error.errors : [error];
}

function wantsJson(argv: readonly string[]): boolean {
  return argv.some(
    (arg, index) =>
      arg === '--output=json' ||
      arg === '-ojson' ||
      (/^(-o|--output)$/.test(arg) && argv[index + 1] === 'json'),
  );
}
