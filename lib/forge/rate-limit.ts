/** What a forge says about how much it will still take. GitHub: `x-ratelimit-*`, and `retry-after` for what it calls
 * secondary limits; GitLab: `ratelimit-*` and `retry-after`; proxies before a Gitea: `retry-after`. */
export interface RateLimitState {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds since 1970. */
  readonly resetAt: number;
}

/** Waits that long where a forge says that it is too much, but not until when. */
const UNKNOWN_WAIT_MS = 60_000;

export class RateLimit {
  readonly #now: () => number;
  #state: RateLimitState | undefined;
  /** Nothing may be sent before. */
  #until = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  get state(): RateLimitState | undefined {
    return this.#state;
  }

  get waitMs(): number {
    return Math.max(0, this.#until - this.#now());
  }

  get isReached(): boolean {
    return this.waitMs > 0;
  }

  /** The wait is over. Clocks of machines differ: what was waited for once is not waited for again. */
  passed(): void {
    this.#until = 0;
  }

  learn(status: number, headers: Headers): void {
    this.#state = stateOf(headers) ?? this.#state;
    if (status !== 429 && status !== 403) return;
    const retryAfter = headers.get('retry-after');
    if (retryAfter !== null) this.#until = this.#now() + waitOf(retryAfter, this.#now());
    else if (this.#state?.remaining === 0) this.#until = Math.max(this.#state.resetAt, this.#now() + 1000);
    else if (status === 429) this.#until = this.#now() + UNKNOWN_WAIT_MS;
  }
}

function stateOf(headers: Headers): RateLimitState | undefined {
  const read = (name: string): number =>
    Number.parseInt(headers.get(`x-ratelimit-${name}`) ?? headers.get(`ratelimit-${name}`) ?? '', 10);
  const [limit, remaining, reset] = [read('limit'), read('remaining'), read('reset')];
  if (Number.isNaN(limit) || Number.isNaN(remaining) || Number.isNaN(reset)) return undefined;
  return { limit, remaining, resetAt: reset * 1000 };
}

/** Seconds, or a date (RFC 9110, "Retry-After"). */
function waitOf(retryAfter: string, now: number): number {
  if (/^\d+$/.test(retryAfter.trim())) return Math.max(1, Number(retryAfter)) * 1000;
  const date = Date.parse(retryAfter);
  return Number.isNaN(date) ? UNKNOWN_WAIT_MS : Math.max(1000, date - now);
}
