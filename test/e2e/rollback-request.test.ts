/** A rollback by pull request, on a real Gitea: proposed, reviewed, approved, finished by Truekeel, applied. */
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { type Forge, GiteaForge } from '../../lib/forge/index.ts';
import { Repository } from '../../lib/git/index.ts';
import { finishRollback } from '../../synth/taking-back/index.ts';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { editAs, embeddedCluster, live, unique } from './clusters.ts';
import { configMap, type Manifest, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

const HEAD = 'truekeel/rollback/staging';
const JOB: Manifest = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  spec: {
    suspend: true,
    template: {
      spec: { restartPolicy: 'Never', containers: [{ name: 'migrate', image: 'example/migrate:1' }] },
    },
  },
};

describeOnGitea('a rollback by pull request', (gitea) => {
  const cluster = embeddedCluster();
  let author: GiteaUser;
  let reviewer: GiteaUser;
  let bot: GiteaUser;

  beforeAll(async () => {
    author = await gitea().createUser('ada');
    reviewer = await gitea().createUser('grace');
    bot = await gitea().createUser('keel-bot');
  });

  /** Two releases, the second of which is applied, and a branch that none but the bot may write. */
  async function released() {
    const bench = new Workbench(cluster());
    const repository = await gitea().createRepository(author, unique('shop'), [reviewer, bot]);
    const { project: at, namespace } = bench;
    const program = (a: string, more = {}) =>
      staging(namespace, { web: { settings: configMap({ a }), ...more } });
    await bench.deploy(program('1'), 'One');
    await bench.render(program('2', { migrate: JOB }), 'Two');
    expect((await bench.apply(['--yes', '--wait=false'])).exit).toBe(0);
    at.git('remote', 'add', 'origin', gitea().cloneUrl(author, repository));
    at.git('remote', 'add', 'bot', gitea().cloneUrl(bot, repository));
    at.git('push', '--quiet', '--force', 'origin', 'main', 'rendered/staging');
    const rule = { rule_name: 'rendered/*', enable_push: true, enable_push_whitelist: true };
    const path = `/repos/${repository}/branch_protections`;
    const set = await gitea().call(author, 'POST', path, { ...rule, push_whitelist_usernames: [bot.login] });
    expect(set.status).toBe(201);
    const forge = new GiteaForge({ url: gitea().url, repository, token: bot.token });
    const env = (token = bot.token) => ({
      ...process.env,
      TRUEKEEL_FORGE: 'gitea',
      TRUEKEEL_FORGE_URL: gitea().url,
      TRUEKEEL_FORGE_REPOSITORY: repository,
      TRUEKEEL_FORGE_TOKEN: token,
      KUBECONFIG: cluster().kubeconfig,
    });
    const rollback = (flags: readonly string[], token?: string) =>
      bench.json('rollback', ['--environment', 'staging', ...flags], { env: env(token) });
    const propose = () => rollback(['--pull-request', '--reason', 'errors after it']);
    const finish = () => rollback(['--finish', '--remote', 'bot']);
    async function approve(number: number, as = reviewer): Promise<number> {
      // Times of the forge are whole seconds, and what is approved has to be there before.
      await delay(1000);
      const reviews = `/repos/${repository}/pulls/${number}/reviews`;
      return (await gitea().call(as, 'POST', reviews, { event: 'APPROVED', body: '' })).status;
    }
    const remoteTip = (ref = 'rendered/staging') =>
      at.git('ls-remote', 'origin', `refs/heads/${ref}`).split('\t')[0]!;
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    const data = async () => (await live(cluster(), settings))?.data;
    return {
      bench,
      at,
      program,
      repository,
      forge,
      env,
      rollback,
      propose,
      finish,
      approve,
      remoteTip,
      settings,
      data,
    };
  }

  it('is planned, reviewed and approved as any change, and moves the branch as it was approved', async () => {
    const { bench, at, forge, propose, finish, approve, remoteTip, data, program } = await released();
    const tip = remoteTip();
    const proposed = await propose();
    expect(proposed.exit, proposed.stderr).toBe(0);
    const { pullRequest, irreversible, commit, to } = proposed.result;
    expect(proposed.result).toMatchObject({ held: false, branch: HEAD, reverts: tip });
    expect(irreversible).toMatchObject([{ message: 'what it did, if it ran, stays done' }]);
    const number = pullRequest!.number;
    const request = await forge.pullRequest(number);
    expect(request).toMatchObject({ head: { branch: HEAD, commit }, base: { branch: 'rendered/staging' } });
    expect(request.title).toContain('Roll staging back to');
    expect(request.body).toContain('What going back does not undo');
    expect(request.body).toContain('errors after it');
    const [comment] = await forge.comments(number);
    expect(comment!.body).toContain('a 2 → 1');
    expect(comment!.body).toContain('1 to delete');
    const [status] = await forge.statuses(commit);
    expect(status).toMatchObject({ context: 'truekeel/staging', state: 'success' });
    expect(remoteTip()).toBe(tip);

    expect(await approve(number)).toBe(200);
    const finished = await finish();
    expect(finished.exit, finished.stderr).toBe(0);
    expect(finished.result).toMatchObject({ held: true, reverts: tip, to, approvedBy: ['grace'] });
    expect(remoteTip()).toBe(finished.result.commit);
    expect(at.git('rev-parse', `${finished.result.commit}^{tree}`)).toBe(
      at.git('rev-parse', `${commit}^{tree}`),
    );
    const message = at.git('log', '-1', '--format=%B', finished.result.commit);
    expect(message).toContain(`Truekeel-Reverts: ${tip}`);
    expect(message).toContain(`Truekeel-Restores: ${to}`);
    expect(message).toMatch(/Truekeel-Plan: sha256:[0-9a-f]{64}/);
    expect(message).toContain('Truekeel-Approved-By: grace');
    expect(message).toContain(`Truekeel-Pull-Request: ${pullRequest!.url}`);
    expect((await forge.pullRequest(number)).state).not.toBe('open');
    expect((await forge.comments(number)).at(-1)!.body).toContain(finished.result.commit);
    expect((await finish()).stderr).toContain('NO_PULL_REQUEST');

    // It is applied as the plan that was approved, and held.
    const applied = await bench.apply(['--yes', '--wait=false']);
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.result.approvals).toMatchObject([{ code: 'PLAN', by: 'grace' }]);
    expect(await data()).toEqual({ a: '1' });
    const newer = await bench.render(program('3'), 'Three');
    expect(newer.result.rendered).toMatchObject([{ held: true, created: false }]);
  });

  it('of one application is planned for that alone, and leaves the others as they are', async () => {
    const { bench, at, forge, rollback, finish, approve, remoteTip, data } = await released();
    const { namespace } = bench;
    const [web, api] = [{ settings: configMap({ a: '3' }), migrate: JOB }, { other: configMap({ b: '3' }) }];
    await bench.render(staging(namespace, { web, api }), 'Three');
    expect((await bench.apply(['--yes', '--wait=false'])).exit).toBe(0);
    at.git('push', '--quiet', 'bot', 'rendered/staging');
    const whole = await rollback(['--pull-request']);
    const proposed = await rollback(['--pull-request', '--application', 'web']);
    expect(proposed.exit, proposed.stderr).toBe(0);
    expect(proposed.result).toMatchObject({ application: 'web', reverts: remoteTip(), held: false });
    expect(proposed.result.commit, 'another one than that of all').not.toBe(whole.result.commit);
    const { number } = proposed.result.pullRequest!;
    expect((await forge.pullRequest(number)).title).toContain('Roll web in staging back to');
    const [comment] = await forge.comments(number);
    expect(comment!.body).toContain('a 3 → 2');
    expect(comment!.body).not.toContain('ConfigMap other');
    await approve(number);
    const finished = await finish();
    expect(finished.exit, finished.stderr).toBe(0);
    expect(finished.result).toMatchObject({ application: 'web', held: true, approvedBy: ['grace'] });
    expect((await bench.apply(['--yes', '--wait=false'])).exit).toBe(0);
    const other = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'other' };
    expect([await data(), (await live(cluster(), other))?.data]).toEqual([{ a: '2' }, { b: '3' }]);
  });

  it('is proposed where the branch is protected, without being asked for', async () => {
    const { rollback, remoteTip, at } = await released();
    const [tip, here] = [remoteTip(), at.git('rev-parse', 'rendered/staging')];
    const done = await rollback(['--push', '--yes']);
    expect(done.exit, done.stderr).toBe(0);
    expect(done.stderr).toContain('proposed as a pull request instead');
    expect(done.result).toMatchObject({ held: false, branch: HEAD, pullRequest: { kept: 'created' } });
    expect([remoteTip(), at.git('rev-parse', 'rendered/staging')]).toEqual([tip, here]);
    // Who has no forge is told what to do.
    const { PATH, HOME } = process.env;
    const plain = await at.truekeel(['rollback', '--environment', 'staging', '--push', '--yes'], {
      env: { PATH, HOME },
    });
    expect(plain.exit).toBe(8);
    expect(plain.stderr).toContain('--pull-request');
  });

  it('does not move the branch without the approval of somebody else, after the review', async () => {
    const { forge, propose, finish, approve, remoteTip } = await released();
    const tip = remoteTip();
    const { number } = (await propose()).result.pullRequest!;
    const unapproved = await finish();
    expect(unapproved.exit).toBe(8);
    expect(unapproved.stderr).toContain('APPROVAL_MISSING');
    // The pull request is the bot's own.
    await approve(number, bot);
    expect((await finish()).stderr).toContain('APPROVAL_MISSING');
    await approve(number);
    // What the review came to say afterwards was seen by nobody.
    await delay(1500);
    await forge.setStatus((await forge.pullRequest(number)).head.commit, {
      context: 'truekeel/staging',
      state: 'success',
      description: `plan sha256:${'0'.repeat(64)} · another`,
    });
    expect((await finish()).stderr).toContain('APPROVAL_MISSING');
    expect(remoteTip()).toBe(tip);
  });

  it('does not move a branch that moved meanwhile, and can be proposed anew', async () => {
    const { bench, at, forge, program, propose, finish, approve, remoteTip } = await released();
    const first = await propose();
    await approve(first.result.pullRequest!.number);
    await bench.render(program('3'), 'Three');
    at.git('push', '--quiet', 'bot', 'rendered/staging');
    const tip = remoteTip();
    const refused = await finish();
    expect(refused.exit).toBe(5);
    expect(refused.stderr).toContain('ROLLBACK_STALE');
    expect(remoteTip()).toBe(tip);
    const again = await propose();
    expect(again.exit, again.stderr).toBe(0);
    expect(again.result).toMatchObject({ reverts: tip });
    expect(again.result.commit).not.toBe(first.result.commit);
    // What was approved before was another one.
    expect((await finish()).stderr).toContain('APPROVAL_MISSING');
    await approve(again.result.pullRequest!.number);
    expect((await finish()).exit).toBe(0);
    expect(remoteTip()).not.toBe(tip);
    expect(await forge.pullRequests({ state: 'open' })).toEqual([]);
  });

  it('does not take what somebody pushed onto its branch', async () => {
    const { at, propose, finish, approve, remoteTip } = await released();
    const tip = remoteTip();
    const { pullRequest, commit } = (await propose()).result;
    await approve(pullRequest!.number);
    const message = at.git('log', '-1', '--format=%B', commit);
    const forged = at.git('commit-tree', `${tip}^{tree}`, '-p', tip, '-m', message);
    at.git('push', '--quiet', '--force', 'origin', `${forged}:refs/heads/${HEAD}`);
    const refused = await finish();
    expect(refused.exit, refused.stderr).not.toBe(0);
    expect(refused.stderr).toMatch(/RENDERED_CHANGED|REVIEW_STALE/);
    expect(remoteTip()).toBe(tip);
    // Nor does it propose on a branch that is something else.
    at.git('push', '--quiet', '--force', 'origin', `main:refs/heads/${HEAD}`);
    const taken = await propose();
    expect(taken.exit).toBe(8);
    expect(taken.stderr).toContain('PROPOSAL_TAKEN');
    expect(remoteTip(HEAD)).toBe(at.git('rev-parse', 'main'));
  });

  it('goes on after a crash between any two steps', async () => {
    const { at, forge, rollback, propose, finish, approve, remoteTip } = await released();
    // The commit is pushed, and then the forge does not let us in.
    const broken = await rollback(['--pull-request', '--reason', 'errors after it'], 'no-such-token');
    expect(broken.exit).not.toBe(0);
    const pushed = remoteTip(HEAD);
    const first = await propose();
    expect(first.result).toMatchObject({ commit: pushed, pullRequest: { kept: 'created' } });
    const { number } = first.result.pullRequest!;
    await approve(number);
    const second = await propose();
    expect(second.result).toMatchObject({ commit: pushed, pullRequest: { number, kept: 'unchanged' } });
    expect(await forge.comments(number)).toHaveLength(1);

    // The branch is moved, and nobody is told.
    using repository = await Repository.open(at.directory);
    const dies: Forge = Object.create(forge, {
      createComment: { value: () => Promise.reject(new Error('killed')) },
      user: { value: () => forge.user() },
      pullRequests: { value: (filter: Parameters<Forge['pullRequests']>[0]) => forge.pullRequests(filter) },
      pullRequest: { value: (which: number) => forge.pullRequest(which) },
      statuses: { value: (commit: string) => forge.statuses(commit) },
      approvals: { value: (which: number) => forge.approvals(which) },
      comments: { value: (which: number) => forge.comments(which) },
    });
    const by = { name: 'Keel', email: 'keel@example.com', seconds: 1_700_000_000, timezone: '+0000' };
    await expect(
      finishRollback({ repository, environment: 'staging', forge: dies, remote: 'bot', by }),
    ).rejects.toThrow('killed');
    const moved = remoteTip();
    expect((await forge.pullRequest(number)).state).toBe('open');
    const finished = await finish();
    expect(finished.exit, finished.stderr).toBe(0);
    expect(finished.result).toMatchObject({ commit: moved, approvedBy: ['grace'] });
    expect(remoteTip()).toBe(moved);
    expect((await forge.pullRequest(number)).state).not.toBe('open');
    expect(await forge.comments(number)).toHaveLength(2);
  });

  it('is held to the plan that was approved when it is applied', async () => {
    const { bench, propose, finish, approve, settings, data } = await released();
    await approve((await propose()).result.pullRequest!.number);
    expect((await finish()).exit).toBe(0);
    await editAs(cluster(), 'kubectl-edit', settings, { data: { a: 'by hand' } });
    const refused = await bench.run('apply', ['--yes', '--wait=false']);
    expect(refused.exit, refused.stderr).toBe(7);
    expect(await data()).toEqual({ a: 'by hand' });
  });

  it('refuses flags that ask for several things', async () => {
    const { rollback } = await released();
    expect((await rollback(['--finish', '--release'])).stderr).toContain('INVALID_FLAG');
    expect((await rollback(['--finish', '--to', 'rendered/staging~1'])).stderr).toContain('INVALID_FLAG');
  });
});
