/** Talking to one repository over smart HTTP (gitprotocol-http): who we are, where it really is, what it says. */
import type { GitContext } from '../context.ts';
import { GitError } from '../errors.ts';
import { credentialsOf } from '../remote-url.ts';
import { type Advertisement, readAdvertisement } from './advertisement.ts';
import { type HttpResponse, send } from './client.ts';
import {
  askHelpers,
  authorizationOf,
  type HelperCredentials,
  type RemoteCredentials,
} from './credentials.ts';
import type { GitConfig } from './git-config.ts';
import { type PktLine, readPktLines } from './pkt-line.ts';
import { protocolError, serverWords } from './protocol-error.ts';
import { type HttpSettings, httpSettings } from './settings.ts';

export type Service = 'git-upload-pack' | 'git-receive-pack';

/** Some forges let only programs in that say "git/". */
export const USER_AGENT = 'git/truekeel';

const MOST_REDIRECTS = 5;

export interface SessionOptions {
  readonly context: GitContext;
  readonly config: GitConfig;
  readonly url: URL;
  readonly settings: HttpSettings;
  /** Given by the caller; otherwise those of the URL are used, and then those of the credential helpers. */
  readonly credentials: RemoteCredentials | undefined;
  readonly signal: AbortSignal;
}

export class HttpSession {
  readonly #context: GitContext;
  readonly #config: GitConfig;
  readonly #signal: AbortSignal;
  #settings: HttpSettings;
  /** Without user, password and slash at the end. */
  #base: string;
  /** Where the user's credentials go; undefined when the server sent us to another. */
  #url: URL | undefined;
  #authorization: string | undefined;
  #helper: HelperCredentials | undefined;
  #mayAskHelpers: boolean;
  #direct = true;

  constructor({ context, config, url, settings, credentials, signal }: SessionOptions) {
    this.#context = context;
    this.#config = config;
    this.#signal = signal;
    this.#settings = settings;
    this.#url = url;
    this.#base = baseOf(url);
    // A name alone is for the helpers to find its password.
    const own = credentials ?? (url.password === '' ? undefined : credentialsOf(url));
    this.#authorization = own && authorizationOf(own);
    this.#mayAskHelpers = own === undefined;
  }

  /** Where the repository is, without credentials. */
  get address(): string {
    return this.#base;
  }

  /** Whether the server answered at this address, to the credentials that were given, and without asking for more. */
  get isDirect(): boolean {
    return this.#direct;
  }

