/** Runs something as another machine would at another time: later, in another locale, with other chances. */

/** Its alphabet, its case rules and its numbers are all unlike English: `ä` is its last letter but one. */
const LOCALE = 'sv-SE';
/** In which the case of `i` is another. */
const CASE_LOCALE = 'tr-TR';
const DAYS_LATER = 400;

type Method = (this: never, ...args: never[]) => unknown;

/** What says something else there, and where the locale stands among its arguments. */
const BY_LOCALE: readonly (readonly [object, string, number, string])[] = [
  [String.prototype, 'localeCompare', 1, LOCALE],
  [String.prototype, 'toLocaleUpperCase', 0, CASE_LOCALE],
  [String.prototype, 'toLocaleLowerCase', 0, CASE_LOCALE],
  [Number.prototype, 'toLocaleString', 0, LOCALE],
  [Date.prototype, 'toLocaleString', 0, LOCALE],
  [Date.prototype, 'toLocaleDateString', 0, LOCALE],
  [Date.prototype, 'toLocaleTimeString', 0, LOCALE],
];

/** What is called with a locale keeps it. */
export function onForeignMachine<T>(work: () => T): T {
  const restore = [...BY_LOCALE.map((entry) => withLocale(...entry)), laterDate(), otherChance()];
  try {
    return work();
  } finally {
    for (const one of restore) one();
  }
}

function replace(owner: object, name: string, make: (original: Method) => Method): () => void {
  const descriptor = Object.getOwnPropertyDescriptor(owner, name)!;
  Object.defineProperty(owner, name, { ...descriptor, value: make(descriptor.value as Method) });
  return () => void Object.defineProperty(owner, name, descriptor);
}

function withLocale(owner: object, name: string, position: number, locale: string): () => void {
  return replace(
    owner,
    name,
    (original) =>
      function foreign(this: never, ...args: never[]) {
        const given: unknown[] = [...args];
        while (given.length < position) given.push(undefined);
        given[position] ??= locale;
        return Reflect.apply(original, this, given);
      },
  );
}

function laterDate(): () => void {
  const { Date: Original } = globalThis;
  const shift = DAYS_LATER * 86_400_000;
  class LaterDate extends Original {
    constructor(...args: readonly unknown[]) {
      super(...((args.length === 0 ? [Original.now() + shift] : args) as [number]));
    }

    static override now(): number {
      return Original.now() + shift;
    }
  }
  globalThis.Date = LaterDate as DateConstructor;
  return () => {
    globalThis.Date = Original;
  };
}

/** The upper half of what could have come. */
function otherChance(): () => void {
  return replace(Math, 'random', (original) => () => 0.5 + (Reflect.apply(original, Math, []) as number) / 2);
}
