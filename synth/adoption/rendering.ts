/** What a program renders in all its environments, made to be compared. */
import type { RenderedEnvironment, RenderedObject } from '../../lib/objects/index.ts';
import { canonicalJson, formatKey, type JsonValue } from '../../lib/objects/index.ts';
import { isSameValue } from './derived-value.ts';
import { fieldOf, isWith } from './field-edit.ts';
import type { Wish } from './wish.ts';

interface Entry {
  readonly environment: string;
  readonly application: string;
  readonly object: RenderedObject;
}

/** Something that an edit changes beside what it is for. */
export interface OtherChange {
  readonly environment: string;
  /** As `formatKey` writes it; absent when it is about the environment or an application as a whole. */
  readonly key?: string;
}

export interface Judgement {
  /** What is now as it is live, and was not before. */
  readonly satisfied: readonly Wish[];
  readonly others: readonly OtherChange[];
}

export class Rendering {
  readonly environments: readonly RenderedEnvironment[];
  readonly #objects = new Map<string, Entry>();

  constructor(environments: readonly RenderedEnvironment[]) {
    this.environments = environments;
    for (const { name, applications } of environments) {
      for (const application of applications) {
        for (const object of application.objects) {
          const entry = { environment: name, application: application.name, object };
          this.#objects.set(nameOf(name, application.name, formatKey(object.key)), entry);
        }
      }
    }
  }

  objectOf(environment: string, { application, key }: Wish): RenderedObject | undefined {
    return this.#objects.get(nameOf(environment, application, formatKey(key)))?.object;
  }

  has(environment: string, wish: Wish): boolean {
    const object = this.objectOf(environment, wish)?.object;
    return object !== undefined && isSameValue(fieldOf(object, wish.path), wish.after);
  }

  /** What an edit brought about, of which this came.
   * @param before what there was
   * @param wishes for objects of an environment */
  judge(before: Rendering, environment: string, wishes: readonly Wish[]): Judgement {
    const wished = Map.groupBy(wishes, ({ application, key }) =>
      nameOf(environment, application, formatKey(key)),
    );
    const satisfied: Wish[] = [];
    const others: OtherChange[] = [];
    for (const name of new Set([...before.#objects.keys(), ...this.#objects.keys()])) {
      const [old, now] = [before.#objects.get(name), this.#objects.get(name)];
      if (old && now && isSameObject(old.object, now.object)) continue;
      const met =
        old && now
          ? (wished.get(name) ?? []).filter(
              (wish) => !before.has(environment, wish) && this.has(environment, wish),
            )
          : [];
      if (
        old &&
        now &&
        met.length > 0 &&
        isSameEnvelope(old.object, now.object) &&
        isWith(now.object.object, old.object.object, met)
      ) {
        satisfied.push(...met);
        continue;
      }
      // A wish that is met with more than it asked for is met all the same, and told with what it costs.
      satisfied.push(...met);
      const { environment: where, object } = (old ?? now)!;
      others.push({ environment: where, key: formatKey(object.key) });
    }
    for (const where of environmentsThatDiffer(before.environments, this.environments))
      others.push({ environment: where });
    return { satisfied, others };
  }
}

function nameOf(environment: string, application: string, key: string): string {
  return JSON.stringify([environment, application, key]);
}

function isSameObject(a: RenderedObject, b: RenderedObject): boolean {
  return a.digest === b.digest && isSameEnvelope(a, b);
}

/** What is said of an object beside what it is. */
function isSameEnvelope(a: RenderedObject, b: RenderedObject): boolean {
  const text = ({ settings, hook, version, path, apiVersion }: RenderedObject) =>
    JSON.stringify([settings, hook?.place, hook?.rerun, version, path, apiVersion]);
  return text(a) === text(b);
}

/** Environments that are not the same in what they say beside their objects. */
function environmentsThatDiffer(
  before: readonly RenderedEnvironment[],
  after: readonly RenderedEnvironment[],
): readonly string[] {
  const frames = (all: readonly RenderedEnvironment[]) => new Map(all.map((one) => [one.name, frameOf(one)]));
  const [old, now] = [frames(before), frames(after)];
  return [...new Set([...old.keys(), ...now.keys()])].filter((name) => old.get(name) !== now.get(name));
}

function frameOf({ applications, ...environment }: RenderedEnvironment): string {
  const frames = applications.map(({ objects: _, output: __, ...application }) => application);
  // Data of the environment, as it comes from the program's process.
  return canonicalJson(JSON.parse(JSON.stringify({ ...environment, applications: frames })) as JsonValue);
}
