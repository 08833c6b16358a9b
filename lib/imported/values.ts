/** Tells apart what a program can put into a field. */
import { Lazy } from 'cdk8s';
import { isMap } from '../schemas/structural/index.ts';

/** A value that is made when the program is rendered: cdk8s' `Lazy`, or a token of another library. */
export type Deferred = { resolve(): unknown } | { produce(): unknown };

export function isDeferred(value: unknown): value is Deferred {
  if (value instanceof Lazy) return true;
  return (
    value !== null &&
    typeof value === 'object' &&
    'resolve' in value &&
    typeof value.resolve === 'function' &&
    !isMap(value)
  );
}

export function produce(deferred: Deferred): unknown {
  return 'resolve' in deferred ? deferred.resolve() : deferred.produce();
}

/** Whether something in a value is made only when the program is rendered. */
export function hasDeferred(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return isDeferred(value) || Object.values(value).some(hasDeferred);
}
