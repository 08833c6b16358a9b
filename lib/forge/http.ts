/** Requests to the REST API of a forge: credentials, rate limits, retries, pages, and errors with words. */
import { setTimeout as delay } from 'node:timers/promises';
import type { z } from 'zod';
import { ForgeError } from './error.ts';
import { RateLimit, type RateLimitState } from './rate-limit.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Proves who we are. Asked before each request, so that short-lived tokens can be renewed. */
export interface Credential {
  headers(): Promise<Readonly<Record<string, string>>>;
  /** The forge refused the token: the next one has to be a new one.
   * @returns whether there can be another */
  renew(): boolean;
  /** Texts that no output may show. */
  readonly secrets: readonly string[];
}

/** What the outside world is, so that tests can hold it. */
export interface ForgeIo {
  readonly fetch: typeof fetch;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

export const REAL_IO: ForgeIo = {
  fetch: (...args) => fetch(...args),
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await delay(ms, undefined, signal ? { signal } : {});
  },
};

export interface HttpOptions {
  /** URL of the API, without a slash at the end: `https://api.github.com`. */
  readonly baseUrl: string;
  readonly credential: Credential;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The longest to wait for a rate limit to end before giving up; default one minute. */
  readonly maxWaitMs?: number;
  readonly timeoutMs?: number;
  /** The parameter that says how many items a page has; default `per_page`. */
  readonly pageSizeParameter?: string;
  readonly signal?: AbortSignal;
  readonly io?: ForgeIo;
}

export interface Query {
  readonly [name: string]: string | number | boolean | undefined;
}

export interface RequestOptions {
  readonly query?: Query;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** What talking to a forge cost. */
export interface ForgeUsage {
  readonly requests: number;
  readonly retries: number;
  /** Spent waiting for rate limits. */
  readonly waitedMs: number;
  /** What the forge said last; absent where it says nothing. */
  readonly rateLimit?: RateLimitState;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

const RETRIES = 3;
const DEFAULT_TIMEOUT_MS = 30_000;
const DEFAULT_MAX_WAIT_MS = 60_000;
/** More than that is no answer that we asked for. */
const MOST_BYTES = 32 * 1024 * 1024;
const MOST_PAGES = 200;
const PAGE_SIZE = 50;

export class ForgeHttp {
  readonly #options: HttpOptions;
  readonly #io: ForgeIo;
  readonly #limit: RateLimit;
  #requests = 0;
  #retries = 0;
  #waitedMs = 0;

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#io = options.io ?? REAL_IO;
    this.#limit = new RateLimit(this.#io.now);
  }

  get usage(): ForgeUsage {
    const { state } = this.#limit;
    return {
      requests: this.#requests,
      retries: this.#retries,
      waitedMs: this.#waitedMs,
      ...(state && { rateLimit: state }),
    };
  }

  /** @returns the body of the answer, checked
   * @throws ForgeError */
  async json<T>(
    schema: z.ZodType<T>,
    method: Method,
    path: string,
    options: RequestOptions = {},
  ): Promise<T> {
    return this.#parse(schema, method, path, await this.#send(method, path, options));
  }

