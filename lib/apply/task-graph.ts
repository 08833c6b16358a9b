/** Lays out what a plan needs as tasks with edges between them: linear in changes and edges, thanks to gates that
 * stand for many objects at once. */
import type { ObjectKey, TruekeelError } from '../objects/index.ts';
import { formatKey } from '../objects/index.ts';
import type { PlannedChange } from '../plan/index.ts';
import { KeyIndex, orderGraph, reachable } from '../plan/index.ts';
import { definedGroup, deletionRank, hasPods } from './deletion-order.ts';
import type { RunContext } from './run.ts';
import {
  deleteTask,
  detachTask,
  inventoryTask,
  lastRunTask,
  outsideTask,
  standingTask,
  underwayTask,
  unplannedTask,
  writeTask,
} from './run.ts';
import type { Task, TaskEdge } from './scheduler.ts';

export interface TaskGraph {
  readonly tasks: readonly Task[];
  readonly edges: readonly TaskEdge[];
}

export function taskGraph(context: RunContext): TaskGraph {
  const builder = new GraphBuilder(context);
  builder.addChanges();
  builder.addPlanEdges();
  builder.addApplicationGates();
  builder.addDeletionOrder();
  builder.addInventories();
  return builder.finish();
}

const gate = (id: string): Task => ({ id, lane: 'urgent', mustBecomeReady: false });

const removes = ({ action }: PlannedChange) => action === 'delete' || action === 'detach';

/** An edge between tasks that are known by their places. One that is not firm gives way where it would close a cycle. */
interface Edge extends TaskEdge {
  readonly firm: boolean;
}

/** One object, and what becomes of it. */
interface Entry {
  readonly key: ObjectKey;
  readonly change: PlannedChange | undefined;
  /** The task that stands for it, once there is one. */
  task: number | undefined;
  /** The task that waits for what the object needs: the first half of a replacement, else the same. */
  first: number | undefined;
  /** Whether it waits for other objects. */
  waits: boolean;
}

class GraphBuilder {
  readonly #tasks: Task[] = [];
  readonly #edges: Edge[] = [];
  readonly #context: RunContext;
  readonly #objects = new KeyIndex();
  readonly #entries: Entry[] = [];
  /** Every object that the plan has a change for, unchanged ones included. */
  readonly #changed: readonly Entry[];
  readonly #active: readonly Entry[];
  readonly #errors = new Map<number, TruekeelError>();
  readonly #byApplication: ReadonlyMap<string, readonly Entry[]>;
  /** API groups of definitions that go. */
  readonly #leavingGroups: ReadonlySet<string>;
  /** Whether some edge may have to give way. */
  #mayTangle = false;

