/** Puts numbered nodes into an order that respects edges between them. Pure, and linear in nodes and edges, but for
 * graphs in which many cycles run through one node. */

/** `from` waits for `to`; nodes are numbered from 0. */
export interface GraphEdge {
  readonly from: number;
  readonly to: number;
  /** A firm edge is kept whatever happens; one that is not gives way where it would close a cycle. */
  readonly firm: boolean;
}

/** An edge that gave way. */
export interface Dropped<E extends GraphEdge> {
  readonly edge: E;
  /** The cycle that it would have closed, beginning with the edge's `from` and `to`. A long one is told in part. */
  readonly cycle: readonly (number | '…')[];
}

const LONGEST_CYCLE = 10;

export interface Order<E extends GraphEdge> {
  /** Every node, each after all that it waits for. */
  readonly nodes: readonly number[];
  /** The edges that hold. */
  readonly edges: readonly E[];
  readonly dropped: readonly Dropped<E>[];
}

/** Nodes that wait for each other in a circle. */
export class CycleError extends Error {
  readonly cycle: readonly number[];

  constructor(cycle: readonly number[]) {
    super(`cycle: ${[...cycle, cycle[0]].join(' → ')}`);
    this.name = 'CycleError';
    this.cycle = cycle;
  }
}

/** Kahn's algorithm. Where it gets stuck, the edges that close cycles are found by depth-first search among what is
 * left, those that are not firm are dropped, and it goes on.
 *
 * @param size how many nodes there are
 * @throws CycleError when firm edges alone make a cycle
 * @throws RangeError when an edge names a node that is not there */
export function orderGraph<E extends GraphEdge>(size: number, edges: readonly E[]): Order<E> {
  return new Ordering(size, edges).finish();
}

/** The nodes that some nodes wait for, directly or by others, and these themselves. */
export function reachable(
  size: number,
  edges: readonly Pick<GraphEdge, 'from' | 'to'>[],
  nodes: Iterable<number>,
): ReadonlySet<number> {
  const { starts, edges: outgoing } = adjacency(size, edges, 'from');
  const reached = new Set(nodes);
  for (const node of reached) {
    for (let at = starts[node]!; at < starts[node + 1]!; at += 1) reached.add(edges[outgoing[at]!]!.to);
  }
  return reached;
}

class Ordering<E extends GraphEdge> {
  readonly #edges: readonly E[];
  readonly #size: number;
  /** Edges by `to`, and by `from`: of node n those from `starts[n]` to `starts[n + 1]`. */
  readonly #incoming: Adjacency;
  readonly #outgoing: Adjacency;
  /** For each node, how many of the edges that hold are not met yet. */
  readonly #unmet: Uint32Array;
  readonly #isDropped: Uint8Array;
  readonly #isDone: Uint8Array;
  readonly #order: number[] = [];
  readonly #dropped: Dropped<E>[] = [];
  #taken = 0;

  constructor(size: number, edges: readonly E[]) {
    this.#size = size;
    this.#edges = edges;
    this.#incoming = adjacency(size, edges, 'to');
    this.#outgoing = adjacency(size, edges, 'from');
    this.#unmet = new Uint32Array(size);
    this.#isDropped = new Uint8Array(edges.length);
    this.#isDone = new Uint8Array(size);
    for (const { from } of edges) this.#unmet[from]! += 1;
  }

