import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ObjectMetadata } from '../objects/index.ts';
import { formatKey, keyOf } from '../objects/index.ts';
import { Memory } from './memory.ts';

const object = (name: string, resourceVersion: number, uid = 'one'): ObjectMetadata => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, namespace: 'web', uid, resourceVersion: String(resourceVersion) },
});

const newMemory = (changes: string[] = []) =>
  new Memory(
    ({ metadata: { name, uid = '', resourceVersion = '' } }) => ({
      key: { group: '', kind: 'ConfigMap', namespace: 'web', name },
      uid,
      resourceVersion,
    }),
    ({ name, before, now }) =>
      changes.push(`${name} ${before?.resourceVersion ?? '-'} → ${now?.resourceVersion ?? '-'}`),
  );

const A = formatKey(keyOf(object('a', 1)));

describe('what is remembered of objects', () => {
  it('never gives way to something older, or to the same again', () => {
    const changes: string[] = [];
    const memory = newMemory(changes);
    memory.note(object('a', 9));
    expect(memory.note(object('a', 9))).toBeUndefined();
    expect(memory.note(object('a', 8))).toBeUndefined();
    expect(memory.note(object('a', 10))).toMatchObject({ before: { resourceVersion: '9' } });
    expect(changes).toEqual([`${A} - → 9`, `${A} 9 → 10`]);
  });

  it('keeps an object that came back before its deletion was told', () => {
    const memory = newMemory();
    memory.note(object('a', 5));
    memory.note(object('a', 8, 'two'));
    expect(memory.noteGone(object('a', 7))).toBe(false);
    expect(memory.get(A)).toMatchObject({ uid: 'two' });
    expect(memory.noteGone(object('a', 9, 'two'))).toBe(true);
    expect(memory.get(A)).toBeUndefined();
  });

  it('is swept of what a list does not have, unless the list is older', () => {
    const memory = newMemory();
    for (const [name, version] of [
      ['a', 3],
      ['b', 4],
      ['c', 12],
    ] as const)
      memory.note(object(name, version));
    const gone = memory.sweep(new Set([A]), '10');
    expect(gone.map(({ key }) => key.name)).toEqual(['b']);
    expect([...memory.entries()].map(([, { key }]) => key.name)).toEqual(['a', 'c']);
  });

  it('is the newest state, in whatever order and however often the states come', () => {
    // A history of one object: written, or deleted and made anew, at each version.
    const history = fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }).map((deletes) => {
      let uid = 0;
      return deletes.map((isDeletion, index) => {
        const state = { isDeletion, object: object('a', index + 1, String(uid)) };
        if (isDeletion) uid += 1;
        return state;
      });
    });
    const told = history.chain((states) =>
      fc.tuple(fc.constant(states), fc.shuffledSubarray([...states, ...states], { minLength: 1 })),
    );
    fc.assert(
      fc.property(told, ([states, order]) => {
        const memory = newMemory();
        const newest = states.at(-1)!;
        for (const { isDeletion, object: state } of [...order, newest]) {
          if (isDeletion) memory.noteGone(state);
          else memory.note(state);
        }
        const expected = newest.isDeletion ? undefined : newest.object.metadata.resourceVersion;
        expect(memory.get(A)?.resourceVersion).toBe(expected);
      }),
    );
  });
});
