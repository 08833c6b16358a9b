import { dirname, resolve } from 'node:path';
import { counted, formatKey, type RenderedEnvironment, TruekeelError } from '../../../lib/objects/index.ts';
import { assertSame } from '../../pipeline/stability.ts';
import { anewAfter, isCommand, runProgram } from '../../program/index.ts';
import type { Command } from '../command.ts';
import { commandGrant } from '../command-grant.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { seconds } from '../seconds.ts';
import { programLimits, readSettings, text } from '../settings.ts';
import { Warnings } from '../warnings.ts';

export const command: Command = async (_args, flags, context) => {
  const started = performance.now();
  const settings = await readSettings(flags, context);
  const { repository, config, directory } = settings;
  const given = text(flags.app);
  const app = given ?? config.app ?? 'main.ts';
  // What a flag names is named from where it is given.
  const from = given === undefined ? directory : context.cwd;
  const command = isCommand(app);
  const program = command ? app : resolve(from, app);
  const root = repository?.workTree ?? (command ? from : dirname(program));
  const out = resolve(context.cwd, text(flags.out) ?? 'dist');
  const warnings = new Warnings(context.terminal);
  const charts = { env: context.env };
  const run = {
    ...{ program, cwd: command ? from : root, root, charts },
    ...programLimits(settings),
    ...commandGrant(flags, context),
  };
  const isTwice = flags.twice === true;
  const isCached = !isTwice && flags.cache !== false;
  const typecheck = flags.typecheck !== false && (isCached || 'anew');
  const write = async (keep: boolean, onWarning: (warning: TruekeelError) => void) => {
    const first = runProgram({ ...run, typecheck, onWarning, keep });
    const [environments, again] = await Promise.all([
      first,
      isTwice ? runProgram({ ...run, charts: { ...charts, anew: anewAfter(first) } }) : undefined,
    ]);
    if (again) assertSame(environments, again);
    // Not needed before the program has run.
    const { writeFiles } = await import('../../../lib/render/index.ts');
    return { environments, files: writeFiles(environments, out) };
  };
  const writeKept = async () => {
    // Nothing is said twice when it has to be run again.
    const found: TruekeelError[] = [];
    const isLost = (error: unknown) => error instanceof TruekeelError && error.code === 'CONTENT_LOST';
    const written = await write(true, (warning) => found.push(warning)).catch((error: unknown) => {
      if (isLost(error)) return undefined;
      found.forEach(warnings.add);
      throw error;
    });
    if (!written) return write(false, warnings.add);
    found.forEach(warnings.add);
    return written;
  };
  const { environments, files } = await (isCached ? writeKept() : write(false, warnings.add));
  const objects = environments
    .flatMap(({ applications }) => applications)
    .reduce((sum, one) => sum + (one.output?.objects ?? one.objects.length), 0);
  const result: ResultOf<'synth'> = {
    out,
    environments: environments.map(({ name }) => name),
    objects,
    files: files.length,
    warnings: warnings.toResult(),
    overridden: overriddenOf(environments),
    durationMs: performance.now() - started,
  };
  if (flags.output === 'json') context.terminal.out(JSON.stringify(result, null, 2));
  else
    context.terminal.out(
      [
        ...result.overridden.map(
          ({ environment, key, path, before, after, reason }) =>
            `${environment} overrides ${key} ${path} ${JSON.stringify(before)} → ${JSON.stringify(after)}: ${reason}`,
        ),
        `${counted(objects, 'object')} of ${result.environments.join(', ')} in ${out} (${seconds(result.durationMs)})`,
      ].join('\n'),
    );
  return Exit.done;
};

function overriddenOf(environments: readonly RenderedEnvironment[]): ResultOf<'synth'>['overridden'] {
  return environments.flatMap(({ name: environment, applications }) =>
    applications
      .filter(mayBeOverridden)
      .flatMap(({ name: application, objects }) =>
        objects.flatMap(({ key, overridden = [] }) =>
          overridden.map((change) => ({ environment, application, key: formatKey(key), ...change })),
        ),
      ),
  );
}

function mayBeOverridden({ output }: RenderedEnvironment['applications'][number]): boolean {
  return output?.isOverridden !== false;
}
