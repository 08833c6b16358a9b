/** What shall be in the cluster, by key, and which of it is. */
import type { DesiredApplication, DesiredObject, Digest } from '../objects/index.ts';
import { canonicalJson, formatKey } from '../objects/index.ts';
import type { Observation } from './observation.ts';

/** How an object looked when a plan, or a write, said that nothing is to be done with it, although its metadata alone does
 * not say so (a kind without a schema, a field left to a controller, drift that is only reported). */
export interface Accepted {
  readonly uid: string | undefined;
  readonly digest: string | undefined;
  readonly ownFields: Digest | undefined;
  readonly partOf: string | undefined;
}

/** One desired object. */
export interface Expected {
  application: DesiredApplication;
  desired: DesiredObject;
  /** Whether it is there as it shall be, as far as is known. */
  isSettled: boolean;
  accepted: Accepted | undefined;
}

export class Expectations {
  readonly #byName = new Map<string, Expected>();
  readonly #unsettled = new Set<string>();
  #applications: ReadonlyMap<string, DesiredApplication> = new Map();
  #hasDuplicates = false;

  get size(): number {
    return this.#byName.size;
  }

  get applications(): ReadonlyMap<string, DesiredApplication> {
    return this.#applications;
  }

  /** Some object is in the program twice: nothing can be said of it. */
  get hasDuplicates(): boolean {
    return this.#hasDuplicates;
  }

  /** Names of objects that are not, or may not be, as they shall be. */
  get unsettled(): ReadonlySet<string> {
    return this.#unsettled;
  }

  get(name: string): Expected | undefined {
    return this.#byName.get(name);
  }

  names(): MapIterator<string> {
    return this.#byName.keys();
  }

  /** Takes the place of what was expected so far. An application that is the same as before, the very same value, costs
   * nothing.
   * @returns names of objects whose state has to be judged anew: new ones, changed ones, and those that left */
  replace(applications: readonly DesiredApplication[]): readonly string[] {
    const before = this.#applications;
    const now = new Map(applications.map((application) => [application.name, application]));
    this.#applications = now;
    this.#hasDuplicates = now.size < applications.length;
    const touched: string[] = [];
    for (const application of applications) {
      if (before.get(application.name) === application) continue;
      for (const desired of application.objects) {
        const name = formatKey(desired.key);
        if (this.#expect(name, application, desired)) touched.push(name);
      }
    }
    for (const application of before.values()) {
      if (now.get(application.name) === application) continue;
      for (const { key } of application.objects) {
        const name = formatKey(key);
        if (this.#byName.get(name)?.application !== application) continue;
        this.#byName.delete(name);
        this.#unsettled.delete(name);
        touched.push(name);
      }
    }
    return touched;
  }

  /** @returns whether its state has to be judged anew */
  #expect(name: string, application: DesiredApplication, desired: DesiredObject): boolean {
    const known = this.#byName.get(name);
    if (!known) {
      this.#byName.set(name, { application, desired, isSettled: false, accepted: undefined });
      this.#unsettled.add(name);
      return true;
    }
    this.#hasDuplicates ||= this.#applications.get(known.application.name) === known.application;
    const isSame = known.application.name === application.name && isSameObject(known.desired, desired);
    known.application = application;
    known.desired = desired;
    if (isSame) return false;
    known.accepted = undefined;
    return true;
  }

  settle(name: string, expected: Expected, isSettled: boolean): void {
    expected.isSettled = isSettled;
    if (isSettled) this.#unsettled.delete(name);
    else this.#unsettled.add(name);
  }
}

function isSameObject(a: DesiredObject, b: DesiredObject): boolean {
  return (
    a.digest === b.digest &&
    a.apiVersion === b.apiVersion &&
    a.hook?.run === b.hook?.run &&
    (a.settings === b.settings || canonicalJson({ ...a.settings }) === canonicalJson({ ...b.settings }))
  );
}

/** Whether an object is as it shall be, by its metadata.
 * @param home id of the inventory that it shall belong to; undefined while that is not known */
export function isAsExpected(
  expected: Expected,
  live: Observation | undefined,
  home: string | undefined,
): boolean {
  if (live?.deletionTimestamp !== undefined) return false;
  const { accepted } = expected;
  return (accepted !== undefined && isAccepted(accepted, live)) || isAsWritten(expected, live, home);
}

/** Whether it is what our last write was to make of it, and that was what is desired. Of a hook, that says nothing: its Job
 * may be as it was written and have failed. */
export function isAsWritten(
  { desired }: Expected,
  live: Observation | undefined,
  home: string | undefined,
): boolean {
  return (
    desired.hook === undefined &&
    live !== undefined &&
    home !== undefined &&
    live.partOf === home &&
    live.digest === desired.digest &&
    live.isAsRecorded
  );
}

export function acceptedState(live: Observation | undefined): Accepted {
  return { uid: live?.uid, digest: live?.digest, ownFields: live?.ownFields, partOf: live?.partOf };
}

function isAccepted(accepted: Accepted, live: Observation | undefined): boolean {
  return (
    accepted.uid === live?.uid &&
    accepted.digest === live?.digest &&
    accepted.ownFields === live?.ownFields &&
    accepted.partOf === live?.partOf
  );
}
