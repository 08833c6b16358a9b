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

type IntlConstructor = 'Collator' | 'DateTimeFormat' | 'NumberFormat';
const INTL: readonly IntlConstructor[] = ['Collator', 'DateTimeFormat', 'NumberFormat'];

/** As it is, but that chance never comes out as on the foreign one. */
export function onThisMachine<T>(work: () => T): T {
  return withRestored([chanceFrom(0)], work);
}

/** What is called with a locale keeps it. */
export function onForeignMachine<T>(work: () => T): T {
  const changes = [...BY_LOCALE.map((entry) => withLocale(...entry)), ...INTL.map(withIntlLocale)];
  return withRestored([...changes, laterDate(), chanceFrom(0.5)], work);
}

function withRestored<T>(restore: readonly (() => void)[], work: () => T): T {
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

function withIntlLocale(name: IntlConstructor): () => void {
  return replace(Intl, name, (original) => {
    const located = ([locale, ...others]: readonly unknown[]) => [locale ?? LOCALE, ...others];
    return new Proxy(original, {
      construct: (target, args, newTarget) => Reflect.construct(target, located(args), newTarget),
      apply: (target, self, args) => Reflect.apply(target, self, located(args)),
    });
  });
}

function laterDate(): () => void {
  const { Date: original } = globalThis;
  const now = () => original.now() + DAYS_LATER * 86_400_000;
  globalThis.Date = new Proxy(original, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new original(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  });
  return () => {
    globalThis.Date = original;
  };
}

/** Half of what could come: 0 or 0.5 is the least. */
function chanceFrom(least: number): () => void {
  return replace(
    Math,
    'random',
    (original) => () => least + (Reflect.apply(original, Math, []) as number) / 2,
  );
}
