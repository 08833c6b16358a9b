import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RenderedApplication, RenderedEnvironment } from '../objects/index.ts';
import { DEFAULT_ENVIRONMENT } from './tree/index.ts';

/** Lists what was written, so that the next run removes what is no longer made, and nothing else; and of which output that
 * was, and the state of the file, so that it is not written again while it is the same: `path`, or
 * `path <tab> digest <tab> inode <tab> size <tab> time of the last change`. */
const LIST = '.truekeel-files';

/** Writes one file an application, `<outDir>/<environment>/<application>.yaml`, its objects divided by `---`;
 * where `default` is the only environment (a plain cdk8s program), without the environment's directory. Files of
 * an earlier run that are no longer made are removed, other files are left alone. `kubectl apply --recursive -f`
 * takes the directory.
 * @returns the paths written, relative to the directory */
export function writeFiles(environments: readonly RenderedEnvironment[], outDir: string): readonly string[] {
  const alone = environments.length === 1 && environments[0]?.name === DEFAULT_ENVIRONMENT;
  const before = earlier(outDir);
  const written = new Map<string, string>();
  for (const { name, applications } of environments) {
    if (applications.length > 0) mkdirSync(alone ? outDir : join(outDir, name), { recursive: true });
    for (const application of applications) {
      const path = `${alone ? '' : `${name}/`}${application.name}.yaml`;
      const mark = before.get(path);
      written.set(
        path,
        mark && isAsWritten(outDir, mark, application) ? mark : write(outDir, path, application),
      );
    }
  }
  for (const path of before.keys()) if (!written.has(path)) rmSync(join(outDir, path), { force: true });
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, LIST), [...written.values()].map((line) => `${line}\n`).join(''));
  return [...written.keys()];
}

/** @returns its line in the list */
function write(outDir: string, path: string, { objects, output }: RenderedApplication): string {
  writeFileSync(join(outDir, path), objects.map(({ yaml }) => yaml).join('---\n'));
  return output ? lineOf(outDir, path, output.digest) : path;
}

function isAsWritten(outDir: string, line: string, { output }: RenderedApplication): boolean {
  const [path = ''] = line.split('\t');
  return output !== undefined && lineOf(outDir, path, output.digest) === line;
}

function lineOf(outDir: string, path: string, digest: string): string {
  const found = statSync(join(outDir, path), { throwIfNoEntry: false });
  return found ? [path, digest, found.ino, found.size, found.ctimeMs].join('\t') : path;
}

/** Lines by path. */
function earlier(outDir: string): ReadonlyMap<string, string> {
  try {
    // The list is ours, but lies among files of others: a path that leads out of the directory is not followed.
    return new Map(
      readFileSync(join(outDir, LIST), 'utf8')
        .split('\n')
        .map((line) => [line.split('\t')[0] ?? '', line] as const)
        .filter(([path]) => path !== '' && !path.split('/').includes('..') && !path.startsWith('/')),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return new Map();
    throw error;
  }
}
