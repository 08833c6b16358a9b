import type { ForgeRepository } from './remote.ts';

/** Where people find a pull request. */
export function pullRequestUrl({ kind, url, repository }: Required<ForgeRepository>, number: number): string {
  const place = { github: 'pull', gitlab: '-/merge_requests', gitea: 'pulls' }[kind];
  return `${url}/${repository}/${place}/${number}`;
}
