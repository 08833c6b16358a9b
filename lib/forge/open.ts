/** Finds out which forge to talk to, and opens it. Nothing of that comes from a file of the repository: whoever may open a
 * pull request could send our token elsewhere by it. */
import { ciRun } from './ci/run.ts';
import { ForgeError } from './error.ts';
import type { Forge, ForgeKind } from './forge.ts';
import { GiteaForge } from './gitea.ts';
import { GitHubForge } from './github.ts';
import type { GitHubApp } from './github-app.ts';
import { GitLabForge } from './gitlab.ts';
import type { ForgeOptions } from './options.ts';
import { type ForgeRepository, forgeRepository } from './remote.ts';

export interface OpenForgeRequest {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of the Git remote; may be absent where the CI system or the other members say it. */
  readonly remoteUrl?: string;
  /** These win over what is found. */
  readonly kind?: string;
  readonly url?: string;
  readonly repository?: string;
  readonly commentLimit?: number;
  readonly http?: ForgeOptions['http'];
}

const KINDS: readonly ForgeKind[] = ['gitea', 'github', 'gitlab'];

/** @throws ForgeError `FORGE_UNKNOWN` when nothing says which forge it is, `FORGE_TOKEN_REFUSED` when there is no token */
export function openForge(request: OpenForgeRequest): Forge {
  const { kind, url, repository } = locateForge(request);
  const options = {
    url,
    repository,
    ...(request.commentLimit !== undefined && { commentLimit: request.commentLimit }),
    ...(request.http && { http: request.http }),
  };
  const { env } = request;
  if (kind === 'github') {
    const app = githubApp(env);
    return new GitHubForge({ ...options, credential: app ? { app } : { token: tokenOf(kind, url, env) } });
  }
  const token = tokenOf(kind, url, env);
  return kind === 'gitlab' ? new GitLabForge({ ...options, token }) : new GiteaForge({ ...options, token });
}

/** @throws ForgeError `FORGE_UNKNOWN` */
export function locateForge(request: OpenForgeRequest): Required<ForgeRepository> {
  const { env, remoteUrl } = request;
  const found = ciRun(env)?.forge ?? (remoteUrl === undefined ? undefined : forgeRepository(remoteUrl));
  const kind = request.kind ?? env.TRUEKEEL_FORGE ?? found?.kind;
  const url = (request.url ?? env.TRUEKEEL_FORGE_URL ?? found?.url)?.replace(/\/+$/, '');
  const repository = request.repository ?? env.TRUEKEEL_FORGE_REPOSITORY ?? found?.repository;
  if (!isKind(kind)) throw unknown(kind === undefined ? 'which forge is it?' : `there is no forge "${kind}"`);
  if (url === undefined || !isWebUrl(url)) throw unknown('where is the forge?');
  if (repository === undefined || !/^[^/\s]+(?:\/[^/\s]+)+$/.test(repository))
    throw unknown('which repository of the forge is it?');
  return { kind, url, repository };
}

function isKind(kind: string | undefined): kind is ForgeKind {
  return (KINDS as readonly (string | undefined)[]).includes(kind);
}

function isWebUrl(url: string): boolean {
  const parsed = URL.parse(url);
  return parsed?.protocol === 'https:' || parsed?.protocol === 'http:';
}

function unknown(question: string): ForgeError {
  return new ForgeError('FORGE_UNKNOWN', question, {
    family: 'usage',
    hint: 'Set TRUEKEEL_FORGE (github, gitlab or gitea), TRUEKEEL_FORGE_URL (https://git.example.com) and TRUEKEEL_FORGE_REPOSITORY (owner/name), where neither the remote nor the CI system says it.',
  });
}

const TOKENS: Readonly<Record<ForgeKind, readonly string[]>> = {
  gitea: ['GITEA_TOKEN', 'FORGEJO_TOKEN'],
  github: ['GITHUB_TOKEN', 'GH_TOKEN'],
  gitlab: ['GITLAB_TOKEN'],
};

function tokenOf(kind: ForgeKind, url: string, env: OpenForgeRequest['env']): string {
  const run = ciRun(env);
  // Actions of Gitea hand out theirs under GitHub's name. Nobody else shall get it.
  const handedOut =
    run?.system === 'gitea-actions' && run.forge?.url === url && kind === 'gitea' ? ['GITHUB_TOKEN'] : [];
  const names = ['TRUEKEEL_FORGE_TOKEN', ...TOKENS[kind], ...handedOut];
  const token = names.map((name) => env[name]).find((value) => value !== undefined && value !== '');
  if (token !== undefined) return token;
  throw new ForgeError('FORGE_TOKEN_REFUSED', `there is no token for ${url}`, {
    family: 'usage',
    hint: `Set ${names.slice(0, 2).join(' or ')} to a token that may read pull requests and write comments and statuses.`,
  });
}

/** Whether somebody set a token for a forge, whichever that is. */
export function hasForgeToken(env: OpenForgeRequest['env']): boolean {
  const names = ['TRUEKEEL_FORGE_TOKEN', ...Object.values(TOKENS).flat()];
  return githubApp(env) !== undefined || names.some((name) => (env[name] ?? '') !== '');
}

/** @returns undefined when the environment names none */
export function githubApp(env: OpenForgeRequest['env']): GitHubApp | undefined {
  const { TRUEKEEL_GITHUB_APP_ID: appId, TRUEKEEL_GITHUB_APP_KEY: privateKey } = env;
  const installationId = env.TRUEKEEL_GITHUB_APP_INSTALLATION;
  if (!appId || !privateKey) return undefined;
  return { appId, privateKey, ...(installationId && { installationId }) };
}
