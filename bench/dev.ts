/** From a save to the objects: `truekeel dev` of a copy of examples/shop, whose replicas are changed in each round by an
 * editor's rename-write. Taken from before the write to the arrival of the line that has the changes; the change is then
 * applied to the embedded cluster. The peer is the least that `node --watch` could do in the place: a new process of
 * `node main.ts`, which runs the program without a sandbox and writes its files.
 *
 *     node bench/dev.ts [--rounds 15] [--cli FILE] */
import { spawn } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { ratio, report, settingsFrom, timeProcess, timing, truekeelCommand } from './harness.ts';
import { copyOfShop } from './project.ts';

/** Both environments of the shop have as many; only one is shown and applied. */
const settings = settingsFrom(process.argv.slice(2), { objects: 31, rounds: 15 });

/** Rounds before those that count. */
const WARM_UP = 3;

await report('dev', settings, async (progress) => {
  const directory = copyOfShop('dev');
  const [program, ...args] = truekeelCommand(settings, 'dev', '-o', 'json');
  const child = spawn(program, args, { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    await next(lines, 'applied');
    const saves: number[] = [];
    const reported: number[] = [];
    const applied: number[] = [];
    const peer: number[] = [];
    for (let round = -WARM_UP; round < settings.rounds; round++) {
      if (round === 0) progress(`${settings.rounds} rounds`);
      const started = performance.now();
      save(directory, 4 + ((round + WARM_UP) % 2));
      const rendered = await next(lines, 'rendered');
      const ms = performance.now() - started;
      if (rendered.changes.length === 0) throw new Error('the save changed nothing');
      await next(lines, 'applied');
      const appliedMs = performance.now() - started;
      const cold = await timeProcess([process.execPath, '--conditions=source', 'main.ts'], {
        cwd: directory,
      });
      if (round < 0) continue;
      saves.push(ms);
      reported.push(rendered.durationMs);
      applied.push(appliedMs);
      peer.push(cold.ms);
    }
    return {
      target: 'under 100 ms from a save to the objects',
      saveToObjects: timing(saves),
      /** What the command itself prints: from the first event of the save on. */
      reported: timing(reported),
      saveToReady: timing(applied),
      nodeMain: timing(peer),
      ratio: ratio(saves, peer),
    };
  } finally {
    child.kill('SIGINT');
  }
});

function save(directory: string, most: number): void {
  const file = join(directory, 'sizes.ts');
  const text = readFileSync(file, 'utf8').replace(/(replicas: \{ least: 1, most: )\d+/, `$1${most}`);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

interface DevLine {
  readonly event: string;
  readonly durationMs: number;
  readonly changes: readonly unknown[];
}

async function next(lines: AsyncIterator<string>, event: string): Promise<DevLine> {
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error('truekeel dev ended');
    const line: DevLine = JSON.parse(value);
    if (line.event === event) return line;
    if (line.event === 'failed') throw new Error(value);
  }
}
