/** The order of objects: by what people declared, what was found in the objects, and what applications wait for. */
import type { DependencyEdge, DesiredApplication } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import type { FoundEdge } from './edges/index.ts';
import { CycleError, type GraphEdge, orderGraph } from './graph.ts';
import type { KeyIndex } from './key-index.ts';
import type { DroppedEdge } from './plan.ts';

export interface OrderInput {
  /** Every object of the plan. */
  readonly objects: KeyIndex;
  readonly declared: readonly DependencyEdge[];
  readonly found: readonly FoundEdge[];
  readonly applications: readonly DesiredApplication[];
  /** Whether an object, by its number, is not there yet. */
  readonly isNew: (object: number) => boolean;
  /** What it is called in front of people. */
  readonly describe: (object: number) => string;
}

export interface ObjectOrder {
  /** The edges that hold. */
  readonly edges: readonly DependencyEdge[];
  /** Found edges that would have closed a cycle. */
  readonly dropped: readonly DroppedEdge[];
}

interface ObjectEdge extends GraphEdge {
  /** undefined for what keeps applications apart. */
  readonly until: DependencyEdge['until'] | undefined;
}

/** Finds out which edges hold. All of an application comes before all of one that depends on it.
 *
 * Edges that were found give way to those that people declared, but for those without which the API server would not
 * take an object at all: that its namespace, or the definition of its kind, is made before it.
 *
 * @throws TruekeelError `DEPENDENCY_CYCLE` when people declared a cycle, or something impossible */
export function orderObjects(input: OrderInput): ObjectOrder {
  const { objects, applications } = input;
  const gates = new ApplicationGates(objects.size, applications);
  const edges = [...gates.edges(objects)];
  // What people declared may lead to objects outside of the plan: those edges stay, and cannot be part of a cycle.
  const outside: DependencyEdge[] = [];
  for (const edge of input.declared) {
    const from = objects.find(edge.from);
    const to = objects.find(edge.to);
    if (from === undefined) continue;
    if (to === undefined) outside.push(edge);
    else edges.push({ from, to, firm: true, until: edge.until });
  }
  for (const { from, to, until, isVital } of input.found) {
    edges.push({ from, to, firm: isVital && input.isNew(to), until });
  }
  const nameOf = (node: number | '…') =>
    node === '…' ? node : node < objects.size ? input.describe(node) : gates.nameOf(node);
  const { keys } = objects;
  const between = ({ from, to, until }: ObjectEdge): readonly DependencyEdge[] =>
    until === undefined ? [] : [{ from: keys[from]!, to: keys[to]!, until }];
  try {
    const order = orderGraph(objects.size + gates.size, edges);
    return {
      edges: [...order.edges.flatMap(between), ...outside],
      dropped: order.dropped.flatMap(({ edge, cycle }) =>
        between(edge).map((needed) => ({ ...needed, circle: circle(cycle.map(nameOf)) })),
      ),
    };
  } catch (error) {
    if (!(error instanceof CycleError)) throw error;
    throw new TruekeelError(`depend on each other in a circle: ${circle(error.cycle.map(nameOf))}`, {
      code: 'DEPENDENCY_CYCLE',
      family: 'validation',
      hint: 'Remove one of these dependencies (addDependency, or the annotation truekeel.dev/after).',
    });
  }
}

function circle(names: readonly string[]): string {
  return [...names, names[0]].join(' → ');
}

/** One node for each application that another depends on, so that the edges between all their objects need not be
 * written out. */
class ApplicationGates {
  readonly #applications: readonly DesiredApplication[];
  readonly #gates = new Map<string, number>();
  readonly #names: string[] = [];
  readonly #first: number;

  /** @param first the number of the first gate */
  constructor(first: number, applications: readonly DesiredApplication[]) {
    this.#first = first;
    this.#applications = applications;
    const known = new Set(applications.map(({ name }) => name));
    for (const { dependsOn } of applications) {
      for (const name of dependsOn) {
        if (!known.has(name) || this.#gates.has(name)) continue;
        this.#gates.set(name, first + this.#names.length);
        this.#names.push(name);
      }
    }
  }

  get size(): number {
    return this.#names.length;
  }

  nameOf(node: number): string {
    return `application ${this.#names[node - this.#first]}`;
  }

  *edges(objects: KeyIndex): Iterable<ObjectEdge> {
    for (const { name, dependsOn, objects: own } of this.#applications) {
      const gate = this.#gates.get(name);
      const before = dependsOn.flatMap((other) => this.#gates.get(other) ?? []);
      if (gate === undefined && before.length === 0) continue;
      for (const { key } of own) {
        const object = objects.find(key);
        if (object === undefined) continue;
        for (const to of before) yield { from: object, to, firm: true, until: undefined };
        if (gate !== undefined) yield { from: gate, to: object, firm: true, until: undefined };
      }
      // An application without objects still passes on what it waits for.
      if (gate !== undefined) for (const to of before) yield { from: gate, to, firm: true, until: undefined };
    }
  }
}
