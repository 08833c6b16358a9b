/** What an environment changes in the objects of its applications, once these have made them. */
import type { JsonValue, Overridden } from '../../objects/index.ts';
import { formatFieldPath } from './field-path.ts';
import { valueProblems } from './json-values.ts';

export interface OverrideMark {
  /** A JSON pointer (RFC 6901): `/spec/replicas`. */
  readonly path: string;
  readonly value: unknown;
  /** Why, for people. */
  readonly reason: string;
  /** Which objects: those that all of these are true of. */
  readonly kind?: string;
  readonly name?: string;
  readonly application?: string;
}

interface Changed {
  readonly object: unknown;
  /** What is to be told of it. */
  readonly overridden: readonly Overridden[];
}

/** The overrides of one environment. */
export class Overrides {
  readonly #marks: readonly OverrideMark[];
  readonly #used = new Set<OverrideMark>();

  /** @param marks of which {@link overrideProblem} says nothing */
  constructor(marks: readonly OverrideMark[]) {
    this.#marks = marks;
  }

  /** Changes an object where it has the field that an override is about; the object given stays as it is.
   * @param application the name of its application */
  apply(object: unknown, application: string): Changed {
    let changed = object;
    const overridden: Overridden[] = [];
    for (const mark of this.#marks) {
      if (!isAbout(mark, object, application)) continue;
      const steps = stepsOf(mark.path);
      const found = replaceAt(changed, steps, mark.value);
      if (!found) continue;
      this.#used.add(mark);
      if (JSON.stringify(found.before) === JSON.stringify(mark.value)) continue;
      changed = found.object;
      const path = formatFieldPath(steps.map((step) => (/^\d+$/.test(step) ? Number(step) : step)));
      // What the object is not made of JSON for is refused with it.
      overridden.push({
        path,
        before: found.before as JsonValue,
        after: mark.value as JsonValue,
        reason: mark.reason,
      });
    }
    return { object: changed, overridden };
  }

  /** Those that found nothing to change. */
  unused(): readonly OverrideMark[] {
    return this.#marks.filter((mark) => !this.#used.has(mark));
  }
}

/** Why an environment cannot make this change, as the end of a sentence. */
export function overrideProblem({ path, value, reason }: OverrideMark): string | undefined {
  if (!/^(?:\/(?:[^~/]|~[01])+)+$/.test(path))
    return 'which is no JSON pointer to a field, such as /spec/replicas';
  if (IDENTITY.test(path)) return 'by which objects are known';
  if (typeof reason !== 'string' || reason.trim() === '') return 'and does not say why';
  const [wrong] = valueProblems(value);
  return wrong && `with what Kubernetes objects cannot hold: ${wrong.path} ${wrong.problem}`;
}

const IDENTITY = /^\/(?:apiVersion|kind|metadata(?:\/(?:name|namespace))?)$/;

/** `/spec/replicas of Deployment web in application api`, for people. */
export function describeOverride({ path, kind, name, application }: OverrideMark): string {
  const what = [kind, name].filter((one) => one !== undefined).join(' ') || 'any object';
  return `${path} of ${what}${application === undefined ? '' : ` in application ${application}`}`;
}

function isAbout({ kind, name, application }: OverrideMark, object: unknown, owner: string): boolean {
  const found = Object(object) as {
    readonly kind?: unknown;
    readonly metadata?: unknown;
    readonly immutable?: unknown;
  };
  // Its name may be made of its content.
  if (found.immutable === true) return false;
  const metadata = Object(found.metadata) as { readonly name?: unknown };
  return (
    (kind === undefined || kind === found.kind) &&
    (name === undefined || name === metadata.name) &&
    (application === undefined || application === owner)
  );
}

function stepsOf(pointer: string): readonly string[] {
  return pointer
    .slice(1)
    .split('/')
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
}

/** A copy with another value at a path, along which everything else stays.
 * @returns undefined when there is nothing at the path */
function replaceAt(
  value: unknown,
  [step, ...rest]: readonly string[],
  to: unknown,
): { readonly object: unknown; readonly before: unknown } | undefined {
  if (step === undefined) return { object: to, before: value };
  if (value === null || typeof value !== 'object' || !Object.hasOwn(value, step)) return undefined;
  if (Array.isArray(value) && !/^\d+$/.test(step)) return undefined;
  const inner = replaceAt((value as Record<string, unknown>)[step], rest, to);
  if (!inner) return undefined;
  const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
  // An own member, or an index: nothing is reached that the object does not have itself.
  (copy as Record<string, unknown>)[step] = inner.object;
  return { object: copy, before: inner.before };
}
