/** A program of many applications, each with a module of its own, of which one has changed: `truekeel synth` against
 * itself with everything made again, in the same round.
 *
 *     node bench/kept.ts [--objects 10000] [--rounds 5] [--cli FILE] */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { alternate, ratio, report, settingsFrom, timeProcess, timing, truekeelCommand } from './harness.ts';
import { linkPackages, scratch } from './project.ts';

const APPLICATIONS = 500;
/** A file that was changed right before a run is not relied on by the next. */
const SETTLED_MS = 200;

const settings = settingsFrom(process.argv.slice(2), { objects: 10_000, rounds: 5 });

await report('kept', settings, async (progress) => {
  const cwd = writeApplications(settings.objects / APPLICATIONS);
  const env = { XDG_CACHE_HOME: scratch('cache') };
  const synth = (...options: readonly string[]) =>
    timeProcess(truekeelCommand(settings, 'synth', '--app', 'main.ts', '--no-typecheck', ...options), {
      cwd,
      env,
    });
  let changed = 0;
  const one = async () => {
    changed += 1;
    const file = join(cwd, `applications/app-${changed % APPLICATIONS}.ts`);
    writeFileSync(file, `${readFileSync(file, 'utf8')}// ${changed}\n`);
    await pause(SETTLED_MS);
    return (await synth('--out', 'dist')).ms;
  };
  const nothing = async () => (await synth('--out', 'dist')).ms;
  const everything = async () => (await synth('--out', 'full', '--no-cache')).ms;
  progress('once, to keep the applications, and once with them');
  await pause(SETTLED_MS);
  await nothing();
  await nothing();
  progress(`${settings.rounds} rounds`);
  const [own = [], none = [], full = []] = await alternate(settings.rounds, [one, nothing, everything]);
  return {
    target: 'one changed application of 500: a tenth of the time for all',
    oneChanged: timing(own),
    nothingChanged: timing(none),
    everything: timing(full),
    ratio: ratio(own, full),
  };
});

function writeApplications(objects: number): string {
  const directory = scratch('kept');
  mkdirSync(join(directory, 'applications'));
  const programs = join(import.meta.dirname, 'programs');
  copyFileSync(join(programs, 'applications.ts'), join(directory, 'main.ts'));
  copyFileSync(join(programs, 'units.ts'), join(directory, 'units.ts'));
  const module = readFileSync(join(programs, 'application.ts'), 'utf8')
    .replace("'./units.ts'", "'../units.ts'")
    .replace(/\b20\b/, String(objects));
  for (let at = 0; at < APPLICATIONS; at += 1) {
    writeFileSync(join(directory, `applications/app-${at}.ts`), module);
  }
  writeFileSync(join(directory, 'package.json'), '{ "private": true, "type": "module" }\n');
  linkPackages(directory);
  return directory;
}
