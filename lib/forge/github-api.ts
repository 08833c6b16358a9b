import type { HttpOptions } from './http.ts';

/** How the API of a GitHub is reached. @param url the root of the forge */
export function gitHubApi(url: string): Pick<HttpOptions, 'baseUrl' | 'headers'> {
  return {
    baseUrl: new URL(url).host === 'github.com' ? 'https://api.github.com' : `${url}/api/v3`,
    headers: { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' },
  };
}

/** @param repository `owner/name` */
export function repositoryPath(repository: string): string {
  return `/repos/${repository.split('/').map(encodeURIComponent).join('/')}`;
}
