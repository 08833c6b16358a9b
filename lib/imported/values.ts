/** Tells apart what a program can put into a field. */
import { Lazy } from 'cdk8s';
import { isPlainObject } from './plain-object.ts';

/** A value that is made when the program is rendered: cdk8s' `Lazy`, or a token of another library. */
export type Deferred = { resolve(): unknown } | { produce(): unknown };

export function isDeferred(value: unknown): value is Deferred {
  if (value instanceof Lazy) return true;
  return (
    value !== null &&
    typeof value === 'object' &&
    'resolve' in value &&
    typeof value.resolve === 'function' &&
    !isPlainObject(value)
  );
}

export function produce(deferred: Deferred): unknown {
  return 'resolve' in deferred ? deferred.resolve() : deferred.produce();
}

/** As messages name it: `a string`, `null`, `a Date`. */
export function typeName(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'a list';
  if (isPlainObject(value)) return 'a map';
  if (typeof value === 'object') return `a ${value.constructor?.name ?? 'class instance'}`;
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}

/** `spec` and `dnsNames` to `spec.dnsNames`; a name with other characters goes into brackets. */
export function fieldPath(parent: string, field: string | number): string {
  if (typeof field === 'number') return `${parent}[${field}]`;
  if (!/^[\w$-]+$/.test(field)) return `${parent}[${JSON.stringify(field)}]`;
  return parent === '' ? field : `${parent}.${field}`;
}
