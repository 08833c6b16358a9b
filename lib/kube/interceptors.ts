import type { RequestCounts } from './client.ts';
import type { Clock } from './clock.ts';
import { backoffMs } from './clock.ts';
import { KubeError } from './errors.ts';
import type { Interceptor, Request, Response, Verb } from './request.ts';
import { header } from './request.ts';

/** Counts what is sent, repeats included. */
export function requestCounter(): { readonly interceptor: Interceptor; counts(): RequestCounts } {
  let total = 0;
  const byVerb: Partial<Record<Verb, number>> = {};
  return {
    interceptor: (next) => (request) => {
      total += 1;
      byVerb[request.verb] = (byVerb[request.verb] ?? 0) + 1;
      return next(request);
    },
    counts: () => ({ total, byVerb: { ...byVerb } as Record<string, number> }),
  };
}

/** One request as it went over the wire. */
export interface RequestTrace {
  readonly verb: Verb;
  readonly method: string;
  readonly path: string;
  readonly durationMs: number;
  /** Absent when there was no answer. */
  readonly status?: number;
  readonly error?: unknown;
  /** What the server warns of: deprecated versions, fields it does not know (RFC 9111, 5.5 as Kubernetes uses it). */
  readonly warnings: readonly string[];
}

export function tracing(observer: (trace: RequestTrace) => void, clock: Clock): Interceptor {
  return (next) => async (request) => {
    const started = clock.now();
    const about = (rest: Pick<RequestTrace, 'status' | 'error' | 'warnings'>): RequestTrace => ({
      verb: request.verb,
      method: request.method,
      path: request.path,
      durationMs: clock.now() - started,
      ...rest,
    });
    try {
      const response = await next(request);
      observer(about({ status: response.status, warnings: warningsOf(response) }));
      return response;
    } catch (error) {
      observer(about({ error, warnings: [] }));
      throw error;
    }
  };
}

function warningsOf(response: Response): string[] {
  const text = response.headers.warning;
  if (text === undefined) return [];
  const joined = typeof text === 'string' ? text : text.join(',');
  return [...joined.matchAll(/\b299 \S+ "((?:[^"\\]|\\.)*)"/g)].map((match) =>
    match[1]!.replace(/\\(.)/g, '$1'),
  );
}

export interface RetryOptions {
  /** Tries in all. */
  readonly attempts: number;
  readonly clock: Clock;
  /** Whether this client has ever had an answer: while it has not, an unreachable server is an error at
   * once, since most likely the address is wrong; afterwards it is one that is restarting. */
  readonly everAnswered: () => boolean;
}

/** What a server may ask us to wait before we rather give up. */
const LONGEST_RETRY_AFTER_S = 30;

/** A busy server that names a time puts us off, and is no failure: it is asked again for so long, however often that is. */
const LONGEST_PUT_OFF_MS = 60_000;

/** Sends again what is safe to send again: what the server did not act on (connection refused, stream
 * refused, 429), and, for requests that may be repeated, what broke half-way (reset, 502, 503, 504, and what
 * comes with a time to try again, as "etcd has no leader" does with 500). */
export function retrying(options: RetryOptions): Interceptor {
  const { attempts, clock } = options;
  return (next) => async (request) => {
    let putOffMs = 0;
    for (let attempt = 1; ; attempt += 1) {
      let waitMs = backoffMs(attempt, clock);
      try {
        const response = await next(request);
        if (response.status === 429) request.onPushback?.();
        if (!isTransient(request, response)) return response;
        const retryAfter = Number(header(response, 'retry-after') ?? Number.NaN);
        if (retryAfter > LONGEST_RETRY_AFTER_S) return response;
        if (retryAfter >= 0) waitMs = Math.max(waitMs, retryAfter * 1000);
        const isPutOff = response.status === 429 && retryAfter >= 0;
        if (isPutOff ? putOffMs >= LONGEST_PUT_OFF_MS : attempt >= attempts) return response;
        if (isPutOff) putOffMs += waitMs;
      } catch (error) {
        if (attempt >= attempts || !(error instanceof KubeError)) throw error;
        if (!mayRepeatAfter(request, error, options.everAnswered())) throw error;
      }
      await clock.sleep(waitMs, request.signal);
    }
  };
}

function isTransient(request: Request, response: Response): boolean {
  const { status } = response;
  if (status === 429) return true;
  if (!request.repeatable || status < 500) return false;
  return BETWEEN_SERVERS.has(status) || header(response, 'retry-after') !== undefined;
}

/** What gateways say, and an API server that starts or stops: the next try may find another one (RFC 9110, 15.6). */
const BETWEEN_SERVERS: ReadonlySet<number> = new Set([502, 503, 504]);

function mayRepeatAfter(request: Request, error: KubeError, everAnswered: boolean): boolean {
  // Who reads a stream has to know that it was interrupted, and goes on from where it was.
  if (request.stream) return false;
  if (error.code === 'CONNECTION_LOST') return request.repeatable || !error.reachedServer;
  return error.code === 'UNREACHABLE' && everAnswered;
}