  /** Asks what the server has to offer. Follows redirects, as Git does with this question only.
   * @throws GitError `GIT_AUTH_FAILED`, `REMOTE_NOT_FOUND`, `REMOTE_UNREACHABLE`, `REMOTE_PROTOCOL` */
  async discover(service: Service): Promise<Advertisement> {
    const tail = `/info/refs?service=${service}`;
    for (let redirects = 0; ; redirects++) {
      const response = await this.#authorized('GET', `${this.#base}${tail}`, {
        pragma: 'no-cache',
        ...(service === 'git-upload-pack' && { 'git-protocol': 'version=2' }),
      });
      const location = redirectOf(response);
      if (location === undefined) {
        await this.#check(response, `application/x-${service}-advertisement`);
        return readAdvertisement(readPktLines(response.body), service);
      }
      await discard(response);
      this.#follow(location, tail, redirects);
    }
  }

  /** @throws GitError as {@link discover} */
  async request(service: Service, body: readonly Buffer[]): Promise<AsyncGenerator<PktLine, void>> {
    const headers = {
      'content-type': `application/x-${service}-request`,
      accept: `application/x-${service}-result`,
      ...(service === 'git-upload-pack' && { 'git-protocol': 'version=2' }),
    };
    const response = await this.#authorized('POST', `${this.#base}/${service}`, headers, body);
    await this.#check(response, `application/x-${service}-result`);
    return readPktLines(response.body);
  }

  /** Sends, and tries once more with credentials when the server asks for some. */
  async #authorized(
    method: 'GET' | 'POST',
    url: string,
    headers: Readonly<Record<string, string>>,
    body?: readonly Buffer[],
  ): Promise<HttpResponse> {
    for (;;) {
      const extra = this.#settings.headers.filter(
        ([name]) => name !== 'authorization' || this.#authorization === undefined,
      );
      const response = await send(
        {
          method,
          url: new URL(url),
          headers: {
            'user-agent': USER_AGENT,
            ...headers,
            ...Object.fromEntries(extra),
            ...(this.#authorization !== undefined && { authorization: this.#authorization }),
          },
          ...(body && { body }),
          signal: this.#signal,
          // A push that was received must not be received again.
          repeatable: method === 'GET' || url.endsWith('/git-upload-pack'),
        },
        this.#settings.connection,
      );
      if (response.status !== 401) {
        if (this.#helper && response.status < 300) await this.#judge(true);
        return response;
      }
      const challenges = response.header('www-authenticate');
      await discard(response);
      await this.#judge(false);
      if (!(await this.#askHelpers(challenges))) throw this.#refused(401);
    }
  }

  async #askHelpers(challenges: string | undefined): Promise<boolean> {
    this.#direct = false;
    if (!this.#mayAskHelpers) return false;
    this.#mayAskHelpers = false;
    const url = this.#url ?? new URL(this.#base);
    this.#helper = await askHelpers(this.#context, url, challenges === undefined ? [] : [challenges]);
    this.#authorization = this.#helper && authorizationOf(this.#helper.credentials);
    return this.#helper !== undefined;
  }

  async #judge(accepted: boolean): Promise<void> {
    await this.#helper?.judge(accepted);
    this.#helper = undefined;
  }

  /** Credentials stay with the server that they were given for. */
  #follow(location: string, tail: string, redirects: number): void {
    this.#direct = false;
    const from = new URL(this.#base);
    const target = URL.parse(location, this.#base + tail);
    const lost = (why: string) =>
      protocolError(`${this.#base} sends us to ${serverWords(target?.origin ?? location)}, ${why}`);
    if (!this.#settings.followRedirects) throw lost('and http.followRedirects forbids to follow');
    if (redirects >= MOST_REDIRECTS) throw lost('after too many other places');
    if (!target || !/^https?:$/.test(target.protocol)) throw lost('which is not reached over HTTP');
    if (from.protocol === 'https:' && target.protocol === 'http:')
      throw lost('where everybody could read along');
    if (!target.href.endsWith(tail)) throw lost('which is not a Git repository');
    target.href = target.href.slice(0, -tail.length);
    target.username = '';
    target.password = '';
    if (target.origin !== from.origin) {
      this.#authorization = undefined;
      this.#helper = undefined;
      this.#url = undefined;
      this.#mayAskHelpers = true;
      const settings = httpSettings(this.#config, target, process.env);
      if (!settings) throw lost('for which there are settings that only Git itself knows; use that address');
      this.#settings = settings;
    }
    this.#base = baseOf(target);
  }

  async #check(response: HttpResponse, contentType: string): Promise<void> {
    const { status } = response;
    if (status === 200 && response.header('content-type')?.split(';')[0]?.trim() === contentType) return;
    const words = await wordsOf(response);
    const said = words === '' ? '' : `: ${words}`;
    if (status === 200) throw protocolError(`${this.#base} answers, but not as a Git server does${said}`);
    if (status === 403) throw this.#refused(status, said);
    if (status === 404 || status === 410) {
      throw new GitError(
        'REMOTE_NOT_FOUND',
        `${this.#base} is not there, or these credentials may not see it${said}`,
        {
          hint: 'Check the spelling ("git remote -v"), and that the token may read it.',
        },
      );
    }
    if (status === 429 || status >= 500) {
      throw new GitError('REMOTE_UNREACHABLE', `${this.#base} answered ${status}${said}`, {
        hint: 'It is busy or down for a while; try again later.',
      });
    }
    throw protocolError(`${this.#base} answered ${status}${said}`);
  }

  #refused(status: number, said = ''): GitError {
    return new GitError(
      'GIT_AUTH_FAILED',
      `${this.#base} refused the credentials, or asked for some (${status})${said}`,
      {
        hint: 'Check the token and that it may do this: set up a credential helper, then try "git ls-remote" by hand.',
      },
    );
  }
}

function baseOf(url: URL): string {
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

function redirectOf(response: HttpResponse): string | undefined {
  return [301, 302, 303, 307, 308].includes(response.status) ? response.header('location') : undefined;
}

/** The first words of an answer that people can read. */
async function wordsOf(response: HttpResponse): Promise<string> {
  if (!/^text\/plain\b/.test(response.header('content-type') ?? '')) {
    await discard(response);
    return '';
  }
  let text = '';
  for await (const chunk of response.body) {
    text += chunk.toString('utf8');
    if (text.length > 2_000) break;
  }
  return serverWords(text);
}

/** Reads a short answer to its end, so that its connection can be used again; closes it on a long one. */
async function discard(response: HttpResponse): Promise<void> {
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > 65_536) break;
  }
}
