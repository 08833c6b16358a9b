import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { expect, it, onTestFinished } from 'vitest';
import { makeWorkload, writeWorkload } from './workload.ts';

it('a workload is a third each of three kinds, over ten namespaces, without a name twice', () => {
  const { namespaces, objects } = makeWorkload('set', 300);
  expect(namespaces).toHaveLength(10);
  for (const plural of ['configmaps', 'deployments', 'services']) {
    expect(objects.filter(({ path }) => path.includes(`/${plural}/`))).toHaveLength(100);
  }
  expect(new Set(objects.map(({ path }) => path)).size).toBe(300);
});

it('two sets have nothing in common', () => {
  const paths = (set: string) => makeWorkload(set, 100).objects.map(({ path }) => path);
  expect(new Set([...paths('one'), ...paths('two')]).size).toBe(200);
});

it('the files say what the requests say', () => {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-workload-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const workload = makeWorkload('set', 7);
  writeWorkload(workload, directory);
  const read = readdirSync(directory).map((file) => load(readFileSync(join(directory, file), 'utf8')));
  expect(read).toEqual(workload.objects.map(({ object }) => object));
});
