/** Who we are to the remotes of a repository, where the environment says more than Git knows. */
import type { OpenForgeRequest } from '../../lib/forge/index.ts';
import type { FindCredentials } from '../../lib/git/index.ts';

/** A GitHub App, whose tokens last an hour: one is bought when it is needed, and again before it ends. */
export function credentialsFrom(
  env: OpenForgeRequest['env'],
  http?: OpenForgeRequest['http'],
): FindCredentials {
  const tokens = new Map<string, (() => Promise<string>) | undefined>();
  return async (url) => {
    // Without one, nothing of forges is loaded.
    if (!env.TRUEKEEL_GITHUB_APP_ID) return undefined;
    const remoteUrl = `${url.origin}${url.pathname}`;
    if (!tokens.has(remoteUrl)) {
      const { gitHubAppToken } = await import('../../lib/forge/index.ts');
      tokens.set(remoteUrl, gitHubAppToken({ env, remoteUrl, ...(http && { http }) }));
    }
    const token = await tokens.get(remoteUrl)?.();
    return token === undefined ? undefined : { kind: 'basic', username: 'x-access-token', password: token };
  };
}
