import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderedEnvironment } from '../objects/index.ts';
import { DEFAULT_ENVIRONMENT } from './tree/index.ts';

/** Lists what was written, so that the next run removes what is no longer made, and nothing else. */
const LIST = '.truekeel-files';

/** Writes one file an application, `<outDir>/<environment>/<application>.yaml`, its objects divided by `---`;
 * where `default` is the only environment (a plain cdk8s program), without the environment's directory. Files of
 * an earlier run that are no longer made are removed, other files are left alone. `kubectl apply --recursive -f`
 * takes the directory.
 * @returns the paths written, relative to the directory */
export function writeFiles(environments: readonly RenderedEnvironment[], outDir: string): readonly string[] {
  const alone = environments.length === 1 && environments[0]?.name === DEFAULT_ENVIRONMENT;
  const before = earlier(outDir);
  const written: string[] = [];
  for (const { name, applications } of environments) {
    if (applications.length > 0) mkdirSync(alone ? outDir : join(outDir, name), { recursive: true });
    for (const application of applications) {
      const path = `${alone ? '' : `${name}/`}${application.name}.yaml`;
      writeFileSync(join(outDir, path), application.objects.map(({ yaml }) => yaml).join('---\n'));
      written.push(path);
    }
  }
  const kept = new Set(written);
  for (const path of before) if (!kept.has(path)) rmSync(join(outDir, path), { force: true });
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, LIST), written.map((path) => `${path}\n`).join(''));
  return written;
}

function earlier(outDir: string): readonly string[] {
  try {
    // The list is ours, but lies among files of others: a path that leads out of the directory is not followed.
    return readFileSync(join(outDir, LIST), 'utf8')
      .split('\n')
      .filter((path) => path !== '' && !path.split('/').includes('..') && !path.startsWith('/'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
