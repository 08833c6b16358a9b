/** Tries again for a while where that may help. */

export interface TryOptions {
  /** Waits for some milliseconds. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

export interface Failure {
  /** For people, without the address. */
  readonly why: string;
  /** Trying again would change nothing. */
  readonly isFinal: boolean;
  readonly retryAfterMs?: number;
}

const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
/** How long a sink has for an answer. */
export const TIMEOUT_MS = 10_000;

/** @returns why it was not taken; undefined when it was */
export async function withTries(
  tryOnce: () => Promise<Failure | undefined>,
  { pause, signal }: TryOptions,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryOnce();
    if (!failure || failure.isFinal || attempt === TRIES || signal.aborted) return failure?.why;
    const wait = failure.retryAfterMs ?? FIRST_PAUSE_MS * 4 ** (attempt - 1);
    try {
      await pause(Math.min(wait, LONGEST_PAUSE_MS), signal);
    } catch {
      return failure.why;
    }
  }
}
