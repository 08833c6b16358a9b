/** Exec plugins and auth providers, by way of @kubernetes/client-node. Its modules are taken one by one: its
 * door, and config.js, take a third of a second to load. */
import type { RequestOptions } from 'node:https';
import type { TlsMaterial } from './endpoint.ts';
import { KubeError } from './errors.ts';
import type { Entry } from './kubeconfig.ts';
import { invalid, isEntry, textOf } from './kubeconfig.ts';

export interface Plugin {
  /** @throws KubeError `CREDENTIALS_FAILED` */
  credential(): Promise<{ readonly headers: Readonly<Record<string, string>>; readonly tls: TlsMaterial }>;
}

interface About {
  readonly name: string;
  readonly origin: string;
  readonly cluster: Entry;
}

/** What the authenticators of client-node have in common. */
interface Authenticator {
  applyAuthentication(user: PluginUser, options: RequestOptions): Promise<void>;
}

interface PluginUser {
  readonly name: string;
  readonly exec?: unknown;
  readonly authProvider?: unknown;
}

/** @throws KubeError `KUBECONFIG_INVALID` when nobody knows the provider */
export async function loadPlugin(user: Entry, about: About): Promise<Plugin> {
  const authenticator = await loadAuthenticator(user, about);
  const adapted: PluginUser = isEntry(user.exec)
    ? { name: about.name, exec: withExecInfo(user.exec, about) }
    : { name: about.name, authProvider: user['auth-provider'] };
  return {
    async credential() {
      const options: RequestOptions = { headers: {} };
      try {
        await authenticator.applyAuthentication(adapted, options);
      } catch (error) {
        throw failed(user, about, error);
      }
      const headers = Object.entries(options.headers ?? {}).map(
        ([name, value]) => [name.toLowerCase(), String(value)] as const,
      );
      const { cert, key } = options;
      return {
        headers: Object.fromEntries(headers),
        tls: {
          ...(typeof cert === 'string' && { cert }),
          ...(typeof key === 'string' && { key }),
        },
      };
    },
  };
}

async function loadAuthenticator(user: Entry, about: About): Promise<Authenticator> {
  if (isEntry(user.exec)) {
    const { ExecAuth } = await import('@kubernetes/client-node/dist/exec_auth.js');
    return new ExecAuth();
  }
  const provider = isEntry(user['auth-provider']) ? user['auth-provider'].name : undefined;
  switch (provider) {
    case 'oidc': {
      const { OpenIDConnectAuth } = await import('@kubernetes/client-node/dist/oidc_auth.js');
      return new OpenIDConnectAuth();
    }
    case 'azure': {
      const { AzureAuth } = await import('@kubernetes/client-node/dist/azure_auth.js');
      return new AzureAuth();
    }
    case 'gcp': {
      const { GoogleCloudPlatformAuth } = await import('@kubernetes/client-node/dist/gcp_auth.js');
      return new GoogleCloudPlatformAuth();
    }
    default:
      throw invalid(about.origin, `user ${about.name} has the unknown auth-provider ${String(provider)}`);
  }
}

/** Adds the variable in which plugins expect to be told what they are asked for (Kubernetes documentation,
 * "client-go credential plugins", input and output formats). */
function withExecInfo(exec: Entry, about: About): Entry {
  const { cluster } = about;
  const info = {
    apiVersion: textOf(exec, 'apiVersion', about.origin) ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: {
      interactive: false,
      ...(exec.provideClusterInfo === true && {
        cluster: {
          server: cluster.server,
          'tls-server-name': cluster['tls-server-name'],
          'insecure-skip-tls-verify': cluster['insecure-skip-tls-verify'],
          'certificate-authority-data': cluster['certificate-authority-data'],
          'proxy-url': cluster['proxy-url'],
          config: execConfig(cluster),
        },
      }),
    },
  };
  const env = Array.isArray(exec.env) ? (exec.env as unknown[]) : [];
  const args = Array.isArray(exec.args) ? exec.args : [];
  return {
    ...exec,
    args,
    env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}

/** The extension of a cluster that is meant for plugins. */
function execConfig(cluster: Entry): unknown {
  if (!Array.isArray(cluster.extensions)) return undefined;
  const extension = (cluster.extensions as unknown[]).find(
    (candidate) => isEntry(candidate) && candidate.name === 'client.authentication.k8s.io/exec',
  );
  return isEntry(extension) ? extension.extension : undefined;
}

function failed(user: Entry, about: About, cause: unknown): KubeError {
  const text = (cause instanceof Error ? cause.message : String(cause)).trim();
  const command = isEntry(user.exec) ? ` (${String(user.exec.command)})` : '';
  const installHint = isEntry(user.exec) ? textOf(user.exec, 'installHint', about.origin) : undefined;
  return new KubeError(`no credentials for user ${about.name}${command}: ${text || 'the plugin failed'}`, {
    code: 'CREDENTIALS_FAILED',
    family: 'usage',
    cause,
    reachedServer: false,
    hint: installHint ?? 'Run the command by hand, or log in to the cluster again.',
  });
}