  /** Every item of a list, page by page.
   * @throws ForgeError */
  async list<T>(schema: z.ZodType<T>, path: string, query: Query = {}): Promise<readonly T[]> {
    const items: T[] = [];
    let page: Query | undefined = { ...query, [this.#options.pageSizeParameter ?? 'per_page']: PAGE_SIZE };
    for (let count = 0; page !== undefined; count++) {
      if (count === MOST_PAGES)
        throw new ForgeError('FORGE_FAILED', `GET ${path} has more than ${MOST_PAGES} pages`);
      const answer: Answer = await this.#send('GET', path, { query: page });
      items.push(...this.#parse(schema.array(), 'GET', path, answer));
      page = nextPage(answer.headers.get('link'));
    }
    return items;
  }

  /** @returns undefined when it is not there
   * @throws ForgeError */
  async find<T>(schema: z.ZodType<T>, path: string, query: Query = {}): Promise<T | undefined> {
    try {
      return await this.json(schema, 'GET', path, { query });
    } catch (error) {
      if (error instanceof ForgeError && error.code === 'FORGE_NOT_FOUND') return undefined;
      throw error;
    }
  }

  async #send(method: Method, path: string, options: RequestOptions): Promise<Answer> {
    const url = new URL(`${this.#options.baseUrl}${path}`);
    for (const [name, value] of Object.entries(options.query ?? {})) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    let renewed = false;
    for (let attempt = 0; ; attempt++) {
      await this.#waitForLimit(method, path);
      const answer = await this.#try(method, url, options.body).catch((cause: unknown) =>
        this.#unreachable(method, url, cause),
      );
      if ('error' in answer) {
        // What was sent may have been done: whoever creates something looks first whether it is there (once.ts).
        if (method === 'POST' || attempt === RETRIES) throw answer.error;
        await this.#pause(attempt);
        continue;
      }
      this.#limit.learn(answer.status, answer.headers);
      if (this.#limit.isReached) {
        if (attempt === RETRIES) throw this.#rateLimited(method, path);
        continue;
      }
      if (answer.status === 401 && !renewed && this.#options.credential.renew()) {
        renewed = true;
        continue;
      }
      if (answer.status >= 500 && method !== 'POST' && attempt < RETRIES) {
        await this.#pause(attempt);
        continue;
      }
      if (answer.status < 200 || answer.status > 299) throw this.#refused(method, path, answer);
      return answer;
    }
  }

  async #try(method: Method, url: URL, body: RequestOptions['body']): Promise<Answer> {
    const { credential, headers, timeoutMs = DEFAULT_TIMEOUT_MS, signal } = this.#options;
    this.#requests++;
    const timeout = AbortSignal.timeout(timeoutMs);
    let target = url;
    for (let hops = 0; ; hops++) {
      const response = await this.#io.fetch(target, {
        method,
        // A redirect followed by fetch turns POST into GET, and may lead where the token must not go.
        redirect: 'manual',
        headers: {
          accept: 'application/json',
          'user-agent': 'truekeel',
          ...headers,
          ...(await credential.headers()),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      });
      const location = response.headers.get('location');
      const moved = [301, 307, 308].includes(response.status) && location !== null;
      const next = moved ? new URL(location, target) : undefined;
      if (!next || next.origin !== url.origin || hops === 3)
        return { status: response.status, headers: response.headers, text: await read(response) };
      await response.body?.cancel();
      target = next;
    }
  }

  #parse<T>(schema: z.ZodType<T>, method: Method, path: string, { headers, text, status }: Answer): T {
    let value: unknown;
    try {
      value = text === '' ? undefined : JSON.parse(text);
    } catch {
      throw this.#noApi(method, path, status, headers);
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    throw new ForgeError(
      'FORGE_NOT_AN_API',
      `the answer to ${method} ${path} is not what the API promises: ${issue?.path.join('.')}: ${issue?.message}`,
      { status, hint: 'Check that the URL of the forge is right, and which version of it runs there.' },
    );
  }

