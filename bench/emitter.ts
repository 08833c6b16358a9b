/** Writing objects as YAML: our emitter against the `yaml` package, on the same objects in fresh processes; the first
 * time, as a run of a program has it, and once the code is warm.
 *
 *     node bench/emitter.ts [--objects 1000] [--rounds 7] */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Testing } from 'cdk8s';
import { alternate, ratio, report, settingsFrom, timeProcess, timing } from './harness.ts';
import { installPeers, versionOf } from './peers.ts';
import { addUnits } from './programs/units.ts';
import { scratch } from './project.ts';

interface Once {
  readonly firstMs: number;
  readonly warmMs: number;
  readonly bytes: number;
}

const settings = settingsFrom(process.argv.slice(2), { objects: 1_000, rounds: 7 });

await report('emitter', settings, async (progress) => {
  const { objects, rounds } = settings;
  const modules = await installPeers(progress);
  const chart = new Chart(new App(), 'bench', { namespace: 'bench' });
  addUnits(chart, objects);
  const file = join(scratch('emitter'), 'objects.json');
  writeFileSync(file, JSON.stringify(Testing.synth(chart)));
  const program = join(import.meta.dirname, 'programs', 'emit-once.ts');
  const run =
    (...args: readonly string[]) =>
    async () => {
      const { stdout } = await timeProcess([process.execPath, program, file, ...args]);
      return JSON.parse(stdout) as Once; // what emit-once.ts prints
    };
  progress(`${rounds} rounds`);
  const [own = [], peer = []] = await alternate(rounds, [run(), run(join(modules, 'yaml'))]);
  const compare = (name: 'firstMs' | 'warmMs') => {
    const [ours, theirs] = [own, peer].map((runs) => runs.map((one) => one[name]));
    return { truekeel: timing(ours!), yaml: timing(theirs!), ratio: ratio(ours!, theirs!) };
  };
  return {
    peer: `yaml ${versionOf(modules, 'yaml')}`,
    target: 'an eighth of its time',
    bytes: { truekeel: own[0]?.bytes, yaml: peer[0]?.bytes },
    first: compare('firstMs'),
    warm: compare('warmMs'),
  };
});