  finish(): Order<E> {
    for (let node = 0; node < this.#size; node += 1) if (this.#unmet[node] === 0) this.#order.push(node);
    this.#advance();
    if (this.#order.length < this.#size) {
      const roots = firmOrder(this.#size, this.#edges);
      while (this.#order.length < this.#size) {
        this.#dropBackEdges(roots);
        this.#advance();
      }
    }
    const edges =
      this.#dropped.length === 0 ? this.#edges : this.#edges.filter((_, index) => !this.#isDropped[index]);
    return { nodes: this.#order, edges, dropped: this.#dropped };
  }

  #advance(): void {
    const { starts, edges } = this.#incoming;
    for (; this.#taken < this.#order.length; this.#taken += 1) {
      const node = this.#order[this.#taken]!;
      this.#isDone[node] = 1;
      for (let at = starts[node]!; at < starts[node + 1]!; at += 1) {
        if (!this.#isDropped[edges[at]!]) this.#release(edges[at]!);
      }
    }
  }

  #release(edge: number): void {
    const { from } = this.#edges[edge]!;
    this.#unmet[from]! -= 1;
    if (this.#unmet[from] === 0) this.#order.push(from);
  }

  /** Searches depth first what is left. An edge back to a node on the way closes a cycle; it is dropped, or, where it is
   * firm, the last edge of the cycle that is not. */
  #dropBackEdges(roots: readonly number[]): void {
    const { starts, edges } = this.#outgoing;
    const isSeen = new Uint8Array(this.#size);
    const way = new Way(this.#size);
    const drops: number[] = [];
    for (const root of roots) {
      if (isSeen[root] || this.#isDone[root]) continue;
      isSeen[root] = 1;
      way.enter(root, starts[root]!);
      for (let step = way.top; step; step = way.top) {
        if (step.next === starts[step.node + 1]!) {
          way.leave();
          continue;
        }
        const edge = edges[step.next++]!;
        const { to } = this.#edges[edge]!;
        if (this.#isDropped[edge] || this.#isDone[to]) continue;
        step.through = edge;
        if (way.isIntactFrom(to)) drops.push(this.#breakCycle(way, to));
        else if (!isSeen[to]) {
          isSeen[to] = 1;
          way.enter(to, starts[to]!);
        }
      }
    }
    for (const edge of drops) this.#release(edge);
  }

  /** @returns the edge that was dropped */
  #breakCycle(way: Way, to: number): number {
    // Firm edges make no cycle by themselves, or there would be no order of them to search in.
    const at = way.findLast(({ through }) => !this.#edges[through]!.firm);
    const edge = way.cut(at);
    this.#isDropped[edge] = 1;
    this.#dropped.push({ edge: this.#edges[edge]!, cycle: way.cycle(to, at) });
    return edge;
  }
}

interface Step {
  readonly node: number;
  /** Where among the edges of its node the search goes on. */
  next: number;
  /** The edge that leads to the next step. */
  through: number;
}

/** The way from where a search began to where it is. */
class Way {
  readonly #steps: Step[] = [];
  /** For each node one more than its place on the way; 0 when it is not on it. */
  readonly #places: Uint32Array;
  /** Places after which the way is cut, in their order. */
  readonly #cuts: number[] = [];

  constructor(size: number) {
    this.#places = new Uint32Array(size);
  }

  get top(): Step | undefined {
    return this.#steps.at(-1);
  }

  enter(node: number, next: number): void {
    this.#steps.push({ node, next, through: -1 });
    this.#places[node] = this.#steps.length;
  }

  leave(): void {
    const { node } = this.#steps.pop()!;
    this.#places[node] = 0;
    // What was cut after the new end is behind us.
    while (this.#cuts.length > 0 && this.#cuts.at(-1)! >= this.#steps.length - 1) this.#cuts.pop();
  }

  /** Whether all edges of the way hold, from a node that is on it to the end. */
  isIntactFrom(node: number): boolean {
    const place = this.#places[node]!;
    return place > 0 && !(this.#cuts.length > 0 && this.#cuts.at(-1)! >= place - 1);
  }

  /** The place of the last step that fulfils something. */
  findLast(test: (step: Step) => boolean): number {
    let at = this.#steps.length - 1;
    while (!test(this.#steps[at]!)) at -= 1;
    return at;
  }

  /** @returns the edge after which the way is cut now */
  cut(at: number): number {
    if (at < this.#steps.length - 1) this.#cuts.push(at);
    return this.#steps[at]!.through;
  }

  /** The nodes of the cycle that an edge from the end to `first` closes, beginning with the one at a place. */
  cycle(first: number, at: number): Dropped<GraphEdge>['cycle'] {
    const start = this.#places[first]! - 1;
    const length = this.#steps.length - start;
    const nodeAt = (offset: number) => this.#steps[start + ((at - start + offset) % length)]!.node;
    const nodes = (from: number, to: number) =>
      Array.from({ length: to - from }, (_, index) => nodeAt(from + index));
    if (length <= LONGEST_CYCLE) return nodes(0, length);
    return [...nodes(0, LONGEST_CYCLE - 2), '…', nodeAt(length - 1)];
  }
}

interface Adjacency {
  readonly starts: Uint32Array;
  /** Numbers of edges. */
  readonly edges: Uint32Array;
}

/** Counting sort of edges by one of their ends. */
function adjacency(
  size: number,
  edges: readonly Pick<GraphEdge, 'from' | 'to'>[],
  end: 'from' | 'to',
): Adjacency {
  const starts = new Uint32Array(size + 1);
  for (const edge of edges) {
    if (!(edge.from < size && edge.to < size))
      throw new RangeError(`${edge.from} → ${edge.to} of ${size} nodes`);
    starts[edge[end] + 1]! += 1;
  }
  for (let node = 0; node < size; node += 1) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const sorted = new Uint32Array(edges.length);
  for (const [index, edge] of edges.entries()) sorted[next[edge[end]]!++] = index;
  return { starts, edges: sorted };
}

/** The nodes in an order of firm edges alone, those first that nobody waits for: a search that begins with them meets
 * edges that may be dropped where it closes cycles, and rarely firm ones.
 * @throws CycleError */
function firmOrder(size: number, edges: readonly GraphEdge[]): readonly number[] {
  const firm = edges.filter((edge) => edge.firm);
  const { starts, edges: outgoing } = adjacency(size, firm, 'from');
  const dependents = new Uint32Array(size);
  for (const { to } of firm) dependents[to]! += 1;
  const order: number[] = [];
  for (let node = 0; node < size; node += 1) if (dependents[node] === 0) order.push(node);
  for (let next = 0; next < order.length; next += 1) {
    const node = order[next]!;
    for (let at = starts[node]!; at < starts[node + 1]!; at += 1) {
      const { to } = firm[outgoing[at]!]!;
      dependents[to]! -= 1;
      if (dependents[to] === 0) order.push(to);
    }
  }
  if (order.length < size) throw new CycleError(firmCycle(firm, new Set(order)));
  return order;
}

/** Goes from dependent to dependent among nodes that all have one left, until a node comes up again. */
function firmCycle(firm: readonly GraphEdge[], ordered: ReadonlySet<number>): readonly number[] {
  const dependentOf = new Map<number, number>();
  for (const { from, to } of firm) if (!ordered.has(from)) dependentOf.set(to, from);
  let node = 0;
  while (ordered.has(node)) node += 1;
  const places = new Map<number, number>();
  while (!places.has(node)) {
    places.set(node, places.size);
    node = dependentOf.get(node)!;
  }
  return [...places.keys()].slice(places.get(node)!).reverse();
}
