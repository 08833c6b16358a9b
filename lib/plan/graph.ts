/** The order of things as a graph. Pure, and near-linear in objects and edges. */
import type { DependencyEdge, DesiredApplication } from '../objects/index.ts';
import { formatKey, TruekeelError } from '../objects/index.ts';

/** An edge between nodes that are known by name; `from` waits for `to`. */
export interface NamedEdge {
  readonly from: string;
  readonly to: string;
  /** A declared edge is kept whatever happens; one that was found gives way where it would close a cycle. */
  readonly declared: boolean;
}

export interface Order<E extends NamedEdge> {
  /** Every node, each after all that it waits for. */
  readonly nodes: readonly string[];
  /** The edges that hold. */
  readonly edges: readonly E[];
  /** Found edges that would have closed a cycle. */
  readonly dropped: readonly E[];
}

/** Puts nodes into an order that respects their edges. Edges to or from unknown nodes are left out.
 *
 * Kahn's algorithm; where it gets stuck, a cycle is walked and one found edge of it dropped.
 * @throws CycleError when declared edges alone make a cycle */
export function orderGraph<E extends NamedEdge>(nodes: Iterable<string>, edges: Iterable<E>): Order<E> {
  const waiting = new Map<string, Set<E>>();
  for (const node of nodes) waiting.set(node, new Set());
  const dependents = new Map<string, E[]>();
  const kept: E[] = [];
  for (const edge of edges) {
    if (edge.from === edge.to && !edge.declared) continue;
    const before = waiting.get(edge.from);
    if (!before || !waiting.has(edge.to)) continue;
    before.add(edge);
    kept.push(edge);
    const after = dependents.get(edge.to);
    if (after) after.push(edge);
    else dependents.set(edge.to, [edge]);
  }
  const order: string[] = [];
  const ready: string[] = [];
  for (const [node, before] of waiting) if (before.size === 0) ready.push(node);
  const dropped = new Set<E>();
  const release = (edge: E) => {
    const before = waiting.get(edge.from);
    if (before?.delete(edge) && before.size === 0) ready.push(edge.from);
  };
  for (let next = 0; order.length < waiting.size; ) {
    if (next < ready.length) {
      const node = ready[next++]!;
      order.push(node);
      for (const edge of dependents.get(node) ?? []) release(edge);
    } else {
      const cycle = findCycle(waiting);
      const weakest = cycle.findLast(({ declared }) => !declared);
      if (!weakest) throw new CycleError(cycle.map(({ from }) => from));
      dropped.add(weakest);
      release(weakest);
    }
  }
  return { nodes: order, edges: kept.filter((edge) => !dropped.has(edge)), dropped: [...dropped] };
}

/** Follows unmet edges until a node comes up again; everything that still waits leads into a cycle. */
function findCycle<E extends NamedEdge>(waiting: ReadonlyMap<string, ReadonlySet<E>>): readonly E[] {
  const path: E[] = [];
  const positions = new Map<string, number>();
  let node = '';
  for (const [name, before] of waiting) {
    if (before.size > 0) {
      node = name;
      break;
    }
  }
  while (!positions.has(node)) {
    positions.set(node, path.length);
    const [edge] = waiting.get(node)!;
    path.push(edge!);
    node = edge!.to;
  }
  return path.slice(positions.get(node)!);
}

/** Nodes that wait for each other in a circle. */
export class CycleError extends Error {
  readonly cycle: readonly string[];

  constructor(cycle: readonly string[]) {
    super(`cycle: ${[...cycle, cycle[0]].join(' → ')}`);
    this.name = 'CycleError';
    this.cycle = cycle;
  }
}

/** Orders objects by declared and found edges, and by what applications wait for: all of an application comes before
 * all of one that depends on it.
 *
 * @param describe what a key is called in errors
 * @returns the edges that hold
 * @throws TruekeelError `DEPENDENCY_CYCLE` when people declared a cycle */
export function orderObjects(
  keys: Iterable<string>,
  declared: readonly DependencyEdge[],
  found: readonly DependencyEdge[],
  applications: readonly DesiredApplication[],
  describe: (key: string) => string,
): readonly DependencyEdge[] {
  const named = (edges: readonly DependencyEdge[], isDeclared: boolean) =>
    edges.map((edge) => ({ from: formatKey(edge.from), to: formatKey(edge.to), declared: isDeclared, edge }));
  const declaredEdges = named(declared, true);
  const known = new Set(keys);
  // What people declared may lead to objects outside of the plan: those edges stay, and cannot be part of a cycle.
  const outside = declaredEdges.filter(({ from, to }) => known.has(from) && !known.has(to));
  const gates = applicationGates(applications);
  try {
    const { edges } = orderGraph<NamedEdge & { readonly edge?: DependencyEdge }>(
      [...known, ...gates.nodes],
      [...gates.edges, ...declaredEdges, ...named(found, false)],
    );
    return [...edges, ...outside].flatMap(({ edge }) => edge ?? []);
  } catch (error) {
    if (!(error instanceof CycleError)) throw error;
    const names = error.cycle.map((name) => (gates.nodes.has(name) ? name : describe(name)));
    throw new TruekeelError(`depend on each other in a circle: ${[...names, names[0]].join(' → ')}`, {
      code: 'DEPENDENCY_CYCLE',
      family: 'validation',
      hint: 'Remove one of these dependencies (addDependency, or the annotation truekeel.dev/after).',
    });
  }
}

/** One node for each application that another depends on, so that the edges between all their objects need not be
 * written out. No object is called like one: its name begins with a kind. */
function applicationGates(applications: readonly DesiredApplication[]): {
  readonly nodes: ReadonlySet<string>;
  readonly edges: readonly NamedEdge[];
} {
  const gate = (name: string) => `application ${name}`;
  const names = new Set(applications.map(({ name }) => name));
  const needed = new Set(
    applications.flatMap(({ dependsOn }) => dependsOn.filter((name) => names.has(name))),
  );
  const edges = applications.flatMap(({ name, dependsOn, objects }) => {
    const before = dependsOn.filter((other) => names.has(other)).map(gate);
    const own = needed.has(name) ? [gate(name)] : [];
    return [
      ...objects.flatMap(({ key }) => [
        ...before.map((to) => ({ from: formatKey(key), to, declared: true })),
        ...own.map((from) => ({ from, to: formatKey(key), declared: true })),
      ]),
      // An application without objects still passes on what it waits for.
      ...own.flatMap((from) => before.map((to) => ({ from, to, declared: true }))),
    ];
  });
  return { nodes: new Set([...needed].map(gate)), edges };
}
