import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Dropped, GraphEdge } from './graph.ts';
import { CycleError, orderGraph } from './graph.ts';

const firm = (from: number, to: number): GraphEdge => ({ from, to, firm: true });
const found = (from: number, to: number): GraphEdge => ({ from, to, firm: false });

/** Edges that lead from higher to lower numbers only: no cycle. */
const acyclic = fc.integer({ min: 1, max: 40 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc
      .array(fc.tuple(fc.nat(size - 1), fc.nat(size - 1)))
      .map((pairs) =>
        pairs.filter(([a, b]) => a !== b).map(([a, b]) => firm(Math.max(a, b), Math.min(a, b))),
      ),
  }),
);

/** Anything goes, but for cycles of firm edges: these lead from higher to lower numbers. */
const tangled = fc.integer({ min: 1, max: 15 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    edges: fc.array(
      fc
        .tuple(fc.nat(size - 1), fc.nat(size - 1), fc.boolean())
        .map(([a, b, isFirm]) => (isFirm && a > b ? firm(a, b) : found(a, b))),
      { maxLength: 60 },
    ),
  }),
);

function expectRespected(order: readonly number[], edges: readonly GraphEdge[]) {
  const position = new Map(order.map((node, index) => [node, index]));
  for (const { from, to } of edges) expect(position.get(to)).toBeLessThan(position.get(from)!);
}

/** Whether `from` waits for `to`, directly or by others. */
function waitsFor(from: number, to: number, edges: readonly GraphEdge[]): boolean {
  const reached = new Set([from]);
  for (const node of reached) for (const edge of edges) if (edge.from === node) reached.add(edge.to);
  return reached.has(to);
}

describe('the order of a graph', () => {
  it('has every node once, after all that it waits for', () => {
    fc.assert(
      fc.property(acyclic, ({ size, edges }) => {
        const order = orderGraph(size, edges);
        expect([...order.nodes].sort((a, b) => a - b)).toEqual(
          Array.from({ length: size }, (_, node) => node),
        );
        expect(order.dropped).toEqual([]);
        expect(order.edges).toEqual(edges);
        expectRespected(order.nodes, edges);
      }),
    );
  });

  it('keeps every firm edge, and drops others only where they close a cycle, which it tells', () => {
    fc.assert(
      fc.property(tangled, ({ size, edges }) => {
        const order = orderGraph(size, edges);
        expect(order.nodes).toHaveLength(size);
        expectRespected(order.nodes, order.edges);
        expect([...order.edges, ...order.dropped.map(({ edge }) => edge)]).toHaveLength(edges.length);
        expect(edges.filter((edge) => edge.firm && !order.edges.includes(edge))).toEqual([]);
        for (const dropped of order.dropped) expectCycle(dropped, edges);
      }),
      { numRuns: 500 },
    );
  });

  it('drops nothing that could have stayed, when a single edge closes all cycles', () => {
    fc.assert(
      fc.property(tangled, ({ size, edges }) => {
        const { edges: kept, dropped } = orderGraph(size, edges);
        const [first, ...more] = dropped;
        if (first && more.length === 0) expect(waitsFor(first.edge.to, first.edge.from, kept)).toBe(true);
      }),
    );
  });

  function expectCycle({ edge, cycle }: Dropped<GraphEdge>, edges: readonly GraphEdge[]) {
    expect(cycle[0]).toBe(edge.from);
    expect(cycle[1] ?? cycle[0]).toBe(edge.to);
    for (const [index, node] of cycle.entries()) {
      const next = cycle[(index + 1) % cycle.length];
      if (node === '…' || next === '…') continue;
      expect(edges.some(({ from, to }) => from === node && to === next)).toBe(true);
    }
  }

  it('refuses a cycle of firm edges, and names its nodes in order', () => {
    const edges = [firm(1, 2), firm(2, 3), firm(3, 1), firm(0, 1), firm(3, 4)];
    const cycle = caught(() => orderGraph(5, edges));
    expect([...cycle, ...cycle].join()).toContain('1,2,3');
    expect(cycle).toHaveLength(3);
    expect(caught(() => orderGraph(1, [firm(0, 0)]))).toEqual([0]);
  });

  it('refuses every graph with a cycle of firm edges', () => {
    const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 25 });
    fc.assert(
      fc.property(edges, (pairs) => {
        const all = pairs.map(([a, b]) => firm(a, b));
        const isCyclic = all.some(({ from, to }) => waitsFor(to, from, all));
        if (!isCyclic) {
          expect(orderGraph(10, all).nodes).toHaveLength(10);
          return;
        }
        const cycle = caught(() => orderGraph(10, all));
        for (const [index, node] of cycle.entries()) {
          const next = cycle[(index + 1) % cycle.length];
          expect(all.some(({ from, to }) => from === node && to === next)).toBe(true);
        }
      }),
    );
  });

  function caught(order: () => unknown): readonly number[] {
    try {
      order();
    } catch (error) {
      if (error instanceof CycleError) return error.cycle;
      throw error;
    }
    throw new Error('no cycle was found');
  }

  it('gives way with a found edge where a firm one says the opposite', () => {
    const order = orderGraph(2, [found(0, 1), firm(1, 0)]);
    expect(order.nodes).toEqual([0, 1]);
    expect(order.dropped).toEqual([{ edge: found(0, 1), cycle: [0, 1] }]);
  });

  it('tells a long cycle in part', () => {
    const size = 1000;
    const edges = Array.from({ length: size - 1 }, (_, node) => firm(node, node + 1));
    const { dropped } = orderGraph(size, [...edges, found(size - 1, 0)]);
    expect(dropped.map(({ cycle }) => cycle)).toEqual([[999, 0, 1, 2, 3, 4, 5, 6, '…', 998]]);
  });

  it('breaks as many cycles as there are nodes, apart from each other or all through one node', () => {
    const size = 50_000;
    const pairs = Array.from({ length: size / 2 }, (_, i) => [
      found(2 * i, 2 * i + 1),
      found(2 * i + 1, 2 * i),
    ]);
    expect(orderGraph(size, pairs.flat()).dropped).toHaveLength(size / 2);
    const chain = Array.from({ length: size - 1 }, (_, node) => firm(node, node + 1));
    const star = Array.from({ length: size - 1 }, (_, node) => found(size - 1, node));
    expect(orderGraph(size, [...star, ...chain]).dropped).toHaveLength(size - 1);
  });

  it('refuses edges to nodes that are not there', () => {
    expect(() => orderGraph(1, [firm(0, 1)])).toThrow(RangeError);
  });
});
