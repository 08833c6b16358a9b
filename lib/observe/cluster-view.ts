/** What a program that holds watches knows of a cluster: what shall be there, what is, and where the two differ, kept up to
 * date as either changes. It answers plans from memory, and says when something is no longer as it shall be. */
import type { Clock, KubeClient, MemoryChange } from '../kube/index.ts';
import type { DesiredApplication, ObjectMetadata } from '../objects/index.ts';
import { formatKey, keyOf } from '../objects/index.ts';
import type { LiveAnswer, LiveQuestion, LiveView, PlannedChange } from '../plan/index.ts';
import type { About } from './answer.ts';
import { answer } from './answer.ts';
import type { Expected } from './expectations.ts';
import { acceptedState, Expectations, isAsExpected, isAsWritten } from './expectations.ts';
import type { FollowEvent, Follower } from './follow.ts';
import { follow } from './follow.ts';
import { InventoryWatch } from './inventory-watch.ts';
import { Members } from './members.ts';
import type { Observation } from './observation.ts';
import { observationOf } from './observation.ts';
import { Scopes } from './scopes.ts';

export interface ClusterViewOptions {
  readonly signal?: AbortSignal;
  readonly clock?: Clock;
  /** As `environmentId` gives it. */
  readonly environment: string;
  /** Called at once for an object that was as it shall be and is so no more; and for one that somebody changed while a
   * plan or a write dealt with an earlier state of it.
   * @param name as `formatKey` writes it */
  readonly onUnsettled: (name: string) => void;
}

/** What happens to the watches themselves. */
export type ViewEvent = Exclude<FollowEvent, { readonly type: 'observed' | 'removed' }>;

export class ClusterView implements LiveView {
  readonly #client: KubeClient;
  readonly #options: ClusterViewOptions;
  readonly #follower: Follower;
  readonly #scopes: Scopes;
  readonly #expectations = new Expectations();
  readonly #members = new Members();
  readonly #inventories: InventoryWatch;
  /** Id of the inventory that the objects of an application shall belong to. */
  readonly #homes = new Map<string, string>();
  /** Whole metadata of objects that have drifted, it seems: as a rule of none. */
  readonly #metadata = new Map<string, ObjectMetadata>();
  readonly #readers = new Set<() => void>();

