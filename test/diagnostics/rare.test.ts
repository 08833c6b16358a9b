/** Failing samples of what takes a machine that is broken, or a mistake of whoever calls the engine. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { applyPlan, runToEnd } from '../../lib/apply/index.ts';
import { applicationsOf, configMap, Engine } from '../../lib/apply/testing/engine.ts';
import { readContent } from '../../lib/branch/content.ts';
import { Repository } from '../../lib/git/index.ts';
import { FailedReleases } from '../../synth/agent/failed-release.ts';
import { agentLog } from '../../synth/agent/log.ts';
import { ReleaseRuns } from '../../synth/agent/release-runs.ts';
import { followSource } from '../../synth/agent/source.ts';
import { Wake } from '../../synth/agent/wake.ts';
import { Watcher } from '../../synth/dev/watcher.ts';
import { committer } from '../../synth/pipeline/identity.ts';
import { embeddedCluster } from '../e2e/clusters.ts';
import { bare, commitAll, git, opened, scratch, workTree } from '../git/scratch.ts';

const sentence = expect.stringMatching(/^[A-Z].*[.…]|@example\.com$/);

/** @param about what the message names */
const coded = (code: string, about: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(about), hint: sentence });

describe('on a machine', () => {
  it('without git: GIT_NOT_FOUND', async () => {
    const directory = workTree();
    vi.stubEnv('PATH', '/nowhere');
    try {
      await expect(Repository.open(directory)).rejects.toEqual(coded('GIT_NOT_FOUND', directory));
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('whose git does not know who commits: NO_IDENTITY', async () => {
    const directory = workTree();
    for (const name of ['name', 'email']) git(directory, 'config', `user.${name}`, '');
    git(directory, 'config', 'user.useConfigOnly', 'true');
    for (const name of ['NAME', 'EMAIL']) vi.stubEnv(`GIT_COMMITTER_${name}`, '');
    try {
      await expect(committer(directory)).rejects.toEqual(coded('NO_IDENTITY', 'who you are'));
    } finally {
      vi.unstubAllEnvs();
    }
  });

  it('that allows no more directories to be watched: WATCH_FAILED', () => {
    const root = scratch();
    for (let index = 0; index < 4000; index++) mkdirSync(join(root, String(index)));
    const watcher = new Watcher({ onChange: () => undefined });
    try {
      expect(() => watcher.add(root)).toThrow(coded('WATCH_FAILED', root));
    } finally {
      watcher.close();
    }
  });
});

it('an agent of a remote that names no branch: NO_SOURCE_BRANCH', async () => {
  const url = bare();
  const directory = workTree();
  commitAll(directory, 'one');
  git(directory, 'push', '--quiet', url, 'HEAD:refs/heads/release');
  git(url, 'symbolic-ref', 'HEAD', 'refs/heads/gone');
  const state = scratch();
  const told = Promise.withResolvers<unknown>();
  const log = { ...agentLog('silent'), error: ({ error }: { error?: unknown }) => told.resolve(error) };
  const source = {
    url,
    state,
    log,
    environment: 'staging',
    program: 'main.ts',
    programLimits: {},
    pollMs: 60_000,
  };
  const stop = new AbortController();
  const following = followSource(
    { ...source, failures: new FailedReleases({ log, url }), runs: new ReleaseRuns({ log, url }) },
    new Wake(),
    stop.signal,
    () => undefined,
  );
  expect(await told.promise).toMatchObject({ code: 'NO_SOURCE_BRANCH', hint: sentence });
  stop.abort();
  await following;
  rmSync(state, { recursive: true });
});

it('a commit that is read as a rendered one, and is none: RENDERED_INCONSISTENT', async () => {
  const directory = workTree();
  commitAll(directory, 'one');
  const repository = await opened(directory);
  const commit = await repository.commit('HEAD');
  await expect(readContent(repository, commit)).rejects.toEqual(coded('RENDERED_INCONSISTENT', commit.oid));
});

describe('a plan that is applied', () => {
  const cluster = embeddedCluster();

  const planned = async () => {
    const { client } = cluster();
    const object = configMap('default', 'a');
    const program = { web: [object] };
    const plan = await new Engine(client, 'broken').plan(program);
    return { object, request: { client, plan, applications: applicationsOf(program) } };
  };

  it('without the applications that it was made from: PLAN_MISMATCH', async () => {
    const { request } = await planned();
    const { errors } = await runToEnd(applyPlan({ ...request, applications: [] }));
    expect(errors).toEqual([coded('PLAN_MISMATCH', 'ConfigMap default/a')]);
  });

  it('whose content changes under it, so that we fail ourselves: INTERNAL', async () => {
    const { object, request } = await planned();
    Reflect.deleteProperty(object, 'metadata');
    const { errors } = await runToEnd(applyPlan(request));
    expect(errors).toEqual([coded('INTERNAL', 'ConfigMap default/a')]);
  });
});
