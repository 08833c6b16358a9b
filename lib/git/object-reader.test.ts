import { expect, onTestFinished, test, vi } from 'vitest';
import { commitAll, workTree } from '../../test/git/scratch.ts';
import { repositoryArgs } from './context.ts';
import { ObjectReader } from './object-reader.ts';
import type { Oid } from './oid.ts';

function reading(): { readonly reader: ObjectReader; readonly head: Oid } {
  const directory = workTree();
  const head = commitAll(directory, 'one') as Oid;
  const reader = new ObjectReader(repositoryArgs(`${directory}/.git`), directory);
  onTestFinished(() => reader.close());
  return { reader, head };
}

test('goes on after it was closed, and fails what was being read', async () => {
  const { reader, head } = reading();
  const asked = reader.read([head]);
  reader.close();
  await expect(asked).rejects.toMatchObject({ code: 'GIT_CANCELLED' });
  expect(await reader.read([head])).toMatchObject([{ type: 'commit' }]);
});

test('ends the child when it has had no work for a while, and starts another', async () => {
  const { reader, head } = reading();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  for (let round = 0; round < 3; round++) {
    await reader.read([head]);
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(2_000);
    expect(vi.getTimerCount()).toBe(0);
  }
  const asked = reader.read([head]);
  vi.advanceTimersByTime(10_000);
  expect(await asked).toMatchObject([{ type: 'commit' }]);
});

test('refuses a path that would be two questions', async () => {
  const { reader, head } = reading();
  await expect(async () => reader.readAt(head, ['a\nb'])).rejects.toThrow('line break');
});
