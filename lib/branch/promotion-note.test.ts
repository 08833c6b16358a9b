import fc from 'fast-check';
import { expect, test } from 'vitest';
import { greeting } from '../../test/git/rendered.ts';
import { bare, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import { Repository } from '../git/index.ts';
import { commitRendered } from './commit.ts';
import { notePromotion, type PromotionNote, readPromotion, withPromotion } from './promotion-note.ts';
import { readRendered } from './release.ts';

const PLAN = `sha256:${'5'.repeat(64)}`;
const note = (more: Partial<PromotionNote> = {}): PromotionNote => ({
  environment: 'production',
  source: '1'.repeat(40),
  from: [],
  gates: [],
  approvedBy: ['grace'],
  at: '2026-03-04T10:00:00.000Z',
  ...more,
});

async function promoted(more: { readonly plan?: string } = {}) {
  const directory = workTree();
  commitAll(directory, 'one');
  const repository = await opened(directory);
  const source = await repository.commit('HEAD');
  const { commit } = await commitRendered(repository, greeting('one'), {
    sourceCommit: 'HEAD',
    program: 'main.ts',
    promotedFrom: [{ environment: 'staging', rendered: source.oid }],
    ...more,
  });
  return { directory, repository, commit, release: () => readRendered(repository, 'production') };
}

test('the plan that was approved in the pull request of a promotion is that of its release', async () => {
  const { repository, commit, release } = await promoted();
  expect((await withPromotion(repository, await release())).approved).toBeUndefined();
  await notePromotion(repository, commit, note(), {});
  expect((await withPromotion(repository, await release())).approved).toBeUndefined();
  // A try before this one lost the race.
  await notePromotion(repository, commit, note({ plan: PLAN }), {});
  expect((await withPromotion(repository, await release())).approved).toEqual({ plan: PLAN, by: ['grace'] });
});

test('a plan that was made for one cluster, as that of a first release is, is noted with it', async () => {
  const { repository, commit, release } = await promoted();
  const plan = `${PLAN}@3f9c2e10`;
  await notePromotion(repository, commit, note({ plan }), {});
  expect((await withPromotion(repository, await release())).approved).toEqual({ plan, by: ['grace'] });
});

test('it is asked for where it was noted, by whoever follows the branch', async () => {
  const { directory, repository, commit } = await promoted();
  const remote = bare('shop.git');
  git(directory, 'push', '--quiet', remote, 'rendered/production');
  await notePromotion(repository, commit, note({ plan: PLAN }), { remote });
  using agent = await Repository.cloneOrOpen(remote, `${scratch()}/clone.git`);
  const release = await readRendered(agent, 'production');
  expect((await withPromotion(agent, release)).approved).toBeUndefined();
  expect((await withPromotion(agent, release, { remote })).approved).toEqual({ plan: PLAN, by: ['grace'] });
});

test('a note takes no plan away that the commit itself names, and adds none that is no digest', async () => {
  const own = `sha256:${'7'.repeat(64)}`;
  const named = await promoted({ plan: own });
  await notePromotion(named.repository, named.commit, note({ plan: PLAN }), {});
  expect((await withPromotion(named.repository, await named.release())).approved?.plan).toBe(own);

  const { directory, repository, commit, release } = await promoted();
  const text = fc.oneof(
    fc.json(),
    fc.string({ minLength: 1 }),
    fc.string().map((plan) => JSON.stringify(note({ plan }))),
  );
  await fc.assert(
    fc.asyncProperty(text, async (written) => {
      const add = ['notes', '--ref', 'truekeel-promotions', 'add', '--force', '--allow-empty', '-m', written];
      git(directory, ...add, commit);
      expect(await readPromotion(repository, commit)).toBeUndefined();
      expect((await withPromotion(repository, await release())).approved).toBeUndefined();
    }),
    { numRuns: 15 },
  );
});
