import { existsSync, lstatSync } from 'node:fs';
import { join } from 'node:path';

/** Whether a path leads to a folder inside of a root, and not through a link. */
export function isFolder(root: string, path: string): boolean {
  const directory = join(root, path);
  return !path.split('/').includes('..') && existsSync(directory) && lstatSync(directory).isDirectory();
}

export const KUSTOMIZATION_FILES: readonly string[] = [
  'kustomization.yaml',
  'kustomization.yml',
  'Kustomization',
];
