/** Takes the clock and chance away from a program, so that the same source gives the same bytes. */
import { beforeModule } from './builtins.ts';

/** Functions of `node:crypto` that need true chance. */
const CHANCE = [
  'generateKey',
  'generateKeyPair',
  'generateKeyPairSync',
  'generateKeySync',
  'generatePrime',
  'generatePrimeSync',
  'randomBytes',
  'randomFill',
  'randomFillSync',
  'randomInt',
  'randomUUID',
];

let random = seededRandom(0x9e3779b9);

/** Runs a function that gets the same random numbers whatever was drawn before. Without effect where chance was left to
 * the program. @param seed any text */
export function withRandom<T>(seed: string, run: () => T): T {
  const before = random;
  let sum = 0;
  for (let at = 0; at < seed.length; at += 1) sum = (Math.imul(sum, 31) + seed.charCodeAt(at)) | 0;
  random = seededRandom(sum);
  try {
    return run();
  } finally {
    random = before;
  }
}

/** The clock stands still at the time given (the source commit's), `Math.random` starts from the same seed, and
 * what would need true chance is refused. */
export function fixTimeAndRandom(time: number): void {
  stopClock(time);
  Math.random = () => random();
  const refuse = (name: string) => () => {
    throw new Error(`${name} gives another value at every run; what is rendered must not depend on it`);
  };
  const refuseAll = (crypto: object, names: readonly string[]) => {
    for (const name of names) Object.defineProperty(crypto, name, { value: refuse(`crypto.${name}`) });
  };
  const { get: webCrypto } = Object.getOwnPropertyDescriptor(globalThis, 'crypto') ?? {};
  let web: Crypto | undefined;
  Object.defineProperty(globalThis, 'crypto', {
    get: () => {
      if (web) return web;
      web = webCrypto?.call(globalThis) as Crypto;
      refuseAll(web, ['getRandomValues', 'randomUUID']);
      return web;
    },
    enumerable: true,
    configurable: true,
  });
  beforeModule('crypto', () => {
    refuseAll(process.getBuiltinModule('node:crypto'), CHANCE);
    // It has the other, too: the first to ask for that has it changed.
    void globalThis.crypto;
  });
}

function stopClock(time: number): void {
  const RealDate = Date;
  const stopped = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [time] : args, newTarget),
    apply: () => new RealDate(time).toString(),
  });
  RealDate.now = () => time;
  Object.defineProperty(RealDate.prototype, 'constructor', { value: stopped });
  globalThis.Date = stopped;
}

/** mulberry32: 32 bits of state, good enough for shuffling and jitter. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
