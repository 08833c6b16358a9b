/** Finds what JSON cannot hold in values that user code made. */
import { formatFieldPath } from './field-path.ts';

/** Fast answer to whether a value is JSON throughout. Members that are undefined count as left out; strings with
 * half a surrogate pair, which JSON can hold, are found when they are written as YAML. Does not end when the
 * value holds itself. */
export function isJson(value: unknown): boolean {
  switch (typeof value) {
    case 'string':
      return !hasToken(value);
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value);
    case 'object':
      if (value === null) return true;
      if (Array.isArray(value)) return value.every((item) => isJson(item));
      if (!isPlainObject(value)) return false;
      for (const field of Object.values(value)) if (field !== undefined && !isJson(field)) return false;
      return true;
    default:
      return false;
  }
}

/** Whether cdk8s would not come to an end with a value, or leave some of it out without a word: maps and lists that are
 * nested deeper than those of any API object, most likely as one holds itself; and fields in the place of a prototype. */
export function isUnrenderable(value: unknown, levels = 200): boolean {
  if (value === null || typeof value !== 'object') return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((item) => isUnrenderable(item, levels - 1));
  if (prototypeProblem(value) !== undefined) return true;
  return isPlainObject(value) && Object.values(value).some((field) => isUnrenderable(field, levels - 1));
}

/** `JSON.parse` makes a field named `__proto__`; written in a program, it is no field, but what the map inherits from. */
function prototypeProblem(value: object): string | undefined {
  if (Object.hasOwn(value, '__proto__'))
    return 'has a field named __proto__, which cannot be one in JavaScript';
  const prototype: unknown = Object.getPrototypeOf(value);
  const isInherited =
    typeof prototype === 'object' &&
    prototype !== null &&
    prototype !== Object.prototype &&
    Object.getPrototypeOf(prototype) === Object.prototype &&
    !Object.hasOwn(prototype, 'constructor');
  return isInherited ? 'inherits fields of another map (__proto__), which are not rendered' : undefined;
}

export interface ValueProblem {
  /** `spec.replicas`, `spec.containers[0].env` */
  readonly path: string;
  /** `is NaN`, `is a Date`, `holds itself` */
  readonly problem: string;
}

/** Every place at which a value is not JSON. */
export function valueProblems(value: unknown): readonly ValueProblem[] {
  const found: ValueProblem[] = [];
  const above = new Set<object>();
  const look = (part: unknown, path: readonly (string | number)[]): void => {
    if (found.length >= 20) return;
    if (part === null || typeof part !== 'object') {
      const problem = atomProblem(part);
      if (problem !== undefined) found.push({ path: formatFieldPath(path), problem });
      return;
    }
    if (above.has(part)) {
      found.push({ path: formatFieldPath(path), problem: 'holds itself' });
      return;
    }
    const inherited = Array.isArray(part) ? undefined : prototypeProblem(part);
    if (inherited !== undefined) {
      found.push({ path: formatFieldPath(path), problem: inherited });
      return;
    }
    if (!Array.isArray(part) && !isPlainObject(part)) {
      // Tokens and unions of other libraries are resolved by cdk8s; what is left here is not.
      if (!('resolve' in part) && !('value' in part) && !('produce' in part)) {
        found.push({
          path: formatFieldPath(path),
          problem: `is a ${part.constructor?.name || 'class instance'}`,
        });
      }
      return;
    }
    above.add(part);
    if (Array.isArray(part)) for (const [index, item] of part.entries()) look(item, [...path, index]);
    else
      for (const [name, field] of Object.entries(part)) if (field !== undefined) look(field, [...path, name]);
    above.delete(part);
  };
  look(value, []);
  return found;
}

function atomProblem(value: unknown): string | undefined {
  if (value === null || typeof value === 'boolean') return undefined;
  if (typeof value === 'string') return stringProblem(value);
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : `is ${value}`;
  return value === undefined ? 'is undefined' : `is a ${typeof value}`;
}

/** Tokens of the CDK family look like this until something resolves them; nothing does that here. */
const TOKEN = /\$\{Token\[[^\]]*\]\}/;

function hasToken(text: string): boolean {
  return text.includes('${Token[') && TOKEN.test(text);
}

function stringProblem(text: string): string | undefined {
  if (hasToken(text)) return 'has an unresolved token';
  return /\p{Surrogate}/u.test(text) ? 'has half a surrogate pair' : undefined;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
