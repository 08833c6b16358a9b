/** What opens a repository of GitHub for Git, where a GitHub App is the one who asks. */
import { gitHubApi, repositoryPath } from './github-api.ts';
import { GitHubAppCredential } from './github-app.ts';
import { githubApp, type OpenForgeRequest } from './open.ts';
import { forgeRepository } from './remote.ts';

/** @returns asks for a token that is good for some minutes more, each time; undefined when there is no App, or the remote
 * is none of the GitHub that the App is known to be of: nobody else gets to see its token
 * @throws ForgeError `FORGE_TOKEN_REFUSED` when the App's key is none */
export function gitHubAppToken({
  env,
  remoteUrl,
  http,
}: Pick<OpenForgeRequest, 'env' | 'http'> & { readonly remoteUrl: string }):
  | (() => Promise<string>)
  | undefined {
  const app = githubApp(env);
  const found = forgeRepository(remoteUrl);
  if (!app || !found || !/^https?:/i.test(remoteUrl) || !isGitHub(found.url, found.kind, env))
    return undefined;
  const credential = new GitHubAppCredential(app, repositoryPath(found.repository), {
    ...http,
    ...gitHubApi(found.url),
  });
  return () => credential.token();
}

function isGitHub(url: string, kind: string | undefined, env: OpenForgeRequest['env']): boolean {
  if (kind !== undefined) return kind === 'github';
  const said = env.TRUEKEEL_FORGE === 'github' ? URL.parse(env.TRUEKEEL_FORGE_URL ?? '') : null;
  return said?.origin === new URL(url).origin;
}
