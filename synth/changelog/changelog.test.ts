import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { commitRendered } from '../../lib/branch/index.ts';
import type { Repository } from '../../lib/git/index.ts';
import { application, configMap, environment, greeting } from '../../test/git/rendered.ts';
import { commitAll, git, opened, workTree } from '../../test/git/scratch.ts';
import { mergedBy } from '../pipeline/merged.ts';
import { changelogOf } from './changelog.ts';
import { conventionalSubject } from './conventional.ts';
import { changelogMarkdown } from './markdown.ts';
import { releasedWork } from './released-work.ts';

let directory: string;
let repository: Repository;
beforeEach(async () => {
  directory = workTree();
  commitAll(directory, 'first');
  repository = await opened(directory);
});

const empty = (message: string) => {
  git(directory, 'commit', '--quiet', '--allow-empty', '--message', message);
  return git(directory, 'rev-parse', 'HEAD');
};
/** Merges a branch with some commits. */
const merge = (branch: string, subjects: readonly string[], message: string) => {
  const main = git(directory, 'symbolic-ref', '--short', 'HEAD');
  git(directory, 'checkout', '--quiet', '-b', branch);
  for (const subject of subjects) empty(subject);
  git(directory, 'checkout', '--quiet', main);
  git(directory, 'merge', '--quiet', '--no-ff', '--message', message, branch);
};
const render = (text: string) =>
  commitRendered(repository, greeting(text), {
    sourceCommit: 'HEAD',
    program: 'main.ts',
    versions: { truekeel: '0.1.0' },
  });
const changelog = (request = {}) => changelogOf(repository, 'production', request);

