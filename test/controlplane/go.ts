/** Builds the missing parts of a control plane with Go, from the modules beside this file, into the cache. */
import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import {
  findAssets,
  findGo,
  isComplete,
  type Part,
  type Places,
  placesFrom,
  type Search,
  whyMissing,
} from './assets.ts';
import { type Binary, buildFlags, moduleDirectory, STAGES } from './binaries.ts';
import { withLock } from './lock.ts';

export interface BuildOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Called with a line for people at every step. */
  readonly onProgress?: (line: string) => void;
}

/** Finds what `part` needs and builds what is missing: from nothing about twenty minutes on two cores, one
 * builder at a time on a machine.
 * @throws Error when something is missing and there is no Go, or when Go fails */
export async function ensureAssets(part: Part, options: BuildOptions = {}): Promise<Search['assets']> {
  const { environment = process.env, onProgress = () => {} } = options;
  const places = placesFrom(environment);
  const found = findAssets(part, places);
  if (isComplete(found)) return found.assets;
  const go = findGo(environment);
  if (go === undefined) throw new Error(whyMissing(found, places));
  return withLock(
    join(places.cache, 'build.lock'),
    async () => {
      // Searched again: another builder may have finished while we waited.
      const search = findAssets(part, places);
      for (const [index, binary] of search.missing.entries()) {
        const started = performance.now();
        onProgress(`control plane: building ${binary.name} (${index + 1} of ${search.missing.length})`);
        await build(go, binary, places, environment);
        const seconds = Math.round((performance.now() - started) / 1000);
        onProgress(`control plane: built ${binary.name} in ${seconds} s`);
      }
      if (search.missingStages) writeStages(go, places, environment);
      return findAssets(part, places).assets;
    },
    { onWait: (holder) => onProgress(`control plane: waiting for another build (process ${holder})`) },
  );
}

async function build(go: string, binary: Binary, places: Places, environment: NodeJS.ProcessEnv) {
  const target = join(places.cache, 'bin', binary.name);
  const temporary = `${target}.building-${process.pid}`;
  mkdirSync(dirname(target), { recursive: true });
  try {
    await promisify(execFile)(go, ['build', ...buildFlags(binary), '-o', temporary, binary.package], {
      cwd: moduleDirectory(binary.module),
      env: { ...environment, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' },
      maxBuffer: 64 * 1024 * 1024,
    });
    chmodSync(temporary, 0o755);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function writeStages(go: string, places: Places, environment: NodeJS.ProcessEnv): void {
  const run = (...args: readonly string[]) =>
    execFileSync(go, args, { cwd: moduleDirectory('kwok'), env: environment, encoding: 'utf8' }).trim();
  run('mod', 'download', 'sigs.k8s.io/kwok');
  const source = join(run('list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/kwok'), 'kustomize', 'stage');
  const stages = STAGES.map((name) => readFileSync(join(source, `${name}.yaml`), 'utf8').trimEnd());
  const target = join(places.cache, 'stages.yaml');
  mkdirSync(places.cache, { recursive: true });
  writeFileSync(`${target}.${process.pid}`, `${stages.join('\n---\n')}\n`);
  renameSync(`${target}.${process.pid}`, target);
}
