import { beforeEach, expect, test } from 'vitest';
import { application, configMap, environment } from '../../test/git/rendered.ts';
import { ANN, commitAll, git, opened, workTree } from '../../test/git/scratch.ts';
import type { Oid, Repository } from '../git/index.ts';
import type { PolicyRecord, RenderedEnvironment } from '../objects/index.ts';
import { applicationSource } from './application-source.ts';
import { commitRendered } from './commit.ts';
import { diffReleases } from './diff.ts';
import { history } from './history.ts';
import { releaseHold } from './hold.ts';
import { checkProvenance } from './provenance.ts';
import { readRendered } from './release.ts';
import { rollback } from './rollback.ts';
import { rollbackTarget } from './rollback-target.ts';
import { takenBack } from './taken-back.ts';
import { verifyRendered } from './verify.ts';

const code = (expected: string) => expect.objectContaining({ code: expected });

let directory: string;
let repository: Repository;
/** What each source commit renders to. */
let rendered: Map<Oid, RenderedEnvironment>;
beforeEach(async () => {
  directory = workTree();
  commitAll(directory, 'program');
  repository = await opened(directory);
  rendered = new Map();
});

/** Applications with one object of this text; those of none are not there. */
function shop(texts: { readonly web?: string; readonly api?: string }): RenderedEnvironment {
  return environment(
    ...Object.entries(texts).map(([name, text]) => application(name, [configMap(name, { text })])),
  );
}

/** A release, of a source commit of its own. */
async function release(of: RenderedEnvironment): Promise<Oid> {
  commitAll(directory, JSON.stringify(of));
  rendered.set(await repository.resolve('HEAD'), of);
  const options = { sourceCommit: 'HEAD', program: 'main.ts', versions: { truekeel: '0.1.0' } };
  return (await commitRendered(repository, of, options)).commit;
}

const back = async (name: string, to: Oid) =>
  (await rollback(repository, 'production', to, { by: ANN, application: name })).commit;
const target = (name: string) => rollbackTarget(repository, 'production', { application: name });
const files = (commit: string, path: string) => git(directory, 'rev-parse', `${commit}:${path}`);

async function verified(of: RenderedEnvironment) {
  const { applicationSources } = await readRendered(repository, 'production');
  const applications = new Map(
    [...applicationSources].map(([name, source]) => [name, rendered.get(source.commit)!] as const),
  );
  return verifyRendered(repository, of, { applications });
}

test('one application goes back, byte for byte, and the others stay as they are', async () => {
  const first = await release(shop({ web: 'one', api: 'one' }));
  const second = await release(shop({ web: 'two', api: 'two' }));
  const commit = await back('web', first);
  expect(files(commit, 'web')).toBe(files(first, 'web'));
  expect(files(commit, 'api')).toBe(files(second, 'api'));
  const tip = await readRendered(repository, 'production');
  expect(tip.hold).toMatchObject({ reverts: second });
  expect(diffReleases(await readRendered(repository, 'production', { revision: second }), tip)).toMatchObject(
    {
      changed: [{ after: { application: 'web' } }],
      added: [],
      removed: [],
    },
  );
  expect(await history(repository, 'production', { limit: 1 })).toMatchObject([
    {
      subject: expect.stringMatching(/^Roll web in production back to [0-9a-f]{12} /),
      reverts: second,
      restores: first,
      application: 'web',
      source: git(directory, 'rev-parse', 'HEAD'),
    },
  ]);
});

test('it can be checked by rendering both source commits, which its note names', async () => {
  const first = await release(shop({ web: 'one', api: 'one' }));
  const second = shop({ web: 'two', api: 'two' });
  await release(second);
  const commit = await back('web', first);
  const [source] = (await repository.commits([first]))[0]!.trailers[0]!.slice(1);
  expect(await applicationSource(repository, { oid: commit }, 'web')).toBe(source);
  expect(await applicationSource(repository, { oid: commit }, 'api')).toBe(
    git(directory, 'rev-parse', 'HEAD'),
  );
  expect(await verified(second)).toMatchObject({ matches: true, differences: [] });
  expect(await verifyRendered(repository, second)).toMatchObject({ matches: false });
  expect(await checkProvenance(repository, 'production', commit)).toEqual({});
  expect(git(directory, 'notes', '--ref=truekeel-provenance', 'show', commit)).toContain(source);
});

test('the branch is held, and the end of the hold lets the newest source commit bring it on again', async () => {
  const first = await release(shop({ web: 'one', api: 'one' }));
  const second = shop({ web: 'two', api: 'two' });
  await release(second);
  await back('web', first);
  const options = { sourceCommit: 'HEAD', program: 'main.ts', versions: { truekeel: '0.1.0' } };
  expect(await commitRendered(repository, second, options)).toMatchObject({ held: true });
  await releaseHold(repository, 'production', { by: ANN });
  expect(await verified(second)).toMatchObject({ matches: true });
  expect(await commitRendered(repository, second, options)).toMatchObject({ held: false, created: true });
  expect(await verifyRendered(repository, second)).toMatchObject({ matches: true });
});