  constructor(context: RunContext) {
    this.#context = context;
    this.#changed = context.plan.changes.map((change) => this.#entry(change.key, change));
    this.#active = this.#changed.filter(
      ({ change }) => change?.action !== 'none' || change.hook === 'to-run',
    );
    this.#leavingGroups = new Set(
      this.#active.flatMap(({ key, change }) =>
        change?.action === 'delete' ? (definedGroup(key) ?? []) : [],
      ),
    );
    this.#byApplication = Map.groupBy(this.#active, ({ change }) => change?.application ?? '');
    for (const error of context.plan.errors) {
      if (error.key) this.#errors.set(this.#objects.add(error.key), error);
    }
  }

  finish(): TaskGraph {
    const edges = this.#mayTangle ? orderGraph(this.#tasks.length, this.#edges).edges : this.#edges;
    return { tasks: this.#tasks, edges };
  }

  #entry(key: ObjectKey, change?: PlannedChange): Entry {
    const number = this.#objects.add(key);
    this.#entries[number] ??= { key, change, task: undefined, first: undefined, waits: false };
    return this.#entries[number];
  }

  #find(key: ObjectKey): Entry | undefined {
    const number = this.#objects.find(key);
    return number === undefined ? undefined : this.#entries[number];
  }

  #add(task: Task): number {
    return this.#tasks.push(task) - 1;
  }

  #edge(from: number | undefined, to: number | undefined, until: TaskEdge['until']): void {
    if (from !== undefined && to !== undefined) this.#edges.push({ from, to, until, firm: true });
  }

  #looseEdge(from: number | undefined, to: number | undefined, until: TaskEdge['until']): void {
    if (from === undefined || to === undefined) return;
    this.#edges.push({ from, to, until, firm: false });
    this.#mayTangle = true;
  }

  addChanges(): void {
    const context = this.#context;
    const newKinds = this.#objectsOfNewKinds();
    const lastRanks = this.#lastRanks();
    for (const entry of this.#active) {
      const { change } = entry;
      if (change === undefined) continue;
      if (change.action === 'none') entry.task = this.#add(underwayTask(context, change));
      else if (change.action === 'delete') {
        const { application } = change;
        const isFollowed =
          this.#rankOf(entry) !== lastRanks.get(application) ||
          context.applications.get(application)?.dependsOn.some((other) => lastRanks.has(other));
        const propagation = hasPods(change.key) && isFollowed ? 'Foreground' : 'Background';
        entry.task = this.#add(deleteTask(context, change, { propagation }));
        this.#addLastRun(entry.task, change);
      } else if (change.action === 'detach') entry.task = this.#add(detachTask(context, change));
      else entry.task = this.#add(writeTask(context, change, { isNewKind: newKinds.has(entry) }));
      entry.first = entry.task;
      if (change.action === 'replace') {
        const half = `${formatKey(change.key)} (delete)`;
        // Two runs of a hook do not overlap.
        const propagation = change.hook ? 'Foreground' : 'Background';
        entry.first = this.#add(deleteTask(context, change, { half, propagation }));
        this.#addLastRun(entry.first, change);
        this.#edge(entry.task, entry.first, 'ready');
      }
    }
  }

  #addLastRun(task: number, change: PlannedChange): void {
    if (change.hook) this.#edge(task, this.#add(lastRunTask(this.#context, change)), 'ready');
  }

  #rankOf({ key }: Entry): number {
    return deletionRank(key, this.#leavingGroups);
  }

  /** In each application, the rank after which nothing is deleted any more. */
  #lastRanks(): ReadonlyMap<string, number> {
    const ranks = new Map<string, number>();
    for (const entry of this.#active) {
      const { change } = entry;
      if (change?.action !== 'delete') continue;
      const { application } = change;
      ranks.set(application, Math.max(ranks.get(application) ?? 0, this.#rankOf(entry)));
    }
    return ranks;
  }

  /** Objects whose kind is not sure to be served: its definition is written in this run, or was a moment ago. */
  #objectsOfNewKinds(): ReadonlySet<Entry | undefined> {
    const isDefinition = ({ kind }: ObjectKey) => kind === 'CustomResourceDefinition';
    return new Set(
      this.#context.plan.edges.flatMap(({ from, to }) => (isDefinition(to) ? [this.#find(from)] : [])),
    );
  }

  addPlanEdges(): void {
    let waiting: Entry | undefined;
    for (const { from, to, until } of this.#context.plan.edges) {
      // Edges of one object mostly follow each other.
      if (waiting?.key !== from) waiting = this.#find(from);
      if (waiting?.task === undefined) continue;
      const needed = this.#entry(to);
      // What is going to be deleted is there as yet, and goes when this is written.
      if (needed.change && removes(needed.change)) continue;
      waiting.waits = true;
      this.#edge(waiting.first, this.#ensure(needed), until);
    }
  }

  /** The task of an object that others wait for, also when it is not written in this run. */
  #ensure(entry: Entry): number {
    entry.task ??= this.#add(this.#idle(entry));
    return entry.task;
  }

  #idle({ key, change }: Entry): Task {
    const error = this.#errors.get(this.#objects.add(key));
    if (change) return standingTask(this.#context, change);
    return error ? unplannedTask(error, formatKey(key)) : outsideTask(this.#context, key);
  }

  /** An application starts when those that it depends on are ready; unchanged objects count, too. */
  addApplicationGates(): void {
    const { applications } = this.#context;
    const gates = new Map<string, number>();
    const gateOf = (name: string): number => {
      const known = gates.get(name);
      if (known !== undefined) return known;
      const id = this.#add(gate(`application ${name}`));
      gates.set(name, id);
      return id;
    };
    const above = (name: string) =>
      (applications.get(name)?.dependsOn ?? []).filter((other) => applications.has(other));
    for (const [name, entries] of this.#byApplication) {
      const own = entries.filter(({ change }) => change && !removes(change));
      if (own.length === 0) continue;
      for (const id of above(name).map(gateOf)) for (const { first } of own) this.#edge(first, id, 'ready');
    }
    if (gates.size === 0) return;
    const all = Map.groupBy(this.#changed, ({ change }) => change?.application ?? '');
    // Gates are added while their members are: those that depend on others in their turn.
    for (const [name, id] of gates) {
      for (const entry of all.get(name) ?? []) {
        if (entry.change && !removes(entry.change)) this.#edge(id, this.#ensure(entry), 'ready');
      }
      for (const other of above(name)) this.#edge(id, gateOf(other), 'ready');
    }
  }

  /** Deletes come after the writes of their application (ready, if the run waits), in the order of their kinds, each kind
   * once those that may need it are gone; and in the reverse order of applications. What could not be planned counts as
   * a write that failed: it may be what takes the place of what is to be deleted. */
  addDeletionOrder(): void {
    const { applications, wait } = this.#context;
    const ends = new Map<string, number>();
    const starts = new Map<string, number>();
    const leaving = this.#active.filter(({ change }) => change && removes(change));
    if (leaving.length === 0) return;
    const removing = new Set(leaving.map(({ change }) => change?.application));
    for (const [name, entries] of this.#byApplication) {
      const own = entries.filter(({ change }) => change && removes(change));
      if (own.length === 0) continue;
      const start = this.#add(gate(`writes of ${name}`));
      starts.set(name, start);
      for (const { change, task } of entries) {
        if (change && !removes(change)) this.#edge(start, task, wait ? 'ready' : 'present');
      }
      for (const task of this.#unplanned(name)) this.#edge(start, task, 'present');
      this.#chainRanks(own, start);
      // Nobody is to wait for the last ones to be gone but those who need to know.
      if (!applications.get(name)?.dependsOn.some((other) => removing.has(other))) continue;
      const end = this.#add(gate(`deletes of ${name}`));
      for (const { task } of own) this.#edge(end, task, 'ready');
      ends.set(name, end);
    }
    for (const [name, end] of ends) {
      for (const other of applications.get(name)?.dependsOn ?? [])
        this.#edge(starts.get(other), end, 'ready');
    }
    this.#addKnownNeeds(leaving);
  }

  /** Objects of an application that are in the program and could not be planned, as tasks that fail. */
  #unplanned(application: string): readonly number[] {
    if (this.#errors.size === 0) return [];
    return (this.#context.applications.get(application)?.objects ?? []).flatMap(({ key }) => {
      const number = this.#objects.find(key);
      return number === undefined || !this.#errors.has(number) ? [] : [this.#ensure(this.#entry(key))];
    });
  }

  #chainRanks(own: readonly Entry[], start: number): void {
    const ranks = [...Map.groupBy(own, (entry) => this.#rankOf(entry))].sort(([a], [b]) => a - b);
    let previous = start;
    for (const [index, [rank, members]] of ranks.entries()) {
      for (const { task } of members) this.#edge(task, previous, 'present');
      if (index === ranks.length - 1) break;
      previous = this.#add(gate(`deletes after rank ${rank}`));
      for (const { task } of members) this.#edge(previous, task, 'ready');
    }
  }

  /** What is known of objects that leave without their content: what they said themselves, where they lie, of what kind
   * they are. Across applications, too, as far as these do not say the opposite. */
  #addKnownNeeds(leaving: readonly Entry[]): void {
    for (const { from, to } of this.#context.plan.formerEdges) {
      this.#looseEdge(this.#find(to)?.task, this.#find(from)?.task, 'ready');
    }
    const definitions = Map.groupBy(leaving, ({ key }) => definedGroup(key) ?? '');
    for (const { key, change, task } of leaving) {
      const namespace = { group: '', kind: 'Namespace', namespace: '', name: key.namespace };
      const holders = [
        ...(key.namespace === '' ? [] : [this.#find(namespace)]),
        ...(key.group === '' ? [] : (definitions.get(key.group) ?? [])),
      ];
      for (const holder of holders) {
        if (!holder?.change || !removes(holder.change)) continue;
        // Within one application the ranks say so.
        if (holder.change.application !== change?.application) this.#looseEdge(holder.task, task, 'ready');
      }
    }
  }

  /** Nothing of an application is written before its inventory says so; but what the inventory itself needs, the
   * namespace that it is in, comes first. */
  addInventories(): void {
    const inventories = this.#context.plan.inventories.flatMap((inventory) => {
      const own = this.#byApplication.get(inventory.application) ?? [];
      if (inventory.leaving || (own.length === 0 && !inventory.isLost)) return [];
      const host = this.#find({ group: '', kind: 'Namespace', namespace: '', name: inventory.namespace });
      const isWritten = host?.task !== undefined && !(host.change && removes(host.change));
      return [{ inventory, own, host: isWritten ? host : undefined }];
    });
    const early = new Set(
      inventories.flatMap(({ host }) => [host?.task, host?.first].filter((task) => task !== undefined)),
    );
    const needy = inventories.flatMap(({ inventory, host }) =>
      host?.task !== undefined && this.#mayNeed(host, inventory.application) ? [host.task] : [],
    );
    if (needy.length > 0) {
      for (const task of reachable(this.#tasks.length, this.#edges, needy)) early.add(task);
    }
    for (const { inventory, own, host } of inventories) {
      const id = this.#add(inventoryTask(this.#context, inventory));
      this.#edge(id, host?.task, 'present');
      for (const entry of own) {
        const { first = -1 } = entry;
        if (entry === host) continue;
        if (early.has(first)) this.#looseEdge(first, id, 'present');
        else this.#edge(first, id, 'present');
      }
    }
  }

  /** Whether a namespace can need an object of an application: if it waits for objects, or, being another application's,
   * for applications. What its own application waits for needs nothing of that. */
  #mayNeed({ change, waits }: Entry, application: string): boolean {
    const owner = change?.application ?? '';
    const dependsOn = this.#context.applications.get(owner)?.dependsOn ?? [];
    return waits || (owner !== application && dependsOn.length > 0);
  }
}