  constructor(client: KubeClient, options: ClusterViewOptions) {
    const { signal, clock, environment } = options;
    this.#client = client;
    this.#options = options;
    this.#inventories = new InventoryWatch(environment);
    this.#follower = follow(client, [], {
      ...(signal && { signal }),
      ...(clock && { clock }),
      onChange: (change) => this.#onChange(change),
      onRead: () => this.#wakeReaders(),
    });
    this.#scopes = new Scopes(client, this.#follower);
  }

  /** Sets what shall be there from now on. What differs from it now is no drift: whoever sets this plans. */
  expect(applications: readonly DesiredApplication[]): void {
    for (const name of this.#expectations.replace(applications)) this.#judge(name);
    this.#scopes.outdate(applications);
  }

  /** Follows the kinds that matter now, and no others.
   * @throws KubeError when the server cannot be asked for its kinds */
  follow(): Promise<void> {
    return this.#scopes.follow(this.#inventories.all);
  }

  /** What the program has.
   * @param name as `formatKey` writes it */
  expected(name: string): Pick<Expected, 'application' | 'desired'> | undefined {
    return this.#expectations.get(name);
  }

  /** What is known of an object that carries our label.
   * @param name as `formatKey` writes it */
  live(name: string): Observation | undefined {
    return this.#follower.find(name);
  }

  /** Names of objects that are not, or may not be, as they shall be. */
  get unsettled(): ReadonlySet<string> {
    return this.#expectations.unsettled;
  }

  /** Resolves when everything that is followed has been read once, or cannot be for the moment. */
  whenRead(signal: AbortSignal): Promise<void> {
    if (!this.#follower.isReading || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      this.#readers.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Whether everything that matters is seen. */
  get isComplete(): boolean {
    return this.#scopes.isCurrent && this.#follower.isComplete;
  }

  /** What a write of ours left behind is how the object shall stay. */
  wrote(live: ObjectMetadata): void {
    const name = formatKey(keyOf(live));
    const expected = this.#expectations.get(name);
    const state = acceptedState(observationOf(live));
    // Before it is remembered, so that it is no news that it differs from what was accepted.
    if (expected && !expected.desired.hook && state.digest === expected.desired.digest)
      expected.accepted = state;
    this.#follower.note(live);
    if (!expected) return;
    this.#judge(name);
    if (isAsWritten(expected, this.#follower.find(name), this.#homeOf(expected)))
      expected.accepted = undefined;
    if (!expected.isSettled && this.#follower.find(name)) this.#tellUnsettled(name, expected);
  }

  /** What becomes of the Job of a hook is no drift: it may fail, and may go when it has run. */
  #tellUnsettled(name: string, { desired }: Expected): void {
    if (!desired.hook) this.#options.onUnsettled(name);
  }

  /** What a plan leaves alone is how it shall stay, in the version that the plan saw. */
  accept(changes: readonly PlannedChange[]): void {
    for (const { key, action, desired, live, hook } of changes) {
      const name = formatKey(key);
      const expected = this.#expectations.get(name);
      if (action !== 'none' || !expected || expected.isSettled || expected.desired !== desired) continue;
      if (hook === 'to-run') continue;
      const known = this.#follower.find(name);
      // What is there without our label is not followed: nobody would say that it is gone.
      if (!known && live) continue;
      if (!known || known.resourceVersion === live?.resourceVersion) {
        expected.accepted = acceptedState(known);
        this.#judge(name);
      } else this.#tellUnsettled(name, expected);
    }
  }

  look(question: LiveQuestion): Promise<LiveAnswer | undefined> {
    return this.#answer(question, 'everything');
  }

  /** Answers for the objects of the question alone. */
  readonly only: LiveView = { look: (question) => this.#answer(question, 'these objects') };

  close(): void {
    this.#follower.close();
  }

  /** To be read by one loop: the watches go on as it reads. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ViewEvent> {
    for await (const event of this.#follower) {
      if (event.type === 'observed' || event.type === 'removed') continue;
      if (event.type === 'failed') this.#scopes.failed(event.scope, event.error);
      if (!this.#follower.isReading) this.#wakeReaders();
      yield event;
    }
  }

  #wakeReaders(): void {
    for (const resolve of this.#readers) resolve();
    this.#readers.clear();
  }

  async #answer(question: LiveQuestion, about: About): Promise<LiveAnswer | undefined> {
    if (question.environment !== this.#options.environment) return undefined;
    if (!this.#scopes.isCurrent) await this.follow();
    if (!this.isComplete) return undefined;
    const known = await answer(
      {
        client: this.#client,
        expectations: this.#expectations,
        members: this.#members,
        inventories: this.#inventories,
        metadata: this.#metadata,
        live: (name) => this.#follower.find(name),
        resourceOf: (key) => this.#follower.resourceOf(key),
        kinds: () => this.#follower.scopes().map(({ resource }) => resource),
        note: (object) => this.#follower.note(object),
      },
      question,
      about,
    );
    return this.isComplete ? known : undefined;
  }

  #onChange({ name, before, now, object }: MemoryChange<Observation>): void {
    for (const application of this.#inventories.note(name, object)) {
      this.#scopes.outdate();
      this.#rehome(application);
    }
    const expected = this.#expectations.get(name);
    this.#members.note(before, now, expected !== undefined);
    if (!expected) return;
    const wasSettled = expected.isSettled;
    this.#judge(name);
    const isDrift = now?.digest === expected.desired.digest && now.partOf === this.#homeOf(expected);
    if (object && isDrift && !expected.isSettled) this.#metadata.set(name, object);
    if (wasSettled && !expected.isSettled) this.#tellUnsettled(name, expected);
  }

  #rehome(application: string): void {
    const [first, ...others] = this.#inventories.of(application);
    const home = others.length > 0 ? undefined : first?.id;
    if (this.#homes.get(application) === home) return;
    if (home === undefined) this.#homes.delete(application);
    else this.#homes.set(application, home);
    for (const { key } of this.#expectations.applications.get(application)?.objects ?? [])
      this.#judge(formatKey(key));
  }

  #judge(name: string): void {
    const expected = this.#expectations.get(name);
    const live = this.#follower.find(name);
    this.#metadata.delete(name);
    if (live) this.#members.judge(live, expected !== undefined);
    if (!expected) return;
    // What its metadata says needs no memory.
    if (expected.accepted && isAsWritten(expected, live, this.#homeOf(expected)))
      expected.accepted = undefined;
    this.#expectations.settle(name, expected, isAsExpected(expected, live, this.#homeOf(expected)));
  }

  #homeOf({ application }: Expected): string | undefined {
    return this.#homes.get(application.name);
  }
}
