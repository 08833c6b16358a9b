/** Whole-process synth of a plain cdk8s program: `truekeel synth` against `cdk8s synth`, on the same files, once as
 * written in TypeScript and once compiled beforehand.
 *
 *     node bench/synth.ts [--objects 1000] [--rounds 7] */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  alternate,
  ratio,
  report,
  type Settings,
  settingsFrom,
  TRUEKEEL,
  timeProcess,
  timing,
} from './harness.ts';
import { installPeers, versionOf } from './peers.ts';
import { scratch, writeProject } from './project.ts';

const settings = settingsFrom(process.argv.slice(2), { objects: 1000, rounds: 7 });

await report('synth', settings, async (progress) => {
  const modules = await installPeers(progress);
  return {
    peer: `cdk8s-cli ${versionOf(modules, 'cdk8s-cli')}`,
    target: 'ratio at most 0.33',
    unbuilt: await measure('ts', settings, modules, progress),
    precompiled: await measure('js', settings, modules, progress),
  };
});

async function measure(
  language: 'ts' | 'js',
  { objects, rounds }: Settings,
  modules: string,
  progress: (line: string) => void,
): Promise<object> {
  const directory = writeProject({ program: 'cdk8s', objects, language });
  const main = `main.${language}`;

  const truekeel = async () => {
    const out = scratch('out');
    const run = await timeProcess([...TRUEKEEL, 'synth', '--app', main, '--out', out], { cwd: directory });
    expectObjects(out, objects);
    return run.ms;
  };
  const cdk8s = async () => {
    const out = scratch('out');
    const run = await timeProcess(
      [
        process.execPath,
        join(modules, 'cdk8s-cli', 'bin', 'cdk8s'),
        'synth',
        '--app',
        `node ${main}`,
        '--output',
        out,
      ],
      // Looking for a newer version would take time of its own.
      { cwd: directory, env: { CDK8S_CHECK_UPGRADE: 'false' } },
    );
    expectObjects(out, objects);
    return run.ms;
  };

  progress(`${main}: once each to warm the file cache`);
  await truekeel();
  await cdk8s();
  progress(`${main}: ${rounds} rounds`);
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
