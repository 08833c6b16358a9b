/** Runs tasks in the order of their edges, as many at a time as the limit allows. A task is *present* once it has been
 * carried out, and *ready* once what it made is; edges wait for one or the other. Waiting for readiness holds no slot, so
 * a slow object keeps back those that need it, and nobody else. */
import type { AdaptiveLimit } from './concurrency.ts';
import { type Lane, Lanes } from './lanes.ts';

export interface Task {
  readonly id: string;
  readonly lane: Lane;
  /** Carries the task out; absent for what only ties others together. */
  run?(): Promise<void>;
  /** Resolves when it is ready. Called after `run`, when somebody needs to know. Absent: as soon as it is present. */
  awaitReady?(): Promise<void>;
  /** Whether readiness is of interest even when no other task waits for it. */
  readonly mustBecomeReady: boolean;
}

/** Tasks are meant by their places in the list of tasks: `from` waits for `to`. */
export interface TaskEdge {
  readonly from: number;
  readonly to: number;
  readonly until: 'present' | 'ready';
}

export interface SchedulerObserver {
  /** `run` or `awaitReady` rejected. */
  failed(task: Task, error: unknown, stage: 'run' | 'ready'): void;
  /** Not run, because of a task that failed or was skipped itself. */
  skipped(task: Task, because: Task): void;
  /** Not run, because the whole was stopped. */
  stopped(task: Task): void;
}

interface Node {
  readonly task: Task;
  /** Edges that are not met yet. */
  waitsFor: number;
  readonly onPresent: Node[];
  readonly onReady: Node[];
  state: 'waiting' | 'queued' | 'running' | 'present' | 'ready' | 'failed' | 'skipped';
}

export class Scheduler {
  readonly #nodes: readonly Node[];
  readonly #lanes = new Lanes<Node>();
  /** What has nothing to carry out needs no slot either. */
  readonly #passing: Node[] = [];
  readonly #limit: AdaptiveLimit;
  readonly #observer: SchedulerObserver;
  readonly #done = Promise.withResolvers<void>();
  #running = 0;
  #awaiting = 0;
  #stopped = false;

  constructor(
    tasks: readonly Task[],
    edges: Iterable<TaskEdge>,
    limit: AdaptiveLimit,
    observer: SchedulerObserver,
  ) {
    this.#limit = limit;
    this.#observer = observer;
    this.#nodes = tasks.map((task) => ({
      task,
      waitsFor: 0,
      onPresent: [],
      onReady: [],
      state: 'waiting',
    }));
    for (const { from, to, until } of edges) {
      const [node, before] = [this.#nodes[from], this.#nodes[to]];
      if (!node || !before || node === before) continue;
      node.waitsFor += 1;
      (until === 'ready' ? before.onReady : before.onPresent).push(node);
    }
  }

  /** Resolves when every task has ended, one way or another. */
  run(): Promise<void> {
    for (const node of this.#nodes) if (node.waitsFor === 0) this.#enqueue(node);
    this.#pump();
    return this.#done.promise;
  }

  /** Starts nothing any more. What runs is finished; what is awaited has to end by itself. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const node of this.#nodes) {
      if (node.state !== 'waiting' && node.state !== 'queued') continue;
      node.state = 'skipped';
      this.#observer.stopped(node.task);
    }
    this.#pump();
  }

  #enqueue(node: Node): void {
    node.state = 'queued';
    if (node.task.run) this.#lanes.add(node.task.lane, node);
    else this.#passing.push(node);
  }

  #pump(): void {
    while (!this.#stopped) {
      const passing = this.#passing.pop();
      if (passing) {
        this.#becamePresent(passing);
        continue;
      }
      const node = this.#running < this.#limit.value ? this.#lanes.take(this.#limit.value) : undefined;
      if (!node?.task.run) break;
      void this.#start(node, node.task.run.bind(node.task));
    }
    const isIdle = this.#running === 0 && this.#awaiting === 0;
    if (isIdle && (this.#stopped || this.#lanes.size === 0)) this.#finish();
  }

  #finish(): void {
    const stuck = this.#nodes.find(({ state }) => state === 'waiting');
    if (stuck) this.#done.reject(new Error(`${stuck.task.id} waits for something that never comes`));
    else this.#done.resolve();
  }

  async #start(node: Node, run: () => Promise<void>): Promise<void> {
    node.state = 'running';
    this.#running += 1;
    let failure: { readonly error: unknown } | undefined;
    try {
      await run();
    } catch (error) {
      failure = { error };
    }
    this.#running -= 1;
    this.#lanes.ended(node.task.lane);
    if (failure) this.#fail(node, failure.error, 'run');
    else this.#becamePresent(node);
    this.#pump();
  }

  #becamePresent(node: Node): void {
    node.state = 'present';
    for (const dependent of node.onPresent) this.#release(dependent);
    const { task } = node;
    if (!task.awaitReady) this.#becameReady(node);
    else if (task.mustBecomeReady || node.onReady.length > 0)
      void this.#await(node, task.awaitReady.bind(task));
  }

  async #await(node: Node, awaitReady: () => Promise<void>): Promise<void> {
    this.#awaiting += 1;
    try {
      await awaitReady();
      this.#awaiting -= 1;
      this.#becameReady(node);
    } catch (error) {
      this.#awaiting -= 1;
      this.#fail(node, error, 'ready');
    }
    this.#pump();
  }

  #becameReady(node: Node): void {
    node.state = 'ready';
    for (const dependent of node.onReady) this.#release(dependent);
  }

  #release(node: Node): void {
    node.waitsFor -= 1;
    if (node.waitsFor === 0 && node.state === 'waiting') this.#enqueue(node);
  }

  #fail(node: Node, error: unknown, stage: 'run' | 'ready'): void {
    node.state = 'failed';
    this.#observer.failed(node.task, error, stage);
    this.#skipDependents(node, stage === 'run' ? [...node.onPresent, ...node.onReady] : node.onReady);
  }

  #skipDependents(cause: Node, dependents: readonly Node[]): void {
    const queue = dependents.map((node) => ({ node, cause }));
    for (let next = 0; next < queue.length; next += 1) {
      const { node, cause: because } = queue[next]!;
      if (node.state !== 'waiting') continue;
      node.state = 'skipped';
      this.#observer.skipped(node.task, because.task);
      for (const after of [...node.onPresent, ...node.onReady])
        queue.push({ node: after, cause: node.task.run ? node : because });
    }
  }
}
