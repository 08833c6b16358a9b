/** Fields that somebody names, found in one object. */
import { canonicalJson, type JsonValue, type KubernetesObject } from '../../lib/objects/index.ts';
import { type AddressPart, type FieldAddress, type FieldPath, resolveAddress } from '../../lib/plan/index.ts';

/** As it was written. */
export type AskedField = readonly AddressPart[];

/** Where they are in an object, in the first of its states that has them. */
export function addressesOf(
  asked: readonly AskedField[],
  states: readonly KubernetesObject[],
): readonly FieldAddress[] {
  return asked.flatMap((parts) => {
    // A Kubernetes object is JSON.
    const found = states.flatMap((state) => resolveAddress(state as unknown as JsonValue, parts) ?? []);
    return found.slice(0, 1).map(({ address }) => address);
  });
}

/** Whether a path leads to one of them, into it, or to what it is in and cannot be told from: a list without keys. */
export function isAsked(path: FieldPath, addresses: readonly FieldAddress[]): boolean {
  return addresses.some((address) => {
    const both = Math.min(path.length, address.length);
    return path.slice(0, both).every((step, depth) => isSameStep(step, address[depth]!));
  });
}

function isSameStep(step: FieldPath[number], asked: FieldAddress[number]): boolean {
  if ('field' in asked) return 'field' in step && step.field === asked.field;
  if ('key' in asked && 'key' in step) {
    return Object.entries(asked.key).every(
      ([name, value]) => canonicalJson(step.key[name] ?? null) === canonicalJson(value ?? null),
    );
  }
  return false;
}
