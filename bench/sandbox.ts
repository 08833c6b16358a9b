/** What the sandbox costs: the same program run by the same code with and without its restrictions, in processes of
 * their own, from the start of the process until all is handed over and judged. Beside it the whole command against
 * `node main.ts`, which has no sandbox, judges nothing, and writes the same objects with the same emitter.
 *
 *     node bench/sandbox.ts [--objects 20] [--rounds 15] [--cli FILE] */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  alternate,
  median,
  REPOSITORY,
  ratio,
  report,
  settingsFrom,
  timeProcess,
  timing,
  truekeelCommand,
} from './harness.ts';
import { scratch, writeProject } from './project.ts';

const settings = settingsFrom(process.argv.slice(2), { objects: 20, rounds: 15 });

await report('sandbox', settings, async (progress) => {
  const { objects, rounds } = settings;
  const cwd = writeProject({ program: 'truekeel', objects, language: 'ts' });
  const isBuilt = settings.cli.endsWith('.js');
  const program = resolve(REPOSITORY, settings.cli, `../../program/index.${isBuilt ? 'js' : 'ts'}`);
  // The one that belongs to the command line that is measured.
  const { runProgram }: typeof import('../synth/program/index.ts') = await import(
    pathToFileURL(program).href
  );
  const run = (unrestricted: boolean) => async () => {
    const started = performance.now();
    const [environment] = await runProgram({ program: 'main.ts', cwd, root: cwd, unrestricted });
    const made = environment?.applications[0]?.objects.length;
    if (made !== objects) throw new Error(`${made} objects were made, not ${objects}`);
    return performance.now() - started;
  };
  const out = scratch('out');
  const command = async () =>
    (
      await timeProcess(
        truekeelCommand(settings, 'synth', '--app', 'main.ts', '--no-typecheck', '--out', out),
        { cwd },
      )
    ).ms;
  const flags = isBuilt ? [] : ['--conditions=source'];
  const plain = async () => (await timeProcess([process.execPath, ...flags, 'main.ts'], { cwd })).ms;
  const contestants = [run(false), run(true), command, plain];
  progress('once to warm up');
  for (const contestant of contestants) await contestant();
  progress(`${rounds} rounds`);
  const [held = [], free = [], whole = [], node = []] = await alternate(rounds, contestants);
  return {
    target: 'overhead under 60 ms',
    sandbox: timing(held),
    withoutRestrictions: timing(free),
    overheadMs: Math.round(median(held) - median(free)),
    leastOverheadMs: Math.round(Math.min(...held) - Math.min(...free)),
    ratio: ratio(held, free),
    command: timing(whole),
    nodeMain: timing(node),
    commandRatio: ratio(whole, node),
  };
});
