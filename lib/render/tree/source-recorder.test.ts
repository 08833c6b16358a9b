import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { programFile } from './index.ts';

const root = resolve('/somewhere/shop');
const below = resolve('/somewhere/node_modules/shop');

it.each([
  ['a file of the program', join(root, 'apps/web.ts'), root, 'apps/web.ts'],
  ['its URL, with the tag of a copy', `${pathToFileURL(join(root, 'web.ts')).href}?copy=1`, root, 'web.ts'],
  ['a file of a checkout below a folder named node_modules', join(below, 'main.ts'), below, 'main.ts'],
  ['a package', join(root, 'node_modules/x/index.js'), root, undefined],
  ['a package of a package', join(root, 'packages/a/node_modules/x/index.js'), root, undefined],
  ['a package of such a checkout', join(below, 'node_modules/x/index.js'), below, undefined],
  ['a file elsewhere', resolve('/elsewhere/main.ts'), root, undefined],
  ['a module of Node', 'node:fs', root, undefined],
  ['nothing', undefined, root, undefined],
])('%s', (_name, file, from, expected) => {
  expect(programFile(file, from)).toBe(expected);
});
