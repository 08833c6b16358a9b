import { expect, test } from 'vitest';
import type { Forge, PullRequest } from '../../lib/forge/index.ts';
import { Repository } from '../../lib/git/index.ts';
import { bare, git, scratch } from '../../test/git/scratch.ts';
import { fetchPullRequest } from './change.ts';

/** A remote with `main` and pull request 7, which adds a commit to it. */
function remote() {
  const url = bare('shop.git');
  const tree = git(url, 'mktree', '--missing');
  const base = git(url, 'commit-tree', '-m', 'Base', tree);
  const head = git(url, 'commit-tree', '-p', base, '-m', 'Change', tree);
  git(url, 'update-ref', 'refs/heads/main', base);
  git(url, 'update-ref', 'refs/pull/7/head', head);
  return { url, base, head };
}

function forge(commit: string, state: PullRequest['state'] = 'open'): Forge {
  const user = { id: '1', login: 'ada' };
  const pullRequest: PullRequest = {
    number: 7,
    title: 'Change',
    body: '',
    state,
    draft: false,
    author: user,
    head: { branch: 'change', commit, isFork: false },
    base: { branch: 'main', commit: '' },
    url: 'https://git.example.com/shop/web/pulls/7',
  };
  const one: Pick<Forge, 'kind' | 'pullRequest'> = { kind: 'gitea', pullRequest: async () => pullRequest };
  // Nothing else of it is asked.
  return one as Forge;
}

const signal = new AbortController().signal;

test('a pull request is fetched as it would be merged', async () => {
  const { url, base, head } = remote();
  using repository = await Repository.initBare(`${scratch()}/clone.git`);
  const fetched = await fetchPullRequest(repository, { forge: forge(head), number: 7, remote: url }, signal);
  expect(fetched).toMatchObject({ base, head, merged: head });
});

test('a pull request that went on meanwhile is not shown as what it was', async () => {
  const { url, base } = remote();
  using repository = await Repository.initBare(`${scratch()}/clone.git`);
  const fetching = fetchPullRequest(repository, { forge: forge(base), number: 7, remote: url }, signal);
  await expect(fetching).rejects.toMatchObject({ code: 'PULL_REQUEST_MOVED', family: 'conflict' });
});

test.each(['closed', 'merged'] as const)('a pull request that is %s is not fetched', async (state) => {
  const { url, head } = remote();
  using repository = await Repository.initBare(`${scratch()}/clone.git`);
  const request = { forge: forge(head, state), number: 7, remote: url };
  await expect(fetchPullRequest(repository, request, signal)).rejects.toMatchObject({
    code: 'PULL_REQUEST_CLOSED',
  });
  expect(await repository.listRefs('refs/truekeel')).toEqual(new Map());
});
