import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DependencyEdge, ObjectKey } from '../objects/index.ts';
import { DEFAULT_SETTINGS, formatKey } from '../objects/index.ts';
import { type Action, orderGraph, type PlannedChange, reachable } from '../plan/index.ts';
import type { RunContext } from './run.ts';
import { taskGraph } from './task-graph.ts';

interface Sketch {
  readonly application: string;
  readonly key: ObjectKey;
  readonly action: Action;
}

const object = (namespace: string, name: string, kind = 'ConfigMap'): ObjectKey => ({
  group: '',
  kind,
  namespace,
  name,
});
const space = (name: string) => object('', name, 'Namespace');

/** Tasks by name, each with all that it waits for, directly or by others. */
function layOut(
  objects: readonly Sketch[],
  edges: readonly DependencyEdge[],
  { dependsOn = {}, homes = {}, former = [] }: Partial<Settings> = {},
): ReadonlyMap<string, ReadonlySet<string>> {
  const names = [...new Set(objects.map(({ application }) => application))];
  const changes = objects.map(
    ({ application, key, action }): PlannedChange => ({
      application,
      key,
      apiVersion: 'v1',
      action,
      because: '',
      changes: [],
      effects: [],
      conflicts: [],
      desired: { key, apiVersion: 'v1', digest: 'sha256:0', settings: DEFAULT_SETTINGS, path: '' },
    }),
  );
  const inventories = names.map((application) => ({
    application,
    namespace: homes[application] ?? 'default',
    recorded: { kinds: [], namespaces: [] },
    intended: { kinds: [], namespaces: [] },
    ids: [],
    leaving: false,
  }));
  const { tasks, edges: made } = taskGraph({
    plan: { changes, edges, formerEdges: former, inventories, errors: [] },
    applications: new Map(
      names.map((name) => [
        name,
        {
          name,
          dependsOn: dependsOn[name] ?? [],
          objects: changes.filter((one) => one.application === name),
        },
      ]),
    ),
    inventories: new Map(inventories.map((inventory) => [inventory.application, inventory])),
    inventoryWriter: { mustWiden: () => true },
    wait: true,
    // What lays tasks out needs nothing of the cluster.
  } as unknown as RunContext);
  const firm = made.map((edge) => ({ ...edge, firm: true }));
  expect(orderGraph(tasks.length, firm).nodes).toHaveLength(tasks.length);
  return new Map(
    tasks.map(({ id }, place) => {
      const before = reachable(tasks.length, made, [place]);
      return [id, new Set([...before].flatMap((one) => (one === place ? [] : [tasks[one]!.id])))];
    }),
  );
}

interface Settings {
  readonly dependsOn: Readonly<Record<string, readonly string[]>>;
  /** Namespaces of inventories. */
  readonly homes: Readonly<Record<string, string>>;
  readonly former: readonly Pick<DependencyEdge, 'from' | 'to'>[];
}

const create = (application: string, key: ObjectKey): Sketch => ({ application, key, action: 'create' });
const remove = (application: string, key: ObjectKey): Sketch => ({ application, key, action: 'delete' });
const edge = (from: ObjectKey, to: ObjectKey): DependencyEdge => ({ from, to, until: 'present' });

