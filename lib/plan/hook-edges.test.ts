import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DependencyEdge, Hook, ObjectKey } from '../objects/index.ts';
import { DEFAULT_SETTINGS, digestOf } from '../objects/index.ts';
import { orderGraph } from './graph.ts';
import { hookEdges } from './hook-edges.ts';
import { KeyIndex } from './key-index.ts';
import type { Action, PlannedChange } from './plan.ts';

const key = (name: string): ObjectKey => ({ group: '', kind: 'X', namespace: 'x', name });

function change(application: string, name: string, action: Action, place?: Hook['place']): PlannedChange {
  const hook = place && { place, rerun: 'on-change' as const, run: digestOf(name) };
  return {
    application,
    key: key(name),
    apiVersion: 'v1',
    action,
    because: '',
    changes: [],
    effects: [],
    conflicts: [],
    ...(hook && { hook: 'to-run' as const }),
    desired: {
      key: key(name),
      apiVersion: 'v1',
      digest: digestOf(name),
      settings: DEFAULT_SETTINGS,
      path: name,
      ...(hook && { hook }),
    },
  };
}

const edge = (from: string, to: string): DependencyEdge => ({
  from: key(from),
  to: key(to),
  until: 'present',
});

function added(changes: readonly PlannedChange[], edges: readonly DependencyEdge[] = []) {
  return hookEdges(new KeyIndex(changes.map((one) => one.key)), changes, edges);
}
const names = (edges: readonly DependencyEdge[]) =>
  edges.map(({ from, to, until }) => `${from.name} after ${to.name} ${until}`).sort();

describe('the edges of hooks', () => {
  it('keep back what is written, but for what the hook needs, and nothing of another application', () => {
    const changes = [
      change('web', 'hook', 'create', 'before'),
      change('web', 'needed', 'create'),
      change('web', 'needed by that', 'create'),
      change('web', 'web', 'change'),
      change('web', 'standing', 'none'),
      change('web', 'old', 'delete'),
      change('other', 'other', 'create'),
    ];
    const edges = [edge('hook', 'needed'), edge('needed', 'needed by that')];
    expect(names(added(changes, edges))).toEqual(['web after hook ready']);
  });

  it('make a hook wait for all that stays, but for what needs the hook', () => {
    const changes = [
      change('web', 'hook', 'create', 'after'),
      change('web', 'needs it', 'create'),
      change('web', 'web', 'change'),
      change('web', 'standing', 'none'),
      change('web', 'old', 'delete'),
    ];
    expect(names(added(changes, [edge('needs it', 'hook')]))).toEqual([
      'hook after standing ready',
      'hook after web ready',
    ]);
  });

  it('are none where no hook runs, and none for hooks that dependencies place', () => {
    const { hook: _, ...done } = change('web', 'hook', 'none', 'before');
    expect(added([{ ...done, hook: 'has-run' }, change('web', 'web', 'create')])).toEqual([]);
    expect(added([change('web', 'hook', 'create', 'ordered'), change('web', 'web', 'create')])).toEqual([]);
  });

  it('put hooks of one place side by side, and those before in front of those after', () => {
    const changes = [
      change('web', 'a', 'create', 'before'),
      change('web', 'b', 'create', 'before'),
      change('web', 'z', 'create', 'after'),
    ];
    const all = new Set(names(added(changes)));
    expect(all).toEqual(new Set(['z after a ready', 'z after b ready']));
  });

  it('never close a circle, whatever the hooks need', () => {
    const places = fc.constantFrom<Hook['place'] | undefined>(
      'before',
      'after',
      'ordered',
      undefined,
      undefined,
    );
    const plan = fc.integer({ min: 1, max: 12 }).chain((size) =>
      fc.record({
        objects: fc.array(fc.record({ application: fc.nat(2), place: places }), {
          minLength: size,
          maxLength: size,
        }),
        pairs: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)), { maxLength: 30 }),
      }),
    );
    fc.assert(
      fc.property(plan, ({ objects, pairs }) => {
        const changes = objects.map(({ application, place }, index) =>
          change(`a${application}`, `n${index}`, 'create', place),
        );
        const edges = pairs.filter(([a, b]) => a > b).map(([a, b]) => edge(`n${a}`, `n${b}`));
        const index = new KeyIndex(changes.map((one) => one.key));
        const all = [...edges, ...hookEdges(index, changes, edges)].map(({ from, to }) => ({
          from: index.find(from)!,
          to: index.find(to)!,
          firm: true,
        }));
        expect(orderGraph(index.size, all).nodes).toHaveLength(changes.length);
      }),
      { numRuns: 300 },
    );
  });
});
