/** The templates as data. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load, loadAll } from 'js-yaml';
import { packageRoot } from '../../synth/version.ts';

export function templateText(name: string): string {
  return readFileSync(join(packageRoot(), 'templates', name), 'utf8');
}

// biome-ignore lint/suspicious/noExplicitAny: tests read members that the schemas of the templates describe
export function template(name: string): any {
  return load(templateText(name));
}

// biome-ignore lint/suspicious/noExplicitAny: as above
export function templates(name: string): readonly any[] {
  return loadAll(templateText(name));
}
