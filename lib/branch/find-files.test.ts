import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { commitAll, opened, workTree } from '../../test/git/scratch.ts';
import { findFiles } from './find-files.ts';

const FILES = ['a.yaml', 'web/a.yaml', 'web/b/a.yaml', 'web/b/c.yaml', 'webs/a.yaml', 'other/deep/er/x.yaml'];

test('files are found by their paths like in a list of the whole tree, and what is not there is left out', async () => {
  const directory = workTree();
  for (const path of FILES) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), path);
  }
  const repository = await opened(directory);
  const { tree } = await repository.commit(commitAll(directory, 'files'));
  const all = await repository.readTree(tree);
  for (const wanted of [
    [],
    ['a.yaml'],
    ['web/b/a.yaml', 'webs/a.yaml'],
    ['web', 'web/b', 'nowhere/x', 'web/b/c.yaml'],
    FILES,
  ]) {
    const found = await findFiles(repository, tree, wanted);
    expect([...found].sort()).toEqual([...all].filter(([path]) => wanted.includes(path)).sort());
  }
});
