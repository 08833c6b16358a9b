/** Which repository of which forge a Git remote is. */
import type { ForgeKind } from './forge.ts';

export interface ForgeRepository {
  /** Absent where the host does not say what runs there. */
  readonly kind?: ForgeKind;
  /** The root of the forge: `https://git.example.com`. */
  readonly url: string;
  /** `owner/name`; on GitLab with all groups. */
  readonly repository: string;
}

const KNOWN: Readonly<Record<string, ForgeKind>> = {
  'github.com': 'github',
  'gitlab.com': 'gitlab',
  'gitea.com': 'gitea',
  'codeberg.org': 'gitea',
};

/** @param remote as Git has it: `https://host/owner/name.git`, `ssh://git@host/owner/name`, `git@host:owner/name`
 * @returns undefined for what is no repository of a forge: a path, a file URL, a host alone */
export function forgeRepository(remote: string): ForgeRepository | undefined {
  const scp = /^(?:[^@\s/:]+@)?([A-Za-z0-9.-]+):(?!\/\/)\/?(.+)$/.exec(remote);
  if (scp && !remote.includes('://')) return repositoryOf(`https://${scp[1]}`, scp[2]!);
  const url = URL.parse(remote);
  if (!url || url.hostname === '') return undefined;
  switch (url.protocol) {
    case 'https:':
    case 'http:':
      return repositoryOf(`${url.protocol}//${url.host}`, url.pathname);
    case 'ssh:':
    case 'git+ssh:':
      // The port is that of SSH, and says nothing of the API's.
      return repositoryOf(`https://${url.hostname}`, url.pathname);
    default:
      return undefined;
  }
}

function repositoryOf(root: string, path: string): ForgeRepository | undefined {
  const names = path
    .replace(/\.git\/?$/, '')
    .split('/')
    .filter((name) => name !== '');
  if (names.length < 2 || names.some((name) => name === '.' || name === '..')) return undefined;
  const host = new URL(root).hostname.toLowerCase();
  const url = host === 'ssh.github.com' ? 'https://github.com' : root.toLowerCase();
  const kind = KNOWN[new URL(url).hostname];
  return { url, repository: names.map(decode).join('/'), ...(kind && { kind }) };
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
