import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greeting } from '../../test/git/rendered.ts';
import { commitAll, git, opened, workTree } from '../../test/git/scratch.ts';
import { commitRendered } from './commit.ts';
import { noteReadiness, readReadiness } from './ready.ts';

async function rendered() {
  const directory = workTree();
  commitAll(directory, 'one');
  const repository = await opened(directory);
  const { commit } = await commitRendered(repository, greeting('one'), {
    sourceCommit: 'HEAD',
    program: 'main.ts',
  });
  return { directory, repository, commit };
}

test('what is ready keeps the time since when, until it is noted that it is not', async () => {
  const { repository, commit } = await rendered();
  expect(await readReadiness(repository, commit)).toBeUndefined();
  await noteReadiness(repository, commit, { since: 2000 }, {});
  await noteReadiness(repository, commit, { since: 3000 }, {});
  expect(await readReadiness(repository, commit)).toEqual({ since: 2000 });
  await noteReadiness(repository, commit, { since: 9000, until: 9000 }, {});
  expect(await readReadiness(repository, commit)).toEqual({ since: 2000, until: 9000 });
  await noteReadiness(repository, commit, undefined, {});
  expect(await readReadiness(repository, commit)).toBeUndefined();
  await noteReadiness(repository, commit, { since: 10_000 }, {});
  expect(await readReadiness(repository, commit)).toEqual({ since: 10_000 });
});

test('whatever somebody else wrote there, it is no readiness unless it is one', async () => {
  const { directory, repository, commit } = await rendered();
  const text = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.json(),
    fc.constantFrom('null', '[]', '{"ready":true}'),
  );
  await fc.assert(
    fc.asyncProperty(text, async (written) => {
      git(
        directory,
        'notes',
        '--ref',
        'truekeel-ready',
        'add',
        '--force',
        '--allow-empty',
        '-m',
        written,
        commit,
      );
      expect(await readReadiness(repository, commit)).toBeUndefined();
    }),
    { numRuns: 20 },
  );
  git(
    directory,
    'notes',
    '--ref',
    'truekeel-ready',
    'add',
    '-f',
    '-m',
    '{"ready":true,"since":"soon"}',
    commit,
  );
  expect(await readReadiness(repository, commit)).toBeUndefined();
});
