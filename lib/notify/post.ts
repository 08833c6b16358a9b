/** Posts a message, and tries again for a while where that may help. */
import type { Message } from './message.ts';

export interface PostOptions {
  readonly fetch: typeof globalThis.fetch;
  /** Waits for some milliseconds. */
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly signal: AbortSignal;
}

const TRIES = 4;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 10_000;
const TIMEOUT_MS = 10_000;

/** @returns why it was not taken, without its address; undefined when it was */
export async function post(message: Message, options: PostOptions): Promise<string | undefined> {
  const { pause, signal } = options;
  for (let attempt = 1; ; attempt += 1) {
    const failure = await tryOnce(message, options);
    if (!failure || failure.isFinal || attempt === TRIES || signal.aborted) return failure?.why;
    const wait = failure.retryAfterMs ?? FIRST_PAUSE_MS * 4 ** (attempt - 1);
    try {
      await pause(Math.min(wait, LONGEST_PAUSE_MS), signal);
    } catch {
      return failure.why;
    }
  }
}

interface Failure {
  readonly why: string;
  /** Trying again would change nothing. */
  readonly isFinal: boolean;
  readonly retryAfterMs?: number;
}

async function tryOnce(
  { url, headers, body }: Message,
  { fetch, signal }: PostOptions,
): Promise<Failure | undefined> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers,
      body,
      // Credentials shall not go where somebody else says.
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel();
  } catch (error) {
    return { why: reasonOf(error), isFinal: false };
  }
  const { status } = response;
  if (status >= 200 && status < 300) return undefined;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    why: `it answered ${status}`,
    isFinal: status !== 429 && status < 500,
    ...(Number.isFinite(seconds) && seconds >= 0 && { retryAfterMs: seconds * 1000 }),
  };
}

/** The codes of Node's errors; their messages may have the address in them. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.name === 'TimeoutError') return 'it did not answer in time';
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  return code === undefined ? 'it cannot be reached' : `it cannot be reached (${code})`;
}
