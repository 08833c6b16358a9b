import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { Watcher } from './watcher.ts';

/** A directory that is watched, and the changes that were told. */
function watched(below = true) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'truekeel-watch-')));
  const told: (readonly string[])[] = [];
  let arrived = Promise.withResolvers<void>();
  const watcher = new Watcher({
    onChange: (paths) => {
      told.push([...paths].map((path) => relative(root, path)).sort());
      arrived.resolve();
    },
  });
  onTestFinished(() => {
    watcher.close();
    rmSync(root, { recursive: true });
  });
  return {
    root,
    start: () => watcher.add(root, { below }),
    write: (name: string, text: string) => {
      mkdirSync(join(root, name, '..'), { recursive: true });
      writeFileSync(join(root, name), text);
    },
    /** What is told next. */
    next: async () => {
      while (told.length === 0) {
        await arrived.promise;
        arrived = Promise.withResolvers();
      }
      return told.shift();
    },
  };
}

it('tells of files that are new, other, or gone', async () => {
  const at = watched();
  at.write('src/a.ts', '1');
  at.start();
  at.write('src/a.ts', '2');
  expect(await at.next()).toEqual(['src/a.ts']);
  at.write('b.ts', '1');
  expect(await at.next()).toEqual(['b.ts']);
  rmSync(join(at.root, 'b.ts'));
  expect(await at.next()).toEqual(['b.ts']);
});

it('names the file that another one took the place of', async () => {
  const at = watched();
  at.write('a.ts', '1');
  at.start();
  at.write('half-written', '2');
  renameSync(join(at.root, 'half-written'), join(at.root, 'a.ts'));
  expect(await at.next()).toEqual(['a.ts']);
});

it('says nothing of what editors, installs and builds leave', async () => {
  const at = watched();
  at.write('a.ts', '1');
  at.write('node_modules/x/index.js', '1');
  at.start();
  for (const name of [
    '.a.ts.swp',
    'a.ts~',
    '4913',
    '#a.ts#',
    '.git/index',
    'node_modules/x/index.js',
    'dist/a.js',
  ])
    at.write(name, '2');
  at.write('last.ts', '1');
  expect(await at.next()).toEqual(['last.ts']);
});

it('follows directories that come and go', async () => {
  const at = watched();
  at.start();
  for (const round of ['1', '2']) {
    at.write('new/deep/a.ts', round);
    expect(await at.next()).toEqual(['new']);
    at.write('new/deep/b.ts', round);
    expect(await at.next()).toEqual(['new/deep/b.ts']);
    rmSync(join(at.root, 'new'), { recursive: true });
    while (!(await at.next())?.includes('new'));
  }
});

it('stays in the directory when it is told to', async () => {
  const at = watched(false);
  at.write('below/a.ts', '1');
  at.start();
  at.write('below/a.ts', '2');
  at.write('a.ts', '1');
  expect(await at.next()).toEqual(['a.ts']);
});
