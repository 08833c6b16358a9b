import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { TruekeelError } from '../objects/index.ts';

const ENDING = /\.(?:ya?ml|json)$/;

const HINT = 'Name a file or folder of Kubernetes YAML.';

/** The file itself, or the files of a folder and its subfolders that can hold YAML or JSON, sorted. Hidden ones and
 * `node_modules` are left out.
 * @throws TruekeelError `NO_MANIFESTS` when there is no such file, or none in the folder */
export async function manifestFiles(path: string): Promise<readonly string[]> {
  let isFile: boolean;
  try {
    isFile = (await stat(path)).isFile();
  } catch (cause) {
    throw new TruekeelError(`there is no file or folder ${path}`, {
      code: 'NO_MANIFESTS',
      family: 'usage',
      hint: HINT,
      cause,
    });
  }
  const files = isFile ? [path] : await walk(path);
  if (files.length > 0) return files;
  throw new TruekeelError(`${path} has no .yaml, .yml or .json files`, {
    code: 'NO_MANIFESTS',
    family: 'usage',
    hint: HINT,
  });
}

/** Sorted by code unit, so that neither the file system nor the locale decides the order. */
async function walk(directory: string): Promise<readonly string[]> {
  const entries = await readdir(directory, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name);
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
    if (entry.isDirectory()) found.push(...(await walk(path)));
    else if (ENDING.test(entry.name)) found.push(path);
  }
  return found;
}
