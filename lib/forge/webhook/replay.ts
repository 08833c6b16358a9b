import { createHash } from 'node:crypto';

/** What tells one delivery from another. */
export interface Delivery {
  /** What the forge calls it; not signed, so that nothing but another forgery depends on it. */
  readonly id: string | undefined;
  readonly body: Uint8Array;
  /** Milliseconds since 1970 when what it tells of happened, as the signed body says; undefined where it does not. */
  readonly at: number | undefined;
}

export interface ReplayOptions {
  /** What happened longer ago than this is refused, and what came is remembered for as long; default one hour. */
  readonly maxAgeMs?: number;
  /** How many deliveries are remembered; default 10,000. */
  readonly capacity?: number;
  readonly now?: () => number;
}

const HOUR_MS = 60 * 60 * 1000;

/** Refuses what was delivered before, by its id and, since ids can be made up, by its body; and what is old. */
export class ReplayGuard {
  readonly #maxAgeMs: number;
  readonly #capacity: number;
  readonly #now: () => number;
  /** In the order in which they came. */
  readonly #seen = new Map<string, number>();

  constructor(options: ReplayOptions = {}) {
    this.#maxAgeMs = options.maxAgeMs ?? HOUR_MS;
    this.#capacity = options.capacity ?? 10_000;
    this.#now = options.now ?? (() => Date.now());
  }

  /** Remembers a delivery.
   * @returns why it is refused; undefined when it is new */
  refuse(delivery: Delivery): 'seen' | 'old' | undefined {
    const now = this.#now();
    this.#forgetOlderThan(now - this.#maxAgeMs);
    if (delivery.at !== undefined && now - delivery.at > this.#maxAgeMs) return 'old';
    const names = namesOf(delivery);
    if (names.some((name) => this.#seen.has(name))) return 'seen';
    for (const name of names) this.#seen.set(name, now);
    while (this.#seen.size > 2 * this.#capacity) this.#seen.delete(this.#seen.keys().next().value!);
    return undefined;
  }

  /** It could not be dealt with: the forge may send it again. */
  forget(delivery: Pick<Delivery, 'id' | 'body'>): void {
    for (const name of namesOf(delivery)) this.#seen.delete(name);
  }

  #forgetOlderThan(time: number): void {
    for (const [name, at] of this.#seen) {
      if (at >= time) return;
      this.#seen.delete(name);
    }
  }
}

function namesOf({ id, body }: Pick<Delivery, 'id' | 'body'>): readonly string[] {
  const digest = createHash('sha256').update(body).digest('base64');
  return id === undefined ? [`body ${digest}`] : [`id ${id}`, `body ${digest}`];
}
