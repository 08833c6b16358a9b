/** A GitHub App as credential: a JWT that the app's key signs (RS256) buys a token of its installation, good for an hour
 * (GitHub documentation, "Authenticating as a GitHub App installation"). */
import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { z } from 'zod';
import { ForgeError } from './error.ts';
import { type Credential, ForgeHttp, type HttpOptions, REAL_IO } from './http.ts';

export interface GitHubApp {
  /** Its number, or its client id. */
  readonly appId: string;
  /** PEM. */
  readonly privateKey: string;
  /** Asked for by the repository when absent. */
  readonly installationId?: string;
}

const Installation = z.object({ id: z.number() });
const Token = z.object({ token: z.string(), expires_at: z.string() });
const App = z.object({ slug: z.string() });

/** GitHub takes JWTs of ten minutes at most, and clocks differ. */
const JWT_SECONDS = 9 * 60;
const CLOCK_SKEW_SECONDS = 60;
/** A token is renewed this long before it ends. */
const EARLY_MS = 60_000;

export class GitHubAppCredential implements Credential {
  readonly #app: GitHubApp;
  readonly #http: ForgeHttp;
  readonly #repositoryPath: string;
  readonly #now: () => number;
  #token: Promise<{ readonly value: string; readonly until: number }> | undefined;
  #secret = '';

  /** @throws ForgeError `FORGE_TOKEN_REFUSED` when the key is none */
  constructor(app: GitHubApp, repositoryPath: string, http: Omit<HttpOptions, 'credential'>) {
    this.#app = app;
    this.#repositoryPath = repositoryPath;
    this.#now = (http.io ?? REAL_IO).now;
    const key = readKey(app.privateKey);
    this.#http = new ForgeHttp({
      ...http,
      credential: {
        headers: async () => ({ authorization: `Bearer ${appJwt(app.appId, key, this.#now())}` }),
        renew: () => false,
        secrets: [],
      },
    });
  }

  get secrets(): readonly string[] {
    return [this.#secret];
  }

  async headers(): Promise<Readonly<Record<string, string>>> {
    return { authorization: `Bearer ${await this.token()}` };
  }

  /** A token that is good for a minute at least. */
  async token(): Promise<string> {
    const known = await this.#token;
    if (!known || known.until <= this.#now()) {
      this.#token = this.#fetchToken();
      // A failed attempt is not what the next request gets to hear.
      this.#token.catch(() => {
        this.#token = undefined;
      });
    }
    return (await this.#token)!.value;
  }

  renew(): boolean {
    this.#token = undefined;
    return true;
  }

  /** What the app's comments are signed with. */
  async login(): Promise<string> {
    return `${(await this.#http.json(App, 'GET', '/app')).slug}[bot]`;
  }

  async #fetchToken(): Promise<{ readonly value: string; readonly until: number }> {
    const id =
      this.#app.installationId ??
      (await this.#http.json(Installation, 'GET', `${this.#repositoryPath}/installation`)).id;
    const { token, expires_at: expires } = await this.#http.json(
      Token,
      'POST',
      `/app/installations/${id}/access_tokens`,
    );
    this.#secret = token;
    return { value: token, until: Date.parse(expires) - EARLY_MS };
  }
}

/** RFC 7519, signed with RS256 (RFC 7518). */
export function appJwt(appId: string, key: KeyObject, nowMs: number): string {
  const now = Math.floor(nowMs / 1000);
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iat: now - CLOCK_SKEW_SECONDS, exp: now + JWT_SECONDS, iss: appId };
  const text = `${encode({ alg: 'RS256', typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
}

function readKey(pem: string): KeyObject {
  try {
    // Environment variables cannot hold line ends everywhere.
    const key = createPrivateKey(pem.includes('\n') ? pem : pem.replaceAll('\\n', '\n'));
    if (key.asymmetricKeyType === 'rsa') return key;
  } catch {
    // The cause could quote the key.
  }
  throw new ForgeError('FORGE_TOKEN_REFUSED', 'the private key of the GitHub App is no RSA key in PEM', {
    family: 'usage',
    hint: 'Give the whole file that GitHub made, from -----BEGIN to -----END.',
  });
}
