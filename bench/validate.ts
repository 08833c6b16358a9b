/** Judging objects without a cluster, in fresh processes: loading what the first Deployment, ConfigMap and Service need;
 * all objects one by one, which is done while the program runs; what is left when it has ended; and the whole once the
 * code is warm.
 *
 *     node bench/validate.ts [--objects 1000] [--rounds 9] */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { App, Chart, Testing } from 'cdk8s';
import { alternate, median, report, settingsFrom, timeProcess } from './harness.ts';
import { addUnits } from './programs/units.ts';
import { scratch } from './project.ts';

interface Once {
  readonly loadMs: number;
  readonly aheadMs: number;
  readonly endMs: number;
  readonly warmMs: number;
}

const settings = settingsFrom(process.argv.slice(2), { objects: 1_000, rounds: 9 });

await report('validate', settings, async (progress) => {
  const { objects, rounds } = settings;
  const chart = new Chart(new App(), 'bench', { namespace: 'bench' });
  addUnits(chart, objects);
  const file = join(scratch('validate'), 'objects.json');
  writeFileSync(file, JSON.stringify(Testing.synth(chart)));
  progress(`${rounds} rounds`);
  const program = join(import.meta.dirname, 'programs', 'validate-once.ts');
  const run = async (): Promise<Once> =>
    JSON.parse((await timeProcess([process.execPath, program, file])).stdout) as Once; // what validate-once.ts prints
  const [runs = []] = await alternate(rounds, [run]);
  const of = (name: keyof Once) => {
    const ms = runs.map((one) => one[name]);
    return { medianMs: rounded(median(ms)), ms: ms.map(rounded) };
  };
  return {
    target: 'loading under 10 ms, 1,000 objects under 15 ms after that',
    load: of('loadMs'),
    ahead: of('aheadMs'),
    end: of('endMs'),
    warm: of('warmMs'),
  };
});

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
