/** Synth of plain cdk8s programs that are large, or have many charts: `truekeel synth` against the program run by itself,
 * which is cdk8s' own `app.synth()`. Each peer has a time after which it is ended.
 *
 *     node bench/shapes.ts [--rounds 3] [--cli FILE] */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Command, median, report, settingsFrom, truekeelCommand } from './harness.ts';
import { type ProjectOptions, scratch, writeProject } from './project.ts';

interface Shape {
  readonly program: ProjectOptions['program'];
  readonly objects: number;
  readonly target: string;
}

const SHAPES: Readonly<Record<string, Shape>> = {
  'one chart': { program: 'cdk8s', objects: 1_000, target: 'under 200 ms' },
  '1,667 charts': { program: 'charts', objects: 5_000, target: 'under 900 ms' },
  'chain of 200 charts': { program: 'chain', objects: 600, target: 'linear' },
  'chain of 2,000 charts': { program: 'chain', objects: 6_000, target: 'linear' },
  'one large chart': { program: 'cdk8s', objects: 50_000, target: 'under 7 s and 700 MB' },
};

/** The peer is not waited for longer. */
const LIMIT_MS = 60_000;
const SAMPLE_MS = 20;

const settings = settingsFrom(process.argv.slice(2), { objects: 1_000, rounds: 3 });

await report('shapes', settings, async (progress) => {
  const results: Record<string, object> = {};
  for (const [name, { program, objects, target }] of Object.entries(SHAPES)) {
    progress(`${name}: cdk8s once, Truekeel ${settings.rounds} times`);
    const cwd = writeProject({ program, objects, language: 'ts' });
    const out = scratch('out');
    const synth = () =>
      run(truekeelCommand(settings, 'synth', '--app', 'main.ts', '--no-typecheck', '--out', out), cwd);
    await synth();
    const runs = [];
    for (let round = 0; round < settings.rounds; round += 1) runs.push(await synth());
    const peer = await run([process.execPath, 'main.ts'], cwd);
    results[name] = {
      objects,
      target,
      truekeel: {
        medianMs: Math.round(median(runs.map(({ ms }) => ms ?? LIMIT_MS))),
        peakMb: Math.max(...runs.map(({ peakMb }) => peakMb)),
      },
      'app.synth()': peer.ms === undefined ? `not done after ${LIMIT_MS / 1000} s` : Math.round(peer.ms),
    };
  }
  return results;
});

interface Run {
  /** Undefined when it was ended at the limit. */
  readonly ms: number | undefined;
  /** Of the process and those that it started, together. */
  readonly peakMb: number;
}

function run([program, ...args]: Command, cwd: string): Promise<Run> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'inherit'] });
    let peak = 0;
    const sampler = setInterval(() => {
      peak = Math.max(peak, residentMb(child.pid));
    }, SAMPLE_MS);
    const timer = setTimeout(() => child.kill('SIGKILL'), LIMIT_MS);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearInterval(sampler);
      clearTimeout(timer);
      const ms = performance.now() - started;
      if (code === 0) resolve({ ms, peakMb: Math.round(peak) });
      else if (signal === 'SIGKILL') resolve({ ms: undefined, peakMb: Math.round(peak) });
      else reject(new Error(`${program} ended with ${code}`));
    });
  });
}

/** proc(5); 0 where there is no /proc, and for what has ended. */
function residentMb(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    const own = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim();
    return children
      .split(' ')
      .reduce((sum, child) => sum + (child === '' ? 0 : residentMb(Number(child))), own);
  } catch {
    return 0;
  }
}
