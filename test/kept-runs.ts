/** Runs of programs that use what was kept of applications, beside runs that do not. */
import { globSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import type { TruekeelError } from '../lib/objects/index.ts';
import { runProgram } from '../synth/program/index.ts';
import type { Outcome, Project } from './e2e/project.ts';

/** Makes everything with what is kept, and without: what is written, said, and known of it has to be the same. The cache is
 * where the variable XDG_CACHE_HOME says.
 * @returns what the command says */
export async function expectSame(project: Project): Promise<Outcome> {
  const anew = await synth(project, 'anew', '--no-cache');
  const known = await rendered(project, false);
  // What is not kept yet is kept by the first run, and used by the second.
  for (const _time of [1, 2]) {
    expect(await synth(project, 'kept')).toEqual(anew);
    expect(await rendered(project, true)).toEqual(known);
  }
  expect(Object.keys(anew.files)).not.toEqual([]);
  return anew.outcome;
}

/** Writes files, and waits until nobody can doubt that they were written before the next run. */
export async function settle(project: Project, files: Readonly<Record<string, string>> = {}): Promise<void> {
  project.write(files);
  const paths = readdirSync(project.directory);
  const last = Math.max(...paths.map((path) => statSync(join(project.directory, path)).ctimeMs));
  await vi.waitUntil(() => Date.now() > last + 100);
}

/** Names of what is kept: `staging/web`. */
export function keptNames(): readonly string[] {
  const indexes = globSync(join(process.env.XDG_CACHE_HOME ?? '', 'truekeel/applications/*/index.json'));
  const names = indexes.map((path) => {
    const [, index = ''] = readFileSync(path, 'utf8').split('\n');
    return Object.keys(JSON.parse(index).applications);
  });
  return [...new Set(names.flat())].sort();
}

async function synth(project: Project, out: string, ...flags: readonly string[]) {
  const args = ['synth', '-o', 'json', '--no-typecheck', '--out', out, ...flags];
  const { exit, stdout, stderr } = await project.truekeel(args);
  const { durationMs: _time, out: _out, ...result } = JSON.parse(stdout);
  const directory = join(project.directory, out);
  const paths = globSync('**/*.yaml', { cwd: directory }).sort();
  const files = Object.fromEntries(paths.map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
  return { outcome: { exit, stdout: JSON.stringify(result), stderr }, files };
}

/** All that goes on from here, also what `synth` does not write. */
async function rendered({ directory }: Project, keep: boolean): Promise<unknown> {
  const warnings: TruekeelError[] = [];
  const onWarning = (warning: TruekeelError) => warnings.push(warning);
  const environments = await runProgram({
    program: 'main.ts',
    cwd: directory,
    root: directory,
    keep,
    onWarning,
  });
  const isSaid = (name: string, value: unknown) => (name === 'output' ? undefined : value);
  return JSON.parse(JSON.stringify({ environments, warnings }, isSaid));
}
