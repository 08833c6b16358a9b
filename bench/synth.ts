/** Whole-process synth of a plain cdk8s program: `truekeel synth` against `cdk8s synth`, on the same files: as
 * written in TypeScript, with types checked by the same compiler, and compiled beforehand.
 *
 *     node bench/synth.ts [--objects 1000] [--rounds 7] [--cli FILE] */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  alternate,
  ratio,
  report,
  type Settings,
  settingsFrom,
  timeProcess,
  timing,
  truekeelCommand,
} from './harness.ts';
import { installPeers, versionOf } from './peers.ts';
import { scratch, writeProject } from './project.ts';

interface Variant {
  readonly language: 'ts' | 'js';
  /** Further options of `truekeel synth`. */
  readonly options: readonly string[];
  /** What `cdk8s synth` runs. */
  readonly app: string;
}

const VARIANTS: Readonly<Record<string, Variant>> = {
  unbuilt: { language: 'ts', options: ['--no-typecheck'], app: 'node main.ts' },
  typechecked: {
    language: 'ts',
    options: [],
    app: 'node node_modules/typescript/bin/tsc --project . && node main.ts',
  },
  precompiled: { language: 'js', options: ['--no-typecheck'], app: 'node main.js' },
};

const settings = settingsFrom(process.argv.slice(2), { objects: 1000, rounds: 7 });

await report('synth', settings, async (progress) => {
  const modules = await installPeers(progress);
  const results: Record<string, object> = {};
  for (const [name, variant] of Object.entries(VARIANTS)) {
    progress(`${name}: one round to warm up and ${settings.rounds} to measure`);
    results[name] = await measure(variant, settings, join(modules, 'cdk8s-cli', 'bin', 'cdk8s'));
  }
  return {
    peer: `cdk8s-cli ${versionOf(modules, 'cdk8s-cli')}`,
    target: 'ratio at most 0.33',
    ...results,
  };
});

async function measure(
  { language, options, app }: Variant,
  { objects, rounds }: Settings,
  cli: string,
): Promise<object> {
  const cwd = writeProject({ program: 'cdk8s', objects, language });

  const truekeel = async () => {
    const out = scratch('out');
    const main = `main.${language}`;
    const run = await timeProcess(
      truekeelCommand(settings, 'synth', '--app', main, '--out', out, ...options),
      { cwd },
    );
    expectObjects(out, objects);
    return run.ms;
  };
  const cdk8s = async () => {
    const out = scratch('out');
    const command = [process.execPath, cli, 'synth', '--app', app, '--output', out] as const;
    // Looking for a newer version would take time of its own.
    const run = await timeProcess(command, { cwd, env: { CDK8S_CHECK_UPGRADE: 'false' } });
    expectObjects(out, objects);
    return run.ms;
  };

  await truekeel();
  await cdk8s();
  const [own = [], peer = []] = await alternate(rounds, [truekeel, cdk8s]);
  return { truekeel: timing(own), cdk8s: timing(peer), ratio: ratio(own, peer) };
}

/** Both must have made all objects, in whatever number of files. */
function expectObjects(directory: string, objects: number): void {
  const files = globSync('**/*.yaml', { cwd: directory });
  const count = files
    .map((file) => readFileSync(join(directory, file), 'utf8').match(/^apiVersion: /gm)?.length ?? 0)
    .reduce((sum, one) => sum + one, 0);
  if (count !== objects) throw new Error(`${count} objects were made, not ${objects}`);
}
