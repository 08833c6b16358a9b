/** Integers of Sprig. */
import { type Call, int, taking, toInteger } from './arguments.ts';
import { Refusal, type Value } from './values.ts';

const least = -(2n ** 63n);

function within64(value: bigint): bigint {
  if (value < least || value >= -least) throw new Refusal();
  return value;
}

const divide = (call: (a: bigint, b: bigint) => bigint) =>
  taking(2, (a, b) => {
    const divisor = toInteger(b);
    if (divisor === 0n) throw new Refusal();
    return call(toInteger(a), divisor);
  });

const extreme =
  (isFurther: (a: bigint, b: bigint) => boolean): Call =>
  (given) => {
    if (given.length === 0) throw new Refusal();
    return given.map(toInteger).reduce((found, one) => (isFurther(one, found) ? one : found));
  };

function steps(start: number, stop: number, step: number): readonly Value[] {
  const made: Value[] = [];
  if (step === 0) return made;
  for (let at = start; step > 0 ? at < stop : at > stop; at += step) {
    made.push(BigInt(at));
    if (made.length > 10_000) throw new Refusal();
  }
  return made;
}

const largest = extreme((a, b) => a > b);

export const NUMBERS: Readonly<Record<string, Call>> = {
  int: taking(1, toInteger),
  int64: taking(1, toInteger),
  float64: taking(1, (value) => {
    if (typeof value === 'number') return value;
    if (typeof value === 'bigint') return Number(value);
    throw new Refusal();
  }),
  atoi: taking(1, (value) => {
    if (typeof value !== 'string') throw new Refusal();
    return /^[+-]?\d{1,15}$/.test(value) ? BigInt(value.replace('+', '')) : 0n;
  }),
  add: (given) => within64(given.map(toInteger).reduce((sum, one) => sum + one, 0n)),
  add1: taking(1, (value) => within64(toInteger(value) + 1n)),
  sub: taking(2, (a, b) => within64(toInteger(a) - toInteger(b))),
  mul: (given) => {
    if (given.length === 0) throw new Refusal();
    return within64(given.map(toInteger).reduce((product, one) => product * one, 1n));
  },
  div: divide((a, b) => a / b),
  mod: divide((a, b) => a % b),
  max: largest,
  biggest: largest,
  min: extreme((a, b) => a < b),
  floor: taking(1, (value) => Math.floor(float(value))),
  ceil: taking(1, (value) => Math.ceil(float(value))),
  until: taking(1, (count) => steps(0, int(count), int(count) < 0 ? -1 : 1)),
  untilStep: taking(3, (start, stop, step) => steps(int(start), int(stop), int(step))),
};

function float(value: Value): number {
  if (typeof value === 'number') return value;
  return Number(toInteger(value));
}
