import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DependencyEdge, ObjectKey } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import type { NamedEdge } from './graph.ts';
import { CycleError, orderGraph, orderObjects } from './graph.ts';

const edge = (from: string, to: string, declared = true): NamedEdge => ({ from, to, declared });

/** Edges that lead from higher to lower numbers only: no cycle. */
const acyclic = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc.record({
    nodes: fc.constant(Array.from({ length: size }, (_, index) => `n${index}`)),
    edges: fc
      .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)))
      .map((pairs) =>
        pairs.filter(([a, b]) => a !== b).map(([a, b]) => edge(`n${Math.max(a, b)}`, `n${Math.min(a, b)}`)),
      ),
  }),
);

const anyEdges = fc.integer({ min: 1, max: 15 }).chain((size) =>
  fc.record({
    nodes: fc.constant(Array.from({ length: size }, (_, index) => `n${index}`)),
    edges: fc.array(
      fc.tuple(fc.nat(size - 1), fc.nat(size - 1)).map(([a, b]) => edge(`n${a}`, `n${b}`, false)),
      { maxLength: 40 },
    ),
  }),
);

function expectRespected(order: readonly string[], edges: readonly NamedEdge[]) {
  const position = new Map(order.map((node, index) => [node, index]));
  for (const { from, to } of edges) expect(position.get(to)).toBeLessThan(position.get(from)!);
}

describe('the order of a graph', () => {
  it('has every node once, after all that it waits for', () => {
    fc.assert(
      fc.property(acyclic, ({ nodes, edges }) => {
        const order = orderGraph(nodes, edges);
        expect([...order.nodes].sort()).toEqual([...nodes].sort());
        expect(order.dropped).toEqual([]);
        expectRespected(order.nodes, edges);
      }),
    );
  });

  it('does without as many found edges as close a cycle, and keeps the others', () => {
    fc.assert(
      fc.property(anyEdges, ({ nodes, edges }) => {
        const order = orderGraph(nodes, edges);
        expect(order.nodes).toHaveLength(nodes.length);
        expectRespected(order.nodes, order.edges);
        const loops = edges.filter(({ from, to }) => from === to).length;
        expect(order.edges.length + order.dropped.length + loops).toBe(edges.length);
        // Each dropped edge would close a cycle together with those that were kept.
        for (const gone of order.dropped) {
          const withAll = () =>
            orderGraph(
              nodes,
              [...order.edges, gone].map((e) => ({ ...e, declared: true })),
            );
          if (order.dropped.length === 1) expect(withAll).toThrow(CycleError);
        }
      }),
    );
  });

  it('refuses a cycle of declared edges, and names its nodes in order', () => {
    const cycle = [edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('d', 'a')];
    expect(() => orderGraph(['d', 'a', 'b', 'c'], cycle)).toThrow('a → b → c → a');
  });

  it('gives way with a found edge where a declared one says the opposite', () => {
    const order = orderGraph(['a', 'b'], [edge('a', 'b', false), edge('b', 'a')]);
    expect(order.nodes).toEqual(['a', 'b']);
    expect(order.dropped).toEqual([edge('a', 'b', false)]);
  });

  it('orders a hundred thousand nodes and three hundred thousand edges', () => {
    const size = 100_000;
    const nodes = Array.from({ length: size }, (_, index) => `n${index}`);
    const edges = nodes.flatMap((node, index) =>
      [1, 7, 100].flatMap((step) => (index >= step ? [edge(node, `n${index - step}`)] : [])),
    );
    expect(orderGraph(nodes, edges).nodes).toHaveLength(size);
  });
});

describe('the order of objects', () => {
  const key = (name: string): ObjectKey => ({ group: '', kind: 'ConfigMap', namespace: 'x', name });
  const needs = (from: string, to: string): DependencyEdge => ({
    from: key(from),
    to: key(to),
    until: 'present',
  });
  const application = (name: string, dependsOn: readonly string[], names: readonly string[]) => ({
    name,
    dependsOn,
    edges: [],
    objects: names.map((one) => ({ key: key(one) })) as never,
    load: async () => [],
  });

  it('drops a found edge that goes against the order of applications', () => {
    const applications = [application('one', [], ['a']), application('two', ['one'], ['b'])];
    const keys = [formatKey(key('a')), formatKey(key('b'))];
    expect(orderObjects(keys, [], [needs('a', 'b')], applications, String)).toEqual([]);
    expect(orderObjects(keys, [], [needs('b', 'a')], applications, String)).toEqual([needs('b', 'a')]);
  });

  it('refuses a declared edge that goes against the order of applications', () => {
    const applications = [application('one', [], ['a']), application('two', ['one'], ['b'])];
    const keys = [formatKey(key('a')), formatKey(key('b'))];
    expect(() => orderObjects(keys, [needs('a', 'b')], [], applications, String)).toThrow('application one');
  });

  it('keeps declared edges to objects outside of the plan', () => {
    const outside = needs('a', 'elsewhere');
    expect(orderObjects([formatKey(key('a'))], [outside], [], [], String)).toEqual([outside]);
  });
});
