/** Names of properties and types that are legal in TypeScript, Python, Java, Go and C#. */
import { RESERVED_PROPERTIES, RESERVED_TYPES } from './reserved-words.ts';

/** Legal everywhere, and the same name after each language has put it into its own case. */
const LEGAL_PROPERTY = /^[a-z][A-Za-z0-9]*$/;

/** Looks like the method by which Java reads a property. */
const GETTER = /^get[A-Z0-9]/;

/** Names the fields of one object: each keeps its name where it can. Names that differ in nothing but case or signs would be
 * one name in some language, so all but one of them get a number.
 * @returns field → property, no two the same */
export function propertyNames(fields: Iterable<string>): ReadonlyMap<string, string> {
  const sorted = [...fields].sort();
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const take = (field: string, wanted: string): void => {
    const name = unique(wanted, taken);
    taken.add(comparable(name));
    names.set(field, name);
  };
  // Who keeps the name has the first right to it.
  const [kept, changed] = [sorted.filter(isLegalProperty), sorted.filter((field) => !isLegalProperty(field))];
  for (const field of kept) take(field, field);
  for (const field of changed) take(field, legalProperty(field));
  return names;
}

/** Whether a field can be called the same as a property. */
export function isLegalProperty(field: string): boolean {
  return LEGAL_PROPERTY.test(field) && !GETTER.test(field) && !RESERVED_PROPERTIES.has(field);
}

function legalProperty(field: string): string {
  const [first = 'field', ...rest] = wordsOf(field);
  const joined = [lowerFirst(first), ...rest.map(upperFirst)].join('');
  const name = /^[0-9]/.test(joined) ? `field${joined}` : joined;
  if (GETTER.test(name)) return `field${upperFirst(name)}`;
  return RESERVED_PROPERTIES.has(name) ? `${name}Value` : name;
}

/** Hands out names of types, each once. */
export class TypeNames {
  readonly #taken = new Set<string>();

  /** @param wanted in whatever case and with whatever signs */
  take(wanted: string): string {
    const joined = wordsOf(wanted).map(upperFirst).join('');
    const name = /^[A-Z]/.test(joined) ? joined : `Type${joined}`;
    const free = unique(RESERVED_TYPES.has(name) ? `${name}Resource` : name, this.#taken);
    this.#taken.add(comparable(free));
    return free;
  }
}

/** What the package of a group is called: `cert_manager_io`. */
export function packageName(group: string): string {
  const name = group.replace(/[^a-z0-9]/g, '_');
  return /^[0-9]/.test(name) || RESERVED_PROPERTIES.has(name) ? `group_${name}` : name;
}

export function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `ClusterIP` to `clusterIP`, `URL` to `url`, `HTTPRoute` to `httpRoute`. */
function lowerFirst(text: string): string {
  return text.replace(/^[A-Z]+(?=[A-Z][a-z])|^[A-Z](?![A-Z])|^[A-Z]+/, (capitals) => capitals.toLowerCase());
}

function wordsOf(text: string): readonly string[] {
  return text.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
}

/** What a name is once each language has put it into its own case. */
function comparable(name: string): string {
  return name.toLowerCase();
}

function unique(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted;
  for (let number = 2; taken.has(comparable(name)); number += 1) name = `${wanted}${number}`;
  return name;
}
