import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The name in the program's package.json, the nearest one from its directory up to the root of the repository, in the form that a label can
 * have: `@acme/shop` is `acme-shop`. Undefined where there is none. */
export function projectName(directory: string, root: string): string | undefined {
  for (let at = directory; at.startsWith(root); at = dirname(at)) {
    const file = join(at, 'package.json');
    if (existsSync(file)) return labelOf(nameIn(readFileSync(file, 'utf8')));
    if (at === dirname(at)) break;
  }
  return undefined;
}

function nameIn(manifest: string): string {
  try {
    const parsed: unknown = JSON.parse(manifest);
    const name = (parsed as { readonly name?: unknown } | null)?.name;
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}

function labelOf(name: string): string | undefined {
  const label = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replaceAll(/^-+|-+$/g, '');
  return label === '' ? undefined : label;
}
