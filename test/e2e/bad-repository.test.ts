import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { bare, git } from '../git/scratch.ts';
import { project } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Project } from './project.ts';

const text = (value: string) => staging('web', { web: { settings: configMap({ value }) } });

describe('a repository', () => {
  it('is needed where commits are', async () => {
    const directory = realpathSync(mkdtempSync(join(tmpdir(), 'truekeel-empty-')));
    onTestFinished(() => rmSync(directory, { recursive: true }));
    const p = project();
    for (const verb of ['render', 'sync', 'plan', 'apply', 'status', 'history', 'rollback', 'verify']) {
      const outcome = await p.truekeel([verb, '--environment', 'staging'], { cwd: directory });
      expect(outcome.exit, verb).toBe(3);
      expect(outcome.stderr).toContain('NOT_A_REPOSITORY');
      expect(outcome.stderr).toContain('git init');
    }
  });

  it('without a commit has nothing to render', async () => {
    const p = project({ 'main.ts': text('one') });
    const outcome = await p.truekeel(['render']);
    expect(outcome.exit).toBe(3);
    expect(outcome.stderr).toContain('NO_COMMIT');
  });

  it('that was not rendered has nothing to plan', async () => {
    const p = project();
    p.commit('A program', { 'main.ts': text('one') });
    const outcome = await p.truekeel(['plan', '--environment', 'staging']);
    expect(outcome.exit).toBe(3);
    expect(outcome.stderr).toContain('NOT_RENDERED');
    expect(outcome.stderr).toContain('truekeel render');
  });

  it('may have changes that no commit has: this is said and recorded', async () => {
    const p = project();
    p.commit('A program', { 'main.ts': text('one') });
    p.write({ 'main.ts': text('two') });
    const outcome = await p.truekeel(['render', '--no-typecheck']);
    expect(outcome.exit).toBe(0);
    expect(outcome.stderr).toContain('the work tree has changes that no commit has');
    expect(p.git('show', 'rendered/staging:web/web/ConfigMap/settings.yaml')).toContain('two');
    expect(p.git('log', '-1', '--format=%(trailers)', 'rendered/staging')).toContain('Truekeel-Dirty: true');
    expect(JSON.parse(p.git('show', 'rendered/staging:truekeel.json'))).toMatchObject({
      source: { dirty: true },
    });

    // A commit that is asked for by name is rendered as it is.
    const clean = await p.truekeel(['render', '--no-typecheck', '--source', 'HEAD']);
    expect(clean.exit, clean.stderr).toBe(0);
    expect(p.git('show', 'rendered/staging:web/web/ConfigMap/settings.yaml')).toContain('one');
  });

  it('whose older commit is rendered does not go back', async () => {
    const p = project();
    p.commit('One', { 'main.ts': text('one') });
    p.commit('Two', { 'main.ts': text('two') });
    await p.truekeel(['render', '--no-typecheck']);
    const before = p.git('rev-parse', 'rendered/staging');
    const outcome = await p.truekeel(['render', '--no-typecheck', '--source', 'HEAD~1']);
    expect(outcome.exit).toBe(8);
    expect(outcome.stderr).toContain('OLDER_SOURCE');
    expect(outcome.stderr).toContain('truekeel rollback');
    expect(p.git('rev-parse', 'rendered/staging')).toBe(before);
  });

  it('whose remote was pushed to meanwhile is rendered upon, not over', async () => {
    const remote = bare();
    const [mine, theirs] = [project(), project()];
    const first = mine.commit('One', { 'main.ts': text('one') });
    mine.git('remote', 'add', 'origin', remote);
    mine.git('push', '--quiet', 'origin', 'main');
    expect((await mine.truekeel(['render', '--push', '--no-typecheck'])).exit).toBe(0);

    theirs.git('remote', 'add', 'origin', remote);
    theirs.git('fetch', '--quiet', 'origin');
    theirs.git('reset', '--quiet', '--hard', 'origin/main');
    expect(theirs.git('rev-parse', 'HEAD')).toBe(first);
    theirs.commit('Two', { 'main.ts': text('two') });
    const pushed = await theirs.truekeel(['render', '--push', '--no-typecheck']);
    expect(pushed.exit, pushed.stderr).toBe(0);
    const tip = git(remote, 'rev-parse', 'rendered/staging');

    // Ours was lost: theirs is newer, and stays.
    const lost = await mine.truekeel(['render', '--push', '--no-typecheck']);
    expect(git(remote, 'rev-parse', 'rendered/staging')).toBe(tip);
    expect(lost.exit, lost.stderr).toBe(8);

    mine.git('pull', '--quiet', '--ff-only', theirs.directory, 'main');
    mine.commit('Three', { 'main.ts': text('three') });
    const again = await mine.truekeel(['render', '--push', '--no-typecheck']);
    expect(again.exit, again.stderr).toBe(0);
    expect(git(remote, 'rev-parse', 'rendered/staging~1')).toBe(tip);
  });

  it('whose remote is away says so, and its address without the password', async () => {
    const p = project();
    p.commit('One', { 'main.ts': text('one') });
    p.git('remote', 'add', 'origin', 'http://someone:s3cret-word@127.0.0.1:9/shop.git');
    const outcome = await p.truekeel(['render', '--push', '--no-typecheck']);
    expect(outcome.exit).toBe(1);
    expect(outcome.stderr).toContain('127.0.0.1:9');
    expect(outcome.stderr).not.toContain('s3cret-word');
  });
});

describe('a command line', () => {
  let p: Project;
  beforeAll(async () => {
    p = new Project();
    p.commit('A program', { 'main.ts': text('one') });
    await p.truekeel(['render', '--no-typecheck']);
  });
  afterAll(() => p.remove());

  it.each([
    [['nonsense'], /unknown command|nonsense/],
    [['plan', '--nonsense'], /--nonsense/],
    [['plan', '-o', 'yaml'], /table, json/],
    [['apply', '--environment'], /--environment/],
    [['apply', '--environment', 'staging', '--timeout', 'soon'], /--timeout.*soon/],
    [['apply', '--environment', 'staging', '--approve', 'anything'], /TOO_MANY_DELETES/],
    [['apply', '--files', '.'], /--application/],
    [['plan'], /--environment/],
    [['agent', '--environment', 'staging'], /--repo/],
    [['cluster', 'stop'], /cluster start/],
    [['plan', '--files', 'no-such-folder', '--application', 'web'], /no-such-folder/],
  ])('%j ends with 3 and says what is wrong', async (args, says) => {
    const outcome = await p.truekeel(args);
    expect(outcome.exit, outcome.stderr).toBe(3);
    expect(outcome.stderr).toMatch(says);
    expect(outcome.stderr).not.toContain('mistake in Truekeel');
  });
});