describe('the tasks of a plan', () => {
  it('begin with the inventory, but for what the namespace of the inventory needs', () => {
    const [early, late] = [object('x', 'early'), object('home', 'late')];
    const before = layOut(
      [create('web', space('home')), create('web', early), create('web', late)],
      [edge(space('home'), early), edge(late, space('home'))],
      { homes: { web: 'home' } },
    );
    expect([...before.get('inventory web')!].sort()).toEqual([formatKey(early), 'Namespace home']);
    expect(before.get(formatKey(late))).toContain('inventory web');
    expect(before.get(formatKey(early))).toEqual(new Set());
  });

  it('do not wait in a circle when the namespaces of two inventories need objects of each other', () => {
    const [a, b] = [object('x', 'a'), object('x', 'b')];
    const before = layOut(
      [create('one', space('a')), create('one', a), create('two', space('b')), create('two', b)],
      [edge(space('a'), b), edge(space('b'), a)],
      { homes: { one: 'a', two: 'b' } },
    );
    // One of them has to come before its inventory.
    const late = [
      before.get(formatKey(a))!.has('inventory one'),
      before.get(formatKey(b))!.has('inventory two'),
    ];
    expect(late).toContain(true);
    expect(late).toContain(false);
  });

  it('delete what needs the object to be replaced, and make it anew, only when what it needs is there', () => {
    const [needed, replaced] = [object('x', 'needed'), object('x', 'replaced')];
    const before = layOut(
      [create('web', needed), { application: 'web', key: replaced, action: 'replace' }],
      [edge(replaced, needed)],
    );
    expect(before.get(`${formatKey(replaced)} (delete)`)).toContain(formatKey(needed));
    expect(before.get(formatKey(replaced))).toContain(`${formatKey(replaced)} (delete)`);
  });

  it('delete an application before those that it depends on', () => {
    const [web, database] = [object('x', 'web'), object('x', 'database')];
    const before = layOut([remove('web', web), remove('database', database)], [], {
      dependsOn: { web: ['database'] },
    });
    expect(before.get(formatKey(database))).toContain(formatKey(web));
  });

  it('keep to the order of applications where objects that leave say the opposite', () => {
    const [web, database] = [object('x', 'web'), object('x', 'database')];
    const before = layOut([remove('web', web), remove('database', database)], [], {
      dependsOn: { web: ['database'] },
      former: [{ from: database, to: web }],
    });
    expect(before.get(formatKey(database))).toContain(formatKey(web));
  });

  it('never wait in a circle, whatever the plan', () => {
    const plan = fc.integer({ min: 2, max: 12 }).chain((size) =>
      fc.record({
        sketches: fc.array(
          fc.record({
            application: fc.nat(3),
            isSpace: fc.boolean(),
            namespace: fc.nat(3),
            action: fc.constantFrom<Action>('create', 'change', 'replace', 'delete', 'detach', 'none'),
          }),
          { minLength: size, maxLength: size },
        ),
        edges: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1))),
        former: fc.array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1))),
        depends: fc.array(fc.tuple(fc.nat(3), fc.nat(3))),
        homes: fc.array(fc.nat(3), { minLength: 4, maxLength: 4 }),
      }),
    );
    fc.assert(
      fc.property(plan, ({ sketches, edges, former, depends, homes }) => {
        const spaces = new Set<number>();
        const objects = sketches.map(({ application, isSpace, namespace, action }, index): Sketch => {
          const isFirst = isSpace && !spaces.has(namespace);
          if (isFirst) spaces.add(namespace);
          const key = isFirst ? space(`s${namespace}`) : object(`s${namespace}`, `o${index}`);
          return { application: `a${application}`, key, action };
        });
        const isLeaving = ({ action }: Sketch) => action === 'delete' || action === 'detach';
        // A plan's edges go against neither each other nor the order of applications: here both follow numbers.
        const orderOf = (index: number) => sketches[index]!.application * 100 + index;
        const ordered = edges.flatMap(([a, b]) =>
          orderOf(a) > orderOf(b) && !isLeaving(objects[a]!) ? [edge(objects[a]!.key, objects[b]!.key)] : [],
        );
        const downwards = Map.groupBy(
          depends.filter(([a, b]) => a > b),
          ([a]) => `a${a}`,
        );
        const dependsOn = Object.fromEntries(
          [...downwards].map(([name, pairs]) => [name, pairs.map(([, b]) => `a${b}`)]),
        );
        layOut(objects, ordered, {
          dependsOn,
          homes: Object.fromEntries(homes.map((home, index) => [`a${index}`, `s${home}`])),
          former: former.map(([a, b]) => ({ from: objects[a]!.key, to: objects[b]!.key })),
        });
      }),
      { numRuns: 500 },
    );
  });
});
