/** Lays out what a plan needs as tasks with edges between them: linear in changes and edges, thanks to gates that
 * stand for many objects at once. */
import type { ObjectKey } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import type { PlannedChange } from '../plan/index.ts';
import { deletionRank, needsOthersGone } from './deletion-order.ts';
import type { RunContext } from './run.ts';
import {
  deleteTask,
  detachTask,
  inventoryTask,
  outsideTask,
  standingTask,
  unplannedTask,
  writeTask,
} from './run.ts';
import type { Task, TaskEdge } from './scheduler.ts';

export interface TaskGraph {
  readonly tasks: readonly Task[];
  readonly edges: readonly TaskEdge[];
}

const gate = (id: string): Task => ({ id, lane: 'urgent', mustBecomeReady: false });

export function taskGraph(context: RunContext): TaskGraph {
  const { plan } = context;
  const active = plan.changes.filter(({ action }) => action !== 'none');
  const builder = new GraphBuilder(context, active);
  builder.addChanges();
  builder.addPlanEdges();
  builder.addApplicationGates();
  builder.addDeletionOrder();
  builder.addInventories();
  return { tasks: [...builder.tasks.values()], edges: builder.edges };
}

const isWrite = ({ action }: PlannedChange) => action !== 'delete' && action !== 'detach';

class GraphBuilder {
  readonly tasks = new Map<string, Task>();
  readonly edges: TaskEdge[] = [];
  readonly #context: RunContext;
  readonly #active: readonly PlannedChange[];
  readonly #byKey: ReadonlyMap<string, PlannedChange>;

  constructor(context: RunContext, active: readonly PlannedChange[]) {
    this.#context = context;
    this.#active = active;
    this.#byKey = new Map(context.plan.changes.map((change) => [formatKey(change.key), change]));
  }