test('another one can go back on top of it, and the first further, or on again', async () => {
  const zero = await release(shop({ web: 'zero', api: 'zero' }));
  const first = await release(shop({ web: 'one', api: 'one' }));
  const newest = shop({ web: 'two', api: 'two' });
  const second = await release(newest);
  await back('web', first);
  await back('api', zero);
  expect(await verified(newest)).toMatchObject({ matches: true });
  const further = await back('web', zero);
  expect(await verified(newest)).toMatchObject({ matches: true });
  expect([files(further, 'web'), files(further, 'api')]).toEqual([files(zero, 'web'), files(zero, 'api')]);
  await back('web', second);
  await back('api', second);
  const tip = await readRendered(repository, 'production');
  expect(tip.applicationSources.size).toBe(0);
  expect(tip.digest).toBe((await readRendered(repository, 'production', { revision: second })).digest);
});

test('where it goes back to is the newest release that has something else of it and that it did not leave', async () => {
  const first = await release(shop({ web: 'one', api: 'one' }));
  const second = await release(shop({ web: 'two', api: 'one' }));
  await release(shop({ web: 'two', api: 'two' }));
  await release(shop({ web: 'three', api: 'two' }));
  expect(await target('web')).not.toBe(second);
  const third = (await target('web'))!;
  expect(files(third, 'api')).not.toBe(files(second, 'api'));
  await back('web', third);
  expect(await target('web')).toBe(first);
  // What api went back from is nothing that web left.
  await back('api', first);
  expect(await target('web')).toBe(first);
  await back('web', first);
  expect(await target('web')).toBeUndefined();
  expect(await target('shop')).toBeUndefined();
});

test('an application that has left comes back', async () => {
  const first = await release(shop({ web: 'one', api: 'one' }));
  await release(shop({ api: 'two' }));
  expect(await target('web')).toBe(first);
  const commit = await back('web', first);
  expect(files(commit, 'web')).toBe(files(first, 'web'));
  const { applications } = await readRendered(repository, 'production');
  expect(applications.map(({ name }) => name)).toEqual(['api', 'web']);
});

test('nothing is moved where it is not there, is the same, or has what is another one’s now', async () => {
  const first = await release(shop({ api: 'one' }));
  const second = await release(
    environment(application('web', [configMap('shared'), configMap('web')]), application('api', [])),
  );
  const third = await release(
    environment(application('web', [configMap('web')]), application('api', [configMap('shared')])),
  );
  const tip = () => git(directory, 'rev-parse', 'rendered/production');
  await expect(back('web', first)).rejects.toThrow(code('NOT_A_RELEASE'));
  await expect(back('web', third)).rejects.toThrow(code('NOT_A_RELEASE'));
  await expect(back('web', second)).rejects.toThrow(code('DUPLICATE_KEY'));
  await release(environment(application('web', [configMap('web')]), application('api', [configMap('api')])));
  const before = tip();
  await expect(back('web', third)).rejects.toThrow(code('NOT_A_RELEASE'));
  expect(tip()).toBe(before);
});

test('policies that did not judge the part that went back are not said to have judged it', async () => {
  const policy = (name: string): PolicyRecord['judgedBy'][number] => ({ name, severity: 'error' });
  const exception = (constructPath: string) => ({
    policy: 'a',
    constructPath,
    reason: 'TICKET-7',
    expires: '2099-01-31',
  });
  const [ofWeb, ofApi] = [exception('app/web'), exception('app/api')];
  const first = await release({
    ...shop({ web: 'one', api: 'one' }),
    policies: { judgedBy: [policy('a')], exceptions: [ofWeb, ofApi] },
  });
  const newest = {
    ...shop({ web: 'two', api: 'two' }),
    policies: { judgedBy: [policy('a'), policy('b')], exceptions: [] },
  };
  await release(newest);
  await back('web', first);
  const { policies } = await readRendered(repository, 'production');
  expect(policies).toEqual({ judgedBy: [policy('a')], exceptions: [ofWeb] });
  expect(await verified(newest)).toMatchObject({ matches: true });
});

test('what has it as it shall not be is not promoted, also where the others stay at that source commit', async () => {
  const first = await release(shop({ web: 'one', api: 'one' }));
  await release(shop({ web: 'two', api: 'two' }));
  await back('web', first);
  const { sources } = takenBack(await history(repository, 'production'));
  expect([...sources]).toEqual([git(directory, 'rev-parse', 'HEAD')]);
});