describe('a changelog', () => {
  it('tells pull requests by what forges write, and commits that came without one', async () => {
    const before = await render('one');
    merge('a', ['wip', 'more'], 'Merge pull request #12 from ann/a\n\nfeat(web): show prices');
    merge('b', ['step'], "Merge pull request 'Mend the cart' (#13) from b into main");
    merge('c', ['step c'], "Merge branch 'c' into 'main'\n\nLess noise\n\nSee merge request shop/web!14");
    empty('fix!: drop the old API (#15)\n\nCo-authored-by: Eve <eve@example.org>');
    merge('d', ['one thing', 'another'], "Merge branch 'd'");
    empty('straight to main');
    const after = await render('two');
    const found = await changelog();
    expect(found.from?.rendered).toBe(before.commit);
    expect(found.to.rendered).toBe(after.commit);
    expect(found.complete).toBe(true);
    expect(
      found.entries.map(({ description, pullRequest, type, scope, breaking, commits, authors }) => [
        description,
        pullRequest,
        ...[type, scope, breaking, commits, authors.length].map(String),
      ]),
    ).toEqual([
      ['straight to main', undefined, 'undefined', 'undefined', 'false', '1', '1'],
      ['another', undefined, 'undefined', 'undefined', 'false', '1', '1'],
      ['one thing', undefined, 'undefined', 'undefined', 'false', '1', '1'],
      ['drop the old API', 15, 'fix', 'undefined', 'true', '1', '2'],
      ['Less noise', 14, 'undefined', 'undefined', 'false', '1', '1'],
      ['Mend the cart', 13, 'undefined', 'undefined', 'false', '1', '1'],
      ['show prices', 12, 'feat', 'web', 'false', '2', '1'],
    ]);
    const text = changelogMarkdown(found, { environment: 'production' });
    const headings = [...text.matchAll(/^\*\*(.*)\*\*$/gm)].map(([, title]) => title);
    expect(headings).toEqual(['Breaking', 'Features', 'Changes']);
    expect(text).toContain('- **web** show prices (&#35;12) · ');
    expect(await changelog({ from: before.commit, to: after.commit })).toEqual(found);
  });

  it('names the applications that work is about, of those in which something differs', async () => {
    const shop = (web: string, jobs: string) =>
      environment(
        ...(['web', 'jobs', 'cache'] as const).map((name) => {
          const value = { web, jobs, cache: 'same' }[name];
          const { objects, ...rest } = application(name, [configMap(name, { value })]);
          const file = `apps/${name}.ts`;
          return {
            ...rest,
            objects: objects.map((one) => ({ ...one, source: { file, line: 1, column: 1 } })),
          };
        }),
      );
    const renderShop = (web: string, jobs: string) =>
      commitRendered(repository, shop(web, jobs), { sourceCommit: 'HEAD', program: 'main.ts' });
    const touch = (message: string, ...names: readonly string[]) => {
      mkdirSync(join(directory, 'apps'), { recursive: true });
      for (const name of names) appendFileSync(join(directory, name), `// ${message}\n`);
      return commitAll(directory, message);
    };
    const before = await renderShop('1', '1');
    touch('Settings for all', 'settings.ts');
    git(directory, 'checkout', '--quiet', '-b', 'prices');
    touch('wip', 'apps/web.ts');
    git(directory, 'checkout', '--quiet', 'main');
    git(
      directory,
      'merge',
      '--quiet',
      '--no-ff',
      '-m',
      'Merge pull request #12 from ann/prices\n\nPrices',
      'prices',
    );
    touch('Both', 'apps/web.ts', 'apps/jobs.ts');
    touch('A word on the cache', 'apps/cache.ts');
    await renderShop('2', '2');
    const about = (found: Awaited<ReturnType<typeof changelog>>) =>
      found.entries.map(({ description, applications }) => [description, applications]);
    expect(about(await changelog())).toEqual([
      ['A word on the cache', undefined],
      ['Both', ['jobs', 'web']],
      ['Prices', ['web']],
      ['Settings for all', undefined],
    ]);
    expect(changelogMarkdown(await changelog(), { environment: 'production' })).toMatch(
      /Prices \(&#35;12\) · .* · in `web`$/m,
    );
    const told = await releasedWork(repository, 'production', (await changelog()).to.rendered!);
    expect(told?.brought.map(({ applications }) => applications)).toEqual([
      undefined,
      ['jobs', 'web'],
      ['web'],
      undefined,
    ]);

    // Of what does not differ nothing is said, whatever files were touched.
    touch('Only the jobs', 'apps/web.ts', 'apps/jobs.ts');
    await renderShop('2', '3');
    expect(about(await changelog())).toEqual([['Only the jobs', ['jobs']]]);
    // What is no release yet may differ in anything.
    touch('What comes', 'apps/web.ts');
    expect(
      about(await changelog({ from: before.commit, to: 'HEAD' })).every(([, names]) => names === undefined),
    ).toBe(true);
  });

  it('is about source commits, too, and about what a rollback takes back', async () => {
    const one = await render('one');
    empty('two');
    await render('two');
    const coming = empty('three');
    // Not released yet: it follows the newest release.
    const next = await changelog({ to: coming });
    expect(next.entries.map(({ description }) => description)).toEqual(['three']);
    expect(next.to).toEqual({ source: coming });
    const back = await changelog({ from: 'rendered/production', to: one.commit });
    expect(back.entries).toEqual([]);
    expect(back.takenBack.map(({ description }) => description)).toEqual(['two']);
    const first = await changelog({ to: one.commit });
    expect(first.from).toBeUndefined();
    expect(first.entries.map(({ description }) => description)).toEqual(['first']);
  });

  it('of what is no commit, or was not rendered, says so', async () => {
    await expect(changelog()).rejects.toThrow(expect.objectContaining({ code: 'NOT_RENDERED' }));
    await render('one');
    await expect(changelog({ from: '--all' })).rejects.toThrow(
      expect.objectContaining({ code: 'UNKNOWN_REVISION' }),
    );
  });

  it('shows what people wrote as text, whatever it looks like', async () => {
    await render('one');
    empty('fix: <img src=x> @everyone [a](http://evil) #7');
    await render('two');
    const text = changelogMarkdown(await changelog(), { environment: 'production' });
    expect(text).not.toMatch(/<img|@everyone|\]\(http/);
  });

  it('says that a shallow clone does not have it all', async () => {
    const { commit } = await render('one');
    for (const subject of ['two', 'three', 'four']) empty(subject);
    await render('two');
    const shallow = workTree();
    git(shallow, 'fetch', '--quiet', '--depth=2', `file://${directory}`, 'HEAD:refs/heads/theirs');
    git(shallow, 'fetch', '--quiet', `file://${directory}`, 'rendered/production:rendered/production');
    const theirs = await opened(shallow);
    await expect(changelogOf(theirs, 'production', { from: commit })).rejects.toThrow(
      expect.objectContaining({ code: 'UNKNOWN_REVISION' }),
    );
    const found = await changelogOf(theirs, 'production', { from: 'theirs~1', to: 'theirs' });
    expect(found.complete).toBe(false);
  });
});

describe('a subject', () => {
  const word = fc.stringMatching(/^[a-z]{1,8}$/);
  const words = fc.stringMatching(/^[A-Za-z][ -~]{0,30}$/).map((text) => text.trimEnd());

  it('by the rules of Conventional Commits is read as it was written', () => {
    fc.assert(
      fc.property(
        word,
        fc.option(word, { nil: undefined }),
        fc.boolean(),
        words,
        (type, scope, breaking, text) => {
          const written = `${type}${scope === undefined ? '' : `(${scope})`}${breaking ? '!' : ''}: ${text}`;
          expect(conventionalSubject(written)).toEqual({
            type,
            ...(scope !== undefined && { scope }),
            breaking,
            description: text,
          });
        },
      ),
    );
  });

  it.each(['Merge branch x', 'fix it', 'feat:', 'feat(a)(b): x', ': x', 'see https://example.org'])(
    'that follows none is left alone: %s',
    (subject) => expect(conventionalSubject(subject)).toBeUndefined(),
  );

  it('names a pull request only where a forge would write it', () => {
    for (const subject of ['Fix #12', '(#12) Fix', 'Merge pull request 12', 'Fix (#12) again', 'Fix (12)'])
      expect(mergedBy({ subject, message: subject }), subject).toBeUndefined();
    fc.assert(
      fc.property(words, fc.integer({ min: 1, max: 99_999 }), (title, number) => {
        const squashed = `${title} (#${number})`;
        expect(mergedBy({ subject: squashed, message: squashed })).toEqual({ number, title });
      }),
    );
  });
});