  #refused(method: Method, path: string, answer: Answer): ForgeError {
    const { status, headers, text } = answer;
    if (isHtml(headers)) return this.#noApi(method, path, status, headers);
    const said = this.#mask(sayingOf(text));
    const message = `${this.#host} answered ${status} to ${method} ${path}${said === '' ? '' : `: ${said}`}`;
    switch (status) {
      case 401:
        return new ForgeError('FORGE_TOKEN_REFUSED', message, {
          status,
          family: 'usage',
          hint: 'The token is wrong, expired or revoked: give another one.',
        });
      case 403:
        return new ForgeError('FORGE_FORBIDDEN', message, {
          status,
          hint: 'Give the token the rights that docs/forges.md lists; a token of a fork’s run has none.',
        });
      case 404:
      case 410:
        return new ForgeError('FORGE_NOT_FOUND', message, {
          status,
          hint: 'Check the name of the repository and the number; forges answer like this, too, when the token may not see it.',
        });
      case 405:
      case 409:
      case 412:
        return new ForgeError('FORGE_CONFLICT', message, {
          status,
          family: 'conflict',
          hint: 'Something changed meanwhile, or is there already: try again.',
        });
      case 400:
      case 413:
      case 422:
        return new ForgeError('FORGE_INVALID', message, { status });
      default:
        return new ForgeError(status >= 500 ? 'FORGE_UNREACHABLE' : 'FORGE_FAILED', message, { status });
    }
  }

  #noApi(method: Method, path: string, status: number, headers: Headers): ForgeError {
    const what = isHtml(headers) ? 'a page' : 'no JSON';
    return new ForgeError(
      'FORGE_NOT_AN_API',
      `${this.#host} answered ${method} ${path} with ${what} (status ${status}), not as an API does`,
      {
        status,
        hint: 'A login page, a proxy or the wrong URL: set `forge.url` in truekeel.config.ts to the root of the forge.',
      },
    );
  }

  #unreachable(method: Method, url: URL, cause: unknown): { readonly error: Error } {
    if (this.#options.signal?.aborted) return { error: asError(cause) };
    if (cause instanceof ForgeError) return { error: cause };
    const why = this.#mask(reasonOf(cause));
    return {
      error: new ForgeError(
        'FORGE_UNREACHABLE',
        `${url.host} did not answer ${method} ${url.pathname}: ${why}`,
        {
          hint: 'Check the network, the proxy and the URL of the forge; what was done so far is not done again.',
        },
      ),
    };
  }

  async #waitForLimit(method: Method, path: string): Promise<void> {
    const waitMs = this.#limit.waitMs;
    if (waitMs === 0) return;
    if (waitMs > (this.#options.maxWaitMs ?? DEFAULT_MAX_WAIT_MS)) throw this.#rateLimited(method, path);
    this.#waitedMs += waitMs;
    this.#retries++;
    await this.#io.sleep(waitMs, this.#options.signal);
    this.#limit.passed();
  }

  #rateLimited(method: Method, path: string): ForgeError {
    const at = new Date(this.#io.now() + this.#limit.waitMs).toISOString();
    return new ForgeError(
      'FORGE_RATE_LIMITED',
      `${this.#host} takes no more requests for now (${method} ${path})`,
      {
        status: 429,
        family: 'not-ready',
        hint: `It says that it will again at ${at}. What was done so far is not done again: run the same command then.`,
      },
    );
  }

  async #pause(attempt: number): Promise<void> {
    this.#retries++;
    await this.#io.sleep(500 * 2 ** attempt, this.#options.signal);
  }

  get #host(): string {
    return new URL(this.#options.baseUrl).host;
  }

  #mask(text: string): string {
    return this.#options.credential.secrets
      .filter((secret) => secret !== '')
      .reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
  }
}

/** The parameters of the next page (RFC 8288). Its path is not taken: behind a proxy, forges name a host that is not the one
 * that we talk to. */
function nextPage(link: string | null): Query | undefined {
  const next = link?.split(/,\s*(?=<)/).find((part) => /;\s*rel="?next"?/.test(part));
  const target = next && /<([^>]*)>/.exec(next)?.[1];
  const url = target === undefined ? undefined : URL.parse(target, 'http://localhost');
  return url ? Object.fromEntries(url.searchParams) : undefined;
}

async function read(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MOST_BYTES)
      throw new ForgeError('FORGE_FAILED', `an answer has more than ${MOST_BYTES} bytes`, {
        status: response.status,
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isHtml(headers: Headers): boolean {
  return /^text\/html\b/i.test(headers.get('content-type') ?? '');
}

/** What a forge says went wrong: GitHub and Gitea have `message` (and `errors`), GitLab `message` or `error` as text, list
 * or object. */
function sayingOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body !== 'object' || body === null) return '';
    const { message, error, errors } = body as { message?: unknown; error?: unknown; errors?: unknown };
    const parts = [message ?? error, errors].filter((part) => part !== undefined && part !== null);
    const said = parts.map((part) => (typeof part === 'string' ? part : JSON.stringify(part))).join(' ');
    return said.length > 500 ? `${said.slice(0, 500)}…` : said;
  } catch {
    return '';
  }
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return 'it took too long';
  // fetch says only that it failed; its cause says why.
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message;
}

function asError(value: unknown): Error {
  return value instanceof Error ? value : new Error(String(value));
}
