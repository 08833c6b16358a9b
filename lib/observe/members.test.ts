import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Members } from './members.ts';
import type { Observation } from './observation.ts';

const observation = (
  name: string,
  state: Pick<Observation, 'partOf' | 'digest' | 'deletionTimestamp'> & { readonly kind: string },
): Observation => ({
  key: { group: '', kind: state.kind, namespace: `ns-${state.kind}`, name },
  uid: name,
  resourceVersion: '1',
  application: 'web',
  ownFields: undefined,
  isAsRecorded: true,
  prune: undefined,
  after: undefined,
  versionOf: undefined,
  creationTimestamp: undefined,
  ...state,
});

const state = fc.record({
  kind: fc.constantFrom('ConfigMap', 'Service'),
  partOf: fc.constantFrom(undefined, 'a', 'b'),
  digest: fc.constantFrom(undefined, 'sha256:x'),
  deletionTimestamp: fc.constantFrom(undefined, undefined, '2026-01-01T00:00:00Z'),
});
const change = fc.record({
  name: fc.constantFrom('one', 'two', 'three'),
  now: fc.option(state, { nil: undefined }),
  isDesired: fc.boolean(),
});

it('counts what is there, whatever came, changed and went before', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const members = new Members();
      const there = new Map<string, { readonly live: Observation; readonly isDesired: boolean }>();
      for (const { name, now, isDesired } of changes) {
        const before = there.get(name)?.live;
        // An object of another kind is another object.
        const kind = before?.key.kind;
        const live = now && observation(name, kind === undefined ? now : { ...now, kind });
        members.note(before, live, isDesired);
        if (live) there.set(name, { live, isDesired });
        else there.delete(name);
      }
      const all = [...there.values()];
      for (const id of ['a', 'b']) {
        const own = all.filter(({ live }) => live.partOf === id);
        const staying = own.filter(({ live }) => live.digest && !live.deletionTimestamp);
        expect(members.count([id])).toBe(own.length);
        expect(members.countOfKind([id], 'Service')).toBe(
          staying.filter(({ live }) => live.key.kind === 'Service').length,
        );
        expect([...members.strays([id])].sort()).toEqual(
          staying
            .filter(({ isDesired }) => !isDesired)
            .map(({ live: { key } }) => `${key.kind} ${key.namespace}/${key.name}`)
            .sort(),
        );
        const kinds = [...new Set(staying.map(({ live }) => live.key.kind))].sort();
        const { kinds: known, namespaces } = members.scope([id], []);
        expect([[...known].sort(), [...namespaces].sort()]).toEqual([
          kinds,
          kinds.map((kind) => `ns-${kind}`),
        ]);
        expect(
          members.scope(
            [id],
            own.map(({ live }) => live),
          ),
        ).toEqual({ kinds: [], namespaces: [] });
      }
    }),
  );
});