  #add(task: Task): void {
    this.tasks.set(task.id, task);
  }

  #edge(from: string, to: string, until: TaskEdge['until']): void {
    this.edges.push({ from, to, until });
  }

  addChanges(): void {
    const context = this.#context;
    const newKinds = this.#keysOfNewKinds();
    for (const change of this.#active) {
      const id = formatKey(change.key);
      if (change.action === 'delete') this.#add(deleteTask(context, change));
      else if (change.action === 'detach') this.#add(detachTask(context, change));
      else this.#add(writeTask(context, change, { isNewKind: newKinds.has(id) }));
      if (change.action === 'replace') {
        const half = { id: `${id} (delete)` };
        this.#add(deleteTask(context, change, half));
        this.#edge(id, half.id, 'ready');
      }
    }
  }

  /** Objects whose kind is defined by what this run writes. */
  #keysOfNewKinds(): ReadonlySet<string> {
    const isDefinition = ({ kind }: ObjectKey) => kind === 'CustomResourceDefinition';
    return new Set(
      this.#context.plan.edges.flatMap(({ from, to }) => (isDefinition(to) ? [formatKey(from)] : [])),
    );
  }

  addPlanEdges(): void {
    for (const { from, to, until } of this.#context.plan.edges) {
      const [id, target] = [formatKey(from), formatKey(to)];
      if (!this.tasks.has(id)) continue;
      this.#ensure(to, target);
      this.#edge(id, target, until);
    }
  }

  /** What others wait for and that is not written in this run. */
  #ensure(key: ObjectKey, id: string): void {
    if (this.tasks.has(id)) return;
    const change = this.#byKey.get(id);
    const error = this.#context.plan.errors.find((e) => e.key && formatKey(e.key) === id);
    if (change) this.#add(standingTask(this.#context, change));
    else if (error) this.#add(unplannedTask(error, id));
    else this.#add(outsideTask(this.#context, key));
  }

  /** An application starts when those that it depends on are ready; unchanged objects count, too. */
  addApplicationGates(): void {
    const { plan, applications } = this.#context;
    const changes = Map.groupBy(plan.changes, ({ application }) => application);
    const writes = Map.groupBy(this.#active.filter(isWrite), ({ application }) => application);
    const added = new Set<string>();
    const add = (name: string): string => {
      const id = `application ${name}`;
      if (added.has(name)) return id;
      added.add(name);
      this.#add(gate(id));
      for (const { key, action } of changes.get(name) ?? []) {
        if (action === 'delete' || action === 'detach') continue;
        this.#ensure(key, formatKey(key));
        this.#edge(id, formatKey(key), 'ready');
      }
      for (const other of applications.get(name)?.dependsOn ?? []) {
        if (applications.has(other)) this.#edge(id, add(other), 'ready');
      }
      return id;
    };
    for (const [name, own] of writes) {
      for (const other of applications.get(name)?.dependsOn ?? []) {
        if (!applications.has(other)) continue;
        const id = add(other);
        for (const { key } of own) this.#edge(formatKey(key), id, 'ready');
      }
    }
  }

  /** Deletes come after the writes of their application (ready, if the run waits), in the order of their kinds, and
   * in the reverse order of applications. What could not be planned counts as a write that failed: it may be what takes
   * the place of what is to be deleted. */
  addDeletionOrder(): void {
    const { applications, wait } = this.#context;
    const byApplication = Map.groupBy(this.#active, ({ application }) => application);
    const removals = new Set<string>();
    for (const [name, changes] of byApplication) {
      const own = changes.filter((change) => !isWrite(change));
      if (own.length === 0) continue;
      removals.add(name);
      const before = gate(`writes of ${name}`);
      this.#add(before);
      for (const { key } of changes.filter(isWrite)) {
        this.#edge(before.id, formatKey(key), wait ? 'ready' : 'present');
      }
      for (const id of this.#unplanned(name)) this.#edge(before.id, id, 'present');
      this.#chainRanks(name, own, before.id);
    }
    for (const { name, dependsOn } of applications.values()) {
      if (!removals.has(name)) continue;
      for (const other of dependsOn) {
        if (removals.has(other)) this.#edge(`writes of ${other}`, `deletes of ${name}`, 'present');
      }
    }
  }

  /** Objects of an application that are in the program and could not be planned, as tasks that fail. */
  #unplanned(application: string): readonly string[] {
    const { plan, applications } = this.#context;
    if (plan.errors.length === 0) return [];
    const errors = new Map(
      plan.errors.flatMap((error) => (error.key ? [[formatKey(error.key), error] as const] : [])),
    );
    return (applications.get(application)?.objects ?? []).flatMap(({ key }) => {
      const id = formatKey(key);
      const error = errors.get(id);
      if (!error) return [];
      if (!this.tasks.has(id)) this.#add(unplannedTask(error, id));
      return [id];
    });
  }

  #chainRanks(name: string, own: readonly PlannedChange[], start: string): void {
    const ranks = [...Map.groupBy(own, ({ key }) => deletionRank(key))].sort(([a], [b]) => a - b);
    let previous = start;
    for (const [index, [, members]] of ranks.entries()) {
      const next = ranks[index + 1]?.[0];
      const end = gate(next === undefined ? `deletes of ${name}` : `deletes of ${name} before rank ${next}`);
      this.#add(end);
      for (const { key, action } of members) {
        this.#edge(formatKey(key), previous, 'present');
        const gone = action === 'delete' && next !== undefined && needsOthersGone(next);
        this.#edge(end.id, formatKey(key), gone ? 'ready' : 'present');
      }
      previous = end.id;
    }
  }

  /** Nothing of an application is written before its inventory says so; but what the inventory itself needs, the
   * namespace that it is in, comes first. */
  addInventories(): void {
    const byApplication = Map.groupBy(this.#active, ({ application }) => application);
    const before = Map.groupBy(this.edges, ({ from }) => from);
    for (const inventory of this.#context.plan.inventories) {
      const own = byApplication.get(inventory.application);
      if (!own || inventory.leaving) continue;
      const task = inventoryTask(this.#context, inventory);
      this.#add(task);
      const host = formatKey({ group: '', kind: 'Namespace', namespace: '', name: inventory.namespace });
      const first = this.tasks.has(host) ? reachable(host, before) : new Set<string>();
      if (first.size > 0) this.#edge(task.id, host, 'present');
      for (const { key } of own) {
        if (!first.has(formatKey(key))) this.#edge(formatKey(key), task.id, 'present');
      }
    }
  }
}

/** A task and all that it waits for. */
function reachable(start: string, before: ReadonlyMap<string, readonly TaskEdge[]>): ReadonlySet<string> {
  const seen = new Set([start]);
  for (const id of seen) for (const { to } of before.get(id) ?? []) seen.add(to);
  return seen;
}
