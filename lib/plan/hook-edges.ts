/** The edges that hooks add: nothing of an application is written before its hooks have run that come before it, but for
 * what these need themselves; and those that come after it wait for all of it. Pure. */
import type { DependencyEdge } from '../objects/index.ts';
import { type GraphEdge, orderGraph } from './graph.ts';
import type { KeyIndex } from './key-index.ts';
import type { PlannedChange } from './plan.ts';

interface HookEdge extends GraphEdge {
  /** The object that waits for the hooks of a gate, or that they wait for. */
  readonly object?: number;
}

const isLeaving = ({ action }: PlannedChange) => action === 'delete' || action === 'detach';
const isDue = ({ hook }: PlannedChange) => hook === 'to-run';

/** @param edges that hold already */
export function hookEdges(
  objects: KeyIndex,
  changes: readonly PlannedChange[],
  edges: readonly DependencyEdge[],
): readonly DependencyEdge[] {
  if (!changes.some(isDue)) return [];
  const gates = [...Map.groupBy(changes, ({ application }) => application).values()]
    .filter((own) => own.some(isDue))
    .flatMap((own) => [gateBefore(own), gateAfter(own)])
    .filter(({ hooks }) => hooks.length > 0);
  const number = ({ key }: PlannedChange) => objects.find(key) ?? -1;
  const all: HookEdge[] = edges.flatMap((edge) => {
    const [from, to] = [objects.find(edge.from), objects.find(edge.to)];
    return from === undefined || to === undefined ? [] : [{ from, to, firm: true }];
  });
  for (const [index, { hooks, others, comes }] of gates.entries()) {
    const gate = objects.size + index;
    const lead = (a: number, b: number) => (comes === 'before' ? { from: a, to: b } : { from: b, to: a });
    for (const hook of hooks) all.push({ ...lead(gate, number(hook)), firm: true });
    // What a hook needs itself cannot wait for it: that edge gives way, being the one that is not firm.
    for (const other of others) {
      all.push({ ...lead(number(other), gate), firm: false, object: number(other) });
    }
  }
  const kept = orderGraph(objects.size + gates.length, all).edges;
  return kept.flatMap(({ from, to, object }) => {
    if (object === undefined) return [];
    const { hooks, comes } = gates[Math.max(from, to) - objects.size]!;
    const key = objects.keys[object]!;
    return hooks.map((hook): DependencyEdge => {
      const ends = comes === 'before' ? { from: key, to: hook.key } : { from: hook.key, to: key };
      return { ...ends, until: 'ready' };
    });
  });
}

interface Gate {
  readonly comes: 'before' | 'after';
  readonly hooks: readonly PlannedChange[];
  readonly others: readonly PlannedChange[];
}

/** @param own changes of one application */
function gateBefore(own: readonly PlannedChange[]): Gate {
  const isHere = ({ desired }: PlannedChange) => desired?.hook?.place === 'before';
  return {
    comes: 'before',
    hooks: own.filter((change) => isHere(change) && isDue(change)),
    others: own.filter(
      (change) => !isHere(change) && !isLeaving(change) && (change.action !== 'none' || isDue(change)),
    ),
  };
}

/** @param own changes of one application */
function gateAfter(own: readonly PlannedChange[]): Gate {
  const isHere = ({ desired }: PlannedChange) => desired?.hook?.place === 'after';
  return {
    comes: 'after',
    hooks: own.filter((change) => isHere(change) && isDue(change) && change.action !== 'none'),
    others: own.filter((change) => !isHere(change) && !isLeaving(change) && change.hook !== 'has-run'),
  };
}
