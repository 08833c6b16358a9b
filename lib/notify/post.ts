/** Posts a message. */
import type { Message } from './message.ts';
import { type Failure, TIMEOUT_MS, type TryOptions } from './tries.ts';

export interface PostOptions extends TryOptions {
  readonly fetch: typeof globalThis.fetch;
}

/** Posts it once. */
export async function tryPost(
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
