/** From a kubeconfig's user to what is sent: headers for each request, and a certificate for each
 * connection. Certificates, tokens, token files and passwords are read here. Exec plugins and the old auth
 * providers are @kubernetes/client-node's, loaded only when a kubeconfig names one
 * (docs/decisions/0003-kube-transport.md). */
import { readFileSync } from 'node:fs';
import type { Clock } from './clock.ts';
import type { TlsMaterial } from './endpoint.ts';
import type { Entry } from './kubeconfig.ts';
import { invalid, isEntry, textOf } from './kubeconfig.ts';
import type { Plugin } from './plugins.ts';
import type { Headers } from './request.ts';

export interface Credentials {
  /** Headers of a request, at this moment. May run a plugin. */
  headers(): Headers | Promise<Headers>;
  /** Certificate and key of a connection made at this moment. */
  tls(): TlsMaterial;
  /** Called when the server answered 401. True when a second try may fare better. */
  renew(): boolean;
}

/** How long a token file's content is trusted before it is read again; kubelet rotates them well before they expire. */
const TOKEN_FILE_MS = 10_000;

const NOTHING = {};

export const anonymous: Credentials = { headers: () => NOTHING, tls: () => NOTHING, renew: () => false };

/** @throws KubeError `KUBECONFIG_INVALID` */
export function credentialsOf(
  user: Entry,
  about: { readonly name: string; readonly origin: string; readonly cluster: Entry },
  clock: Clock,
): Credentials {
  const { origin } = about;
  const fixed = impersonation(user, origin);
  const tls = () => ({
    ...fileOrData(user, 'client-certificate', 'cert', origin),
    ...fileOrData(user, 'client-key', 'key', origin),
  });

  const tokenFile = textOf(user, 'tokenFile', origin);
  if (tokenFile !== undefined) {
    const token = fileToken(tokenFile, origin, clock);
    return {
      headers: () => ({ ...fixed, authorization: `Bearer ${token.value()}` }),
      tls,
      renew: token.forget,
    };
  }
  const authorization = fixedAuthorization(user, origin);
  if (authorization === undefined && (isEntry(user.exec) || isEntry(user['auth-provider']))) {
    return pluginCredentials(user, about, fixed, tls);
  }
  const headers = authorization === undefined ? fixed : { ...fixed, authorization };
  return { headers: () => headers, tls, renew: () => false };
}

function fixedAuthorization(user: Entry, origin: string): string | undefined {
  const token = textOf(user, 'token', origin);
  if (token !== undefined) return `Bearer ${token}`;
  const name = textOf(user, 'username', origin);
  if (name === undefined) return undefined;
  const password = textOf(user, 'password', origin) ?? '';
  return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
}

function impersonation(user: Entry, origin: string): Headers {
  const name = textOf(user, 'as', origin);
  const uid = textOf(user, 'as-uid', origin);
  const groups = user['as-groups'] ?? [];
  if (!Array.isArray(groups) || !groups.every((group) => typeof group === 'string')) {
    throw invalid(origin, 'as-groups is not a list of names');
  }
  return {
    ...(name !== undefined && { 'impersonate-user': name }),
    ...(uid !== undefined && { 'impersonate-uid': uid }),
    ...(groups.length > 0 && { 'impersonate-group': groups }),
  };
}

function fileToken(file: string, origin: string, clock: Clock) {
  let token = '';
  let readAt = Number.NEGATIVE_INFINITY;
  return {
    value(): string {
      if (clock.now() - readAt >= TOKEN_FILE_MS) {
        token = readFile(file, origin).toString('utf8').trim();
        readAt = clock.now();
      }
      return token;
    },
    forget(): boolean {
      readAt = Number.NEGATIVE_INFINITY;
      return true;
    },
  };
}

function pluginCredentials(
  user: Entry,
  about: { readonly name: string; readonly origin: string; readonly cluster: Entry },
  fixed: Headers,
  tls: () => TlsMaterial,
): Credentials {
  let plugin: Promise<Plugin> | undefined;
  let asking: ReturnType<Plugin['credential']> | undefined;
  let material: TlsMaterial = NOTHING;
  const ask = async () => {
    plugin ??= import('./plugins.ts').then(({ loadPlugin }) => loadPlugin(user, about));
    return (await plugin).credential();
  };
  return {
    async headers() {
      // Requests that start together ask once.
      asking ??= ask().finally(() => {
        asking = undefined;
      });
      const answer = await asking;
      material = answer.tls;
      return { ...fixed, ...answer.headers };
    },
    tls: () => ({ ...tls(), ...material }),
    renew() {
      plugin = undefined;
      return true;
    },
  };
}

/** A certificate or key that stands in the kubeconfig (base64) or in a file that it names; data wins. */
export function fileOrData<Name extends string>(
  entry: Entry,
  member: string,
  as: Name,
  origin: string,
): { readonly [key in Name]?: Buffer } {
  const data = textOf(entry, `${member}-data`, origin);
  const file = textOf(entry, member, origin);
  const bytes =
    data !== undefined
      ? Buffer.from(data, 'base64')
      : file !== undefined
        ? readFile(file, origin)
        : undefined;
  // TypeScript does not know that a computed key of type Name gives a record of Name.
  return (bytes === undefined ? {} : { [as]: bytes }) as { [key in Name]?: Buffer };
}

function readFile(file: string, origin: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw invalid(origin, `${file} cannot be read (${error instanceof Error ? error.message : error})`);
  }
}
