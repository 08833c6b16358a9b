import { describe, expect, it } from 'vitest';
import { ForgeError, type PullRequest } from '../../lib/forge/index.ts';
import { ANN, commitAll, git, opened, workTree } from '../../test/git/scratch.ts';
import { sourceOf } from './source-commits.ts';

describe('the source of a rendered commit', () => {
  const pullRequest = (number: number, state: PullRequest['state']) =>
    ({
      number,
      state,
      url: `https://git.example.com/pulls/${number}`,
      title: `Change ${number}`,
    }) as PullRequest;

  async function rendered(message = 'Source (#3)') {
    const directory = workTree();
    const source = commitAll(directory, message);
    git(directory, 'checkout', '--quiet', '--orphan', 'rendered');
    const since = commitAll(directory, `Rendered\n\nTruekeel-Source: ${source}`);
    const repository = await opened(directory);
    return { repository, source, since: await repository.commit(since) };
  }

  it('is told with the merged pull request of the forge rather than the one that it names', async () => {
    const { repository, since, source } = await rendered();
    const ask = async () => [pullRequest(4, 'open'), pullRequest(5, 'merged')];
    expect(await sourceOf(repository, { since }, ask)).toMatchObject({
      commit: source,
      details: { author: { name: ANN.name } },
      pullRequest: { number: 5, title: 'Change 5' },
    });
  });

  it('is told with what Git knows where the forge is away', async () => {
    const { repository, since } = await rendered();
    const ask = () => Promise.reject(new ForgeError('FORGE_UNREACHABLE', 'it is away', { hint: 'Wait.' }));
    expect(await sourceOf(repository, { since }, ask)).toMatchObject({ pullRequest: { number: 3 } });
  });

  it('is named where the clone does not have it, and nothing where the commit does not say', async () => {
    const { repository } = await rendered();
    const gone = 'f'.repeat(40);
    const directory = repository.root;
    const since = await repository.commit(commitAll(directory, `Rendered\n\nTruekeel-Source: ${gone}`));
    expect(await sourceOf(repository, { since })).toEqual({ commit: gone, candidates: [] });
    const foreign = await repository.commit(commitAll(directory, 'By hand'));
    expect(await sourceOf(repository, { since: foreign })).toBeUndefined();
  });
});
