/** What the imports that make a program print. */
import { counted, type RenderedEnvironment } from '../../../lib/objects/index.ts';
import type { CommandContext, Flags } from '../command.ts';
import { Exit } from '../exit.ts';
import type { ResultOf } from '../results.ts';
import { seconds } from '../seconds.ts';

export interface LeftOut {
  /** The object, or the kind. */
  readonly key: string;
  readonly because: string;
}

export interface ImportedProgram {
  readonly what: 'yaml' | 'namespace' | 'flux' | 'argocd';
  readonly out: string;
  readonly wanted: readonly RenderedEnvironment[];
  /** Objects that are not in the program, and why. */
  readonly left: readonly LeftOut[];
  /** By the clock of `performance`. */
  readonly started: number;
}

export function printProgram(
  { what, out, wanted, left, started }: ImportedProgram,
  flags: Flags,
  { terminal }: CommandContext,
): number {
  const applications = wanted.flatMap((environment) =>
    environment.applications.map(({ name, objects }) => ({
      environment: environment.name,
      name,
      objects: objects.length,
    })),
  );
  const objects = applications.reduce((sum, one) => sum + one.objects, 0);
  const result: ResultOf<'import'> = {
    what,
    out,
    environments: wanted.map(({ name }) => name),
    applications,
    objects,
    same: true,
    left: [...left],
    durationMs: performance.now() - started,
  };
  if (flags.output === 'json') terminal.out(JSON.stringify(result, null, 2));
  else {
    for (const { environment, name, objects } of applications) {
      terminal.out(`  ${wanted.length > 1 ? `${environment}/` : ''}${name}  ${counted(objects, 'object')}`);
    }
    for (const { key, because } of left)
      terminal.out(`  ${terminal.paint('yellow', 'left out')}  ${key}: ${because}`);
    terminal.out(
      `${counted(objects, 'object')} in ${out}, which was run and renders the same (${seconds(result.durationMs)})`,
    );
  }
  return Exit.done;
}
