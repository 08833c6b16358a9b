import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { application, configMap, environment, greeting } from '../../test/git/rendered.ts';
import { ANN, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import type { Oid, Repository } from '../git/index.ts';
import type { Notification, RenderedEnvironment } from '../objects/index.ts';
import { commitRendered } from './commit.ts';
import { diffReleases } from './diff.ts';
import { history } from './history.ts';
import { releaseHold } from './hold.ts';
import { readRendered } from './release.ts';
import { rollback } from './rollback.ts';
import { rollbackTarget } from './rollback-target.ts';
import { verifyRendered } from './verify.ts';

const BRANCH = 'rendered/production';
const code = (expected: string) => expect.objectContaining({ code: expected });
const BOB = { name: 'Bob', email: 'bob@example.org', seconds: 1_800_000_000, timezone: '+0000' };

let directory: string;
let repository: Repository;
beforeEach(async () => {
  directory = workTree();
  commitAll(directory, 'one');
  repository = await opened(directory);
});

const commit = (of: RenderedEnvironment, dirty = false) =>
  commitRendered(repository, of, {
    sourceCommit: 'HEAD',
    program: 'src/main.ts',
    versions: { truekeel: '0.1.0' },
    dirty,
  });

/** One release for each text, each from a source commit of its own. */
async function releases(...texts: readonly string[]): Promise<readonly Oid[]> {
  const oids: Oid[] = [];
  for (const text of texts) {
    commitAll(directory, text);
    oids.push((await commit(greeting(text))).commit);
  }
  return oids;
}

/** Puts a tree at the tip of the branch, with the trailers that are there. */
function amend(change: (tree: string) => void): void {
  const tree = join(scratch(), 'tree');
  git(directory, 'worktree', 'add', '--quiet', tree, BRANCH);
  change(tree);
  git(tree, 'commit', '--quiet', '--all', '--amend', '--no-edit');
  git(directory, 'worktree', 'remove', '--force', tree);
}

describe('reading a release', () => {
  test('takes the notifications that this version can send', async () => {
    const ours: Notification = {
      sink: 'slack',
      secret: { namespace: 'web', name: 'slack' },
      events: ['failed', 'applied'],
    };
    const email: Notification = {
      ...{ sink: 'email', from: 'a@example.com', to: ['b@example.com'] },
      secret: { namespace: 'web', name: 'mail' },
      events: ['failed'],
    };
    // As a newer version would write it.
    const newer = { sink: 'pigeon', loft: 'north', events: ['landed'] } as unknown as Notification;
    const { applications, ...rest } = greeting('hello');
    const notifications = [ours, email, newer];
    await commit({
      ...rest,
      notifications,
      applications: applications.map((one) => ({ ...one, notifications })),
    });
    const release = await readRendered(repository, 'production');
    const read = [{ ...ours, events: ['applied', 'failed'] }, email];
    expect(release.notifications).toEqual(read);
    expect(release.applications[0]?.notifications).toEqual(read);
  });

  test('takes gates as they are written, and the commit is checked with them', async () => {
    const gates = [
      { type: 'ready' },
      { type: 'freeze', from: '2026-12-20T00:00:00Z', to: '2027-01-07T00:00:00Z', reason: 'holidays' },
    ] as const;
    const { commit: gated } = await commit({ ...greeting('hello'), gates });
    expect(JSON.parse(git(directory, 'show', `${gated}:truekeel.json`)).gates).toEqual(gates);
    expect((await readRendered(repository, 'production')).commit).toBe(gated);
    amend((tree) => {
      const file = join(tree, 'truekeel.json');
      writeFileSync(file, readFileSync(file, 'utf8').replace('holidays', 'no reason'));
    });
    await expect(readRendered(repository, 'production')).rejects.toMatchObject({ code: 'FOREIGN_COMMIT' });
  });

  test('reads an application again only where its file is another', async () => {
    const both = (text: string) =>
      environment(
        application('shop', [configMap('settings', { text })]),
        application('blog', [configMap('posts', { text: 'same' })]),
      );
    await commit(both('one'));
    const first = await readRendered(repository, 'production');
    commitAll(directory, 'two');
    await commit(both('two'));
    const second = await readRendered(repository, 'production', { previous: first });
    const named = (release: typeof first, name: string) =>
      release.applications.find((one) => one.name === name)!;
    expect(second.commit).not.toBe(first.commit);
    expect(named(second, 'blog')).toBe(named(first, 'blog'));
    expect(named(second, 'shop')).not.toBe(named(first, 'shop'));
    const shop = named(second, 'shop');
    expect(await shop.load(shop.objects)).toMatchObject([{ data: { text: 'two' } }]);
  });

  test('gives back what was rendered', async () => {
    const rendered = greeting('hello');
    const { commit: oid, digest } = await commit(rendered);
    const release = await readRendered(repository, 'production');
    expect(release).toMatchObject({
      commit: oid,
      environment: 'production',
      branch: BRANCH,
      cluster: { context: 'prod' },
      promotesFrom: ['staging'],
      source: { commit: git(directory, 'rev-parse', 'HEAD'), program: 'src/main.ts', dirty: false },
      subject: 'one',
      author: ANN,
      digest,
      versions: { truekeel: '0.1.0' },
      hold: undefined,
    });
    const [web] = release.applications;
    const [expected] = rendered.applications;
    const byPath = expected!.objects.toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(web!.objects).toEqual(byPath.map(({ object: _object, yaml: _yaml, ...desired }) => desired));
    expect(await web!.load(web!.objects.toReversed())).toEqual(
      byPath.map(({ object }) => object).toReversed(),
    );
    expect(await web!.load([])).toEqual([]);
  });

  test('reads no object, so that releases without their objects can still be compared', async () => {
    await commit(greeting('hello'));
    const tree = await repository.readTree(await repository.resolve(BRANCH));
    for (const [path, { oid }] of tree) {
      if (path.endsWith('.yaml')) rmSync(join(directory, '.git/objects', oid.slice(0, 2), oid.slice(2)));
    }
    const release = await readRendered(await opened(directory), 'production');
    expect(release.applications[0]!.objects).toHaveLength(2);
    await expect(release.applications[0]!.load(release.applications[0]!.objects)).rejects.toThrow(
      code('OBJECT_MISSING'),
    );
  });

  test('of a branch of another name, or at an older commit', async () => {
    const elsewhere = { ...greeting('hello'), branch: 'deploy/prod' };
    await commit(elsewhere);
    expect(await readRendered(repository, elsewhere)).toMatchObject({ branch: 'deploy/prod' });
    const [older] = await releases('a', 'b');
    expect(await readRendered(repository, 'production', { revision: `${BRANCH}~1` })).toMatchObject({
      commit: older,
    });
  });

  test('that is not there says which branch is missing and what to run', async () => {
    await expect(readRendered(repository, 'production')).rejects.toThrow(
      expect.objectContaining({ code: 'NOT_RENDERED', hint: expect.stringContaining('truekeel render') }),
    );
    await expect(readRendered(repository, 'production', { revision: 'gone' })).rejects.toThrow(
      code('UNKNOWN_REVISION'),
    );
    await expect(readRendered(repository, '../x')).rejects.toThrow(code('INVALID_REF_NAME'));
  });

  test('whose object was tampered with fails when that object is read, naming it', async () => {
    await commit(greeting('hello'));
    amend((tree) => writeFileSync(join(tree, 'web/web/ConfigMap/settings.yaml'), 'kind: ConfigMap\n'));
    const [web] = (await readRendered(repository, 'production')).applications;
    const [other, settings] = web!.objects;
    await expect(web!.load([other!])).resolves.toHaveLength(1);
    await expect(web!.load([other!, settings!])).rejects.toThrow(
      expect.objectContaining({
        code: 'OBJECT_UNREADABLE',
        key: settings!.key,
        source: { file: 'main.ts', line: 1, column: 3 },
      }),
    );
  });

  test('that people changed on top, or whose manifests were changed, is refused', async () => {
    await commit(greeting('hello'));
    amend((tree) => writeFileSync(join(tree, 'truekeel.json'), '{"schema":"truekeel.dev/environment/v2"}'));
    await expect(readRendered(repository, 'production')).rejects.toThrow(code('RENDERED_UNREADABLE'));
    git(directory, 'branch', '--force', BRANCH, 'main');
    await expect(readRendered(repository, 'production')).rejects.toThrow(code('FOREIGN_COMMIT'));
  });
});

describe('verifying a release', () => {
  test('finds it equal to the same program rendered again', async () => {
    const { commit: oid } = await commit(greeting('hello'));
    expect(await verifyRendered(repository, greeting('hello'))).toEqual({
      commit: oid,
      matches: true,
      differences: [],
    });
  });

  test('lists every path that differs, also when only a line moved or the version is another', async () => {
    await commit(environment(application('web', [configMap('a', { x: '1' }), configMap('b')])));
    const again = environment(application('web', [configMap('a', { x: '2' }), configMap('c')]));
    expect((await verifyRendered(repository, again)).differences).toEqual([
      { path: 'truekeel.json', difference: 'changed' },
      { path: 'web/application.json', difference: 'changed' },
      { path: 'web/web/ConfigMap/a.yaml', difference: 'changed' },
      { path: 'web/web/ConfigMap/b.yaml', difference: 'extra' },
      { path: 'web/web/ConfigMap/c.yaml', difference: 'missing' },
    ]);
    const moved = environment(application('web', [configMap('a', { x: '1' }), configMap('b')], 7));
    expect((await verifyRendered(repository, moved)).differences.map(({ path }) => path)).toEqual([
      'web/application.json',
    ]);
    const same = environment(application('web', [configMap('a', { x: '1' }), configMap('b')]));
    const newer = await verifyRendered(repository, same, { versions: { truekeel: '0.2.0' } });
    expect(newer.differences.map(({ path }) => path)).toEqual(['truekeel.json']);
  });

  test('takes a rolled-back release for what it is', async () => {
    const [first] = await releases('a', 'b');
    await rollback(repository, 'production', first!, { by: BOB });
    expect(await verifyRendered(repository, greeting('a'))).toMatchObject({ matches: true });
  });
});

describe('the difference of two releases', () => {
  test('is told by object, from the manifests', async () => {
    await commit(
      environment(
        application('web', [configMap('kept'), configMap('changed', { x: '1' }), configMap('gone')]),
      ),
    );
    const before = await readRendered(repository, 'production');
    commitAll(directory, 'two');
    await commit(
      environment(
        application('api', [configMap('moved')]),
        application('web', [configMap('kept'), configMap('changed', { x: '2' })], 9),
      ),
    );
    const after = await readRendered(repository, 'production');
    const diff = diffReleases(before, after);
    expect({
      added: diff.added.map(({ application: of, object }) => `${of}/${object.key.name}`),
      changed: diff.changed.map(({ after: { object } }) => object.key.name),
      removed: diff.removed.map(({ object }) => object.key.name),
      unchanged: diff.unchanged,
    }).toEqual({ added: ['api/moved'], changed: ['changed'], removed: ['gone'], unchanged: 1 });
    expect(diffReleases(undefined, after).added).toHaveLength(3);
  });

  test('counts a hand-over to another application and other settings as changes', async () => {
    const web = application('web', [configMap('a')]);
    const settled = {
      ...web,
      objects: web.objects.map((object) => ({
        ...object,
        settings: { ...object.settings, drift: 'ignore' as const },
      })),
    };
    const of = (applications: RenderedEnvironment['applications']) => ({
      applications: applications.map((one) => ({ ...one, load: async () => [] })),
    });
    expect(diffReleases(of([web]), of([{ ...web, name: 'api' }])).changed).toHaveLength(1);
    expect(diffReleases(of([web]), of([settled])).changed).toHaveLength(1);
    expect(diffReleases(of([web]), of([web]))).toMatchObject({ changed: [], unchanged: 1 });
  });
});

describe('history', () => {
  test('lists releases newest first, with source, digest and what is foreign', async () => {
    expect(await history(repository, 'production')).toEqual([]);
    const [first, second] = await releases('a', 'b');
    await rollback(repository, 'production', first!, { by: BOB });
    git(
      directory,
      'update-ref',
      `refs/heads/${BRANCH}`,
      git(directory, 'commit-tree', '-p', BRANCH, '-m', 'by hand', `${BRANCH}^{tree}`),
    );
    const entries = await history(repository, 'production');
    expect(entries.map(({ subject, foreign, reverts }) => [subject, foreign, reverts])).toEqual([
      ['by hand', true, undefined],
      [`Roll production back to ${first!.slice(0, 12)} "a"`, false, second],
      ['b', false, undefined],
      ['a', false, undefined],
    ]);
    expect(entries[3]).toMatchObject({
      commit: first,
      author: ANN,
      source: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
    expect(await history(repository, 'production', { limit: 1, skip: 3 })).toHaveLength(1);
  });
});

describe('rollback', () => {
  test('is a new commit with the older tree and a hold', async () => {
    const [first, second] = await releases('a', 'b');
    const result = await rollback(repository, 'production', first!, {
      by: BOB,
      reason: 'b is broken',
      approvedBy: ['Eve'],
    });
    expect(result).toMatchObject({
      reverts: second,
      to: first,
      hold: { reverts: second, by: 'Bob <bob@example.org>', reason: 'b is broken' },
    });
    const changed = (await repository.diffTrees(first, result.commit)).map(({ path }) => path);
    expect(changed).toEqual(['truekeel.json']);
    const made = await repository.commit(BRANCH);
    expect(made).toMatchObject({ oid: result.commit, parents: [second], author: BOB });
    expect(made.trailers).toContainEqual(['Truekeel-Reverts', second]);
    expect(made.trailers).toContainEqual(['Truekeel-Approved-By', 'Eve']);
    const release = await readRendered(repository, 'production');
    expect(release).toMatchObject({
      hold: result.hold,
      source: { commit: git(directory, 'rev-parse', 'HEAD~1') },
    });
    expect(
      diffReleases(await readRendered(repository, 'production', { revision: first! }), release),
    ).toMatchObject({ changed: [], unchanged: 2 });
  });

  test('holds the branch against newer source commits until it is released', async () => {
    const [first, second] = await releases('a', 'b');
    const { commit: held } = await rollback(repository, 'production', first!, { by: BOB });
    commitAll(directory, 'c');
    expect(await commit(greeting('c'))).toMatchObject({
      held: true,
      created: false,
      commit: held,
      hold: { reverts: second },
      files: { changed: 3 },
    });
    expect(await repository.readRef(`refs/heads/${BRANCH}`)).toBe(held);
    const released = await releaseHold(repository, 'production', { by: BOB });
    expect(released).toMatchObject({ released: true });
    expect((await readRendered(repository, 'production')).hold).toBeUndefined();
    expect(await commit(greeting('c'))).toMatchObject({ held: false, created: true });
    expect(await releaseHold(repository, 'production', { by: BOB })).toMatchObject({ released: false });
    expect(git(directory, 'fsck', '--strict')).toBe('');
  });

  test('goes to no commit that is not an older release of this branch', async () => {
    const [first, second] = await releases('a', 'b');
    await expect(rollback(repository, 'production', second!, { by: BOB })).rejects.toThrow(
      code('NOT_A_RELEASE'),
    );
    await expect(rollback(repository, 'production', 'main', { by: BOB })).rejects.toThrow(
      code('NOT_A_RELEASE'),
    );
    await expect(rollback(repository, 'production', '--all', { by: BOB })).rejects.toThrow(
      code('UNKNOWN_REVISION'),
    );
    await expect(rollback(repository, 'staging', first!, { by: BOB })).rejects.toThrow(code('NOT_RENDERED'));
  });

  test('does not build on a commit that Truekeel did not write', async () => {
    const [first] = await releases('a', 'b');
    amend((tree) => writeFileSync(join(tree, 'web/web/ConfigMap/settings.yaml'), 'x: 1\n'));
    await expect(rollback(repository, 'production', first!, { by: BOB })).rejects.toThrow(
      code('FOREIGN_COMMIT'),
    );
  });
});

describe('where one goes back to', () => {
  const target = (applied?: string) =>
    rollbackTarget(repository, 'production', applied === undefined ? {} : { applied });

  test('is the release before, or the one that was applied', async () => {
    expect(await target()).toBeUndefined();
    const [first, second, third] = await releases('a', 'b', 'c');
    expect(await target()).toBe(second);
    expect(await target(first)).toBe(first);
    expect(await target(third), 'the one that failed').toBe(second);
    expect(await target('0'.repeat(40)), 'one of another branch').toBe(second);
  });

  test('is none that was taken back, and none with the same content', async () => {
    const [first, second] = await releases('a', 'b');
    const back = await rollback(repository, 'production', first!, { by: BOB });
    const free = await releaseHold(repository, 'production', { by: BOB });
    expect(await target(), 'from what was gone back to').toBeUndefined();
    await releases('c');
    expect(await target()).toBe(free.commit);
    expect(await target(second), 'what was taken back').toBe(free.commit);
    expect(await target(back.commit)).toBe(back.commit);
  });

  test('is nothing that somebody else committed', async () => {
    const [first] = await releases('a');
    const foreign = git(directory, 'commit-tree', '-p', BRANCH, '-m', 'by hand', `${BRANCH}^{tree}`);
    git(directory, 'update-ref', `refs/heads/${BRANCH}`, foreign);
    const tip = git(directory, 'commit-tree', '-p', BRANCH, '-m', 'again by hand', `${first}^{tree}`);
    git(directory, 'update-ref', `refs/heads/${BRANCH}`, tip);
    expect(await target()).toBe(first);
  });
});
