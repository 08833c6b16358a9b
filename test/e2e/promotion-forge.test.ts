/** Promotion by pull requests, on a real Gitea. */
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { type Forge, GiteaForge } from '../../lib/forge/index.ts';
import { asOid, Repository } from '../../lib/git/index.ts';
import { connect } from '../../lib/kube/index.ts';
import { NO_KEYS } from '../../lib/sealed/index.ts';
import {
  type PromotionRequest,
  postProposalReview,
  promote,
  reviewProposal,
} from '../../synth/promotion/index.ts';
import { scratch } from '../git/scratch.ts';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { embeddedCluster, unique } from './clusters.ts';
import { PromotionBench } from './promotion-bench.ts';

const GATES = `Gate.ready(), Gate.approval({ people: ['grace'] })`;
const HEAD = 'truekeel/promote/production';

describeOnGitea('promotion by pull requests', (gitea) => {
  const cluster = embeddedCluster();
  let author: GiteaUser;
  let reviewer: GiteaUser;
  let bot: GiteaUser;

  beforeAll(async () => {
    author = await gitea().createUser('ada');
    reviewer = await gitea().createUser('grace');
    bot = await gitea().createUser('keel-bot');
  });

  /** A program that runs in both environments, on the forge. */
  async function published(gates = GATES) {
    const bench = new PromotionBench(cluster());
    const at = bench.bench.project;
    const repository = await gitea().createRepository(author, unique('shop'), [reviewer, bot]);
    at.git('remote', 'add', 'origin', gitea().cloneUrl(bot, repository));
    const forge = new GiteaForge({ url: gitea().url, repository, token: bot.token });
    const env = {
      ...process.env,
      GITHUB_ACTIONS: 'true',
      GITEA_ACTIONS: 'true',
      GITHUB_SERVER_URL: gitea().url,
      GITHUB_REPOSITORY: repository,
      GITHUB_REF: 'refs/heads/main',
      GITHUB_TOKEN: bot.token,
    };
    const stage = async (value: string) => {
      const source = bench.commit({ value, gates });
      at.git('push', '--quiet', '--force', 'origin', 'main');
      await bench.render('staging', ['--push']);
      await bench.apply('staging');
      return source;
    };
    await stage('1');
    await bench.render('production', ['--push']);
    const propose = () => bench.promote(['--propose'], { env });
    const approve = async (number: number, as = reviewer) => {
      const path = `/repos/${repository}/pulls/${number}/reviews`;
      expect((await gitea().call(as, 'POST', path, { event: 'APPROVED', body: '' })).status).toBe(200);
    };
    const all = () => forge.pullRequests({ state: 'all', head: HEAD });
    const tip = (branch: string) => at.git('ls-remote', 'origin', `refs/heads/${branch}`).split('\t')[0];
    return { bench, at, forge, stage, propose, approve, all, tip };
  }

  it('opens one, keeps it, waits for who is named, and moves the branch to the very commit', async () => {
    const { forge, stage, propose, approve, all, tip } = await published();
    const before = tip('rendered/production');
    const source = await stage('2');
    const proposed = await propose();
    expect(proposed).toMatchObject({
      state: 'waiting',
      why: expect.stringContaining('1 of grace have to approve'),
      bundle: { source },
      pullRequest: { kept: 'created' },
    });
    const { number } = proposed.pullRequest!;
    const { rendered } = proposed.bundle!;
    expect(await forge.pullRequest(number)).toMatchObject({
      title: `Promote ${source.slice(0, 12)} to production: Say 2`,
      head: { branch: HEAD, commit: rendered },
      base: { branch: 'rendered/production', commit: before },
      state: 'open',
    });
    const status = { context: HEAD, state: 'pending' };
    expect((await forge.statuses(rendered!))[0]).toMatchObject(status);
    expect((await propose()).pullRequest).toMatchObject({ number, kept: 'unchanged' });
    expect(tip('rendered/production')).toBe(before);

    await approve(number);
    const done = await propose();
    expect(done).toMatchObject({ state: 'promoted', bundle: { rendered } });
    expect(tip('rendered/production')).toBe(rendered);
    expect((await forge.statuses(rendered!))[0]).toMatchObject({ context: HEAD, state: 'success' });
    expect(await propose()).toMatchObject({ state: 'current' });
    expect(await all()).toMatchObject([{ number, state: 'closed' }]);
    // The next one is another one.
    await stage('3');
    expect((await propose()).pullRequest).toMatchObject({ kept: 'created' });
    expect(await all()).toHaveLength(2);
  });

  it('gives a newer candidate the place of the one before, which has to be approved anew', async () => {
    const { stage, propose, approve, all, tip, forge } = await published();
    const before = tip('rendered/production');
    await stage('2');
    const first = await propose();
    await approve(first.pullRequest!.number);
    const newer = await stage('3');
    const second = await propose();
    expect(second).toMatchObject({
      state: 'waiting',
      bundle: { source: newer, commits: [{ subject: 'Say 3' }, { subject: 'Say 2' }] },
      pullRequest: { number: first.pullRequest!.number, kept: 'updated' },
    });
    expect(second.bundle!.rendered).not.toBe(first.bundle!.rendered);
    expect((await forge.pullRequest(first.pullRequest!.number)).title).toContain('Say 3');
    // Forges see a push after a moment: nobody’s approval of the commit before is taken for one of this.
    expect(await propose()).toMatchObject({ state: 'waiting' });
    expect(tip('rendered/production')).toBe(before);
    await approve(first.pullRequest!.number);
    expect(await propose()).toMatchObject({ state: 'promoted' });
    expect(tip('rendered/production')).toBe(second.bundle!.rendered);
    expect(await all()).toHaveLength(1);
  });

  it('is reviewed anew where the plan that was approved does not come out any more, and approved anew', async () => {
    const { bench, at, forge, stage, propose, approve, tip } = await published('Gate.ready()');
    await bench.apply('production');
    const before = tip('rendered/production')!;
    await stage('2');
    const proposed = await propose();
    const { number } = proposed.pullRequest!;
    const commit = proposed.bundle!.rendered!;
    const client = await connect({ kubeconfig: cluster().kubeconfig });
    const repository = await Repository.discover(at.directory);
    const environment = { name: 'production', branch: 'rendered/production' };
    const proposal = { environment, before: asOid(before), commit: asOid(commit) };
    const access = {
      connect: () => connect({ kubeconfig: cluster().kubeconfig }),
      approvals: [],
      limits: {},
    };
    const review = await reviewProposal(repository, proposal, access);
    await postProposalReview(review, { repository, forge, number, proposal });
    repository.close();
    // Times of the forge are whole seconds, and what is approved has to be there before.
    await delay(1100);
    await approve(number);
    const metadata = { name: 'settings', namespace: bench.namespaces.production };
    const byHand = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: 'by hand' } };
    await client.apply(byHand, { fieldManager: 'kubectl', force: true });
    await client.close();

    const plans = async () =>
      (await forge.statuses(commit)).flatMap(({ context, description }) =>
        context === 'truekeel/production' ? [description.split(' · ')[0]] : [],
      );
    expect(await propose()).toMatchObject({
      state: 'open',
      why: expect.stringContaining('not what it said when it was approved'),
    });
    const [now, approved, ...more] = await plans();
    expect([now, more]).toEqual([expect.stringMatching(/^plan sha256:/), []]);
    expect(now).not.toBe(approved);
    expect(tip('rendered/production')).toBe(before);
    const asked = (await forge.comments(number)).filter(({ body }) =>
      body.includes('@grace What was approved'),
    );
    expect(asked).toHaveLength(1);
    // Looking again changes nothing and asks nobody twice.
    expect(await propose()).toMatchObject({ state: 'open' });
    expect(await plans()).toHaveLength(2);
    await delay(1100);
    await approve(number);
    expect(await propose()).toMatchObject({ state: 'promoted' });
    expect(tip('rendered/production')).toBe(commit);
    const noted = at.git('notes', '--ref', 'truekeel-promotions', 'show', commit);
    expect(JSON.parse(noted)).toMatchObject({ plan: now!.slice('plan '.length), approvedBy: ['grace'] });
    const applied = await bench.bench.apply(['--environment', 'production', '--yes']);
    expect(applied.exit, applied.stderr).toBe(0);
  });

  it('is shown as merged where the forge looks for that, and lets pass what a team approved', async () => {
    const org = unique('crew');
    await gitea().call(author, 'POST', '/orgs', { username: org });
    const permission = { permission: 'write', units: ['repo.code', 'repo.pulls'] };
    const team = await gitea().call(author, 'POST', `/orgs/${org}/teams`, { name: 'web', ...permission });
    await gitea().call(author, 'PUT', `/teams/${team.body.id}/members/${reviewer.login}`);
    await gitea().call(author, 'PUT', `/teams/${team.body.id}/members/${bot.login}`);
    const { forge, stage, propose, approve, all } = await published(
      `Gate.approval({ teams: ['${org}/web'] })`,
    );
    const found = { autodetect_manual_merge: true, allow_manual_merge: true };
    const settings = await gitea().call(author, 'PATCH', `/repos/${forge.repository}`, found);
    expect(settings.status).toBe(200);
    await stage('2');
    const { pullRequest } = await propose();
    await approve(pullRequest!.number, author);
    expect(await propose()).toMatchObject({ state: 'waiting', why: expect.stringContaining(`${org}/web`) });
    await approve(pullRequest!.number);
    expect(await propose()).toMatchObject({ state: 'promoted' });
    for (let tries = 0; tries < 100; tries++) {
      if ((await all())[0]!.state === 'merged') break;
      await delay(100);
    }
    expect(await all()).toMatchObject([{ number: pullRequest!.number, state: 'merged' }]);
  });

  it('knows what is ready from what was told the forge by its own user, and believes nobody else', async () => {
    const { bench, at, forge } = await published('Gate.ready()');
    const source = bench.commit({ value: '2', gates: 'Gate.ready()' });
    at.git('push', '--quiet', 'origin', 'main');
    await bench.render('staging', ['--push']);
    const environment = {
      ...process.env,
      TRUEKEEL_FORGE: 'gitea',
      TRUEKEEL_FORGE_URL: gitea().url,
      TRUEKEEL_FORGE_REPOSITORY: forge.repository,
      TRUEKEEL_FORGE_TOKEN: bot.token,
    };
    // Nothing was applied: the cluster that could be asked says that nothing is ready.
    const ask = () => bench.promote(['--propose', '--upstream', 'forge'], { env: environment });
    const tell = (as: GiteaUser, state: 'success' | 'failure', description: string) =>
      new GiteaForge({ url: gitea().url, repository: forge.repository, token: as.token }).setStatus(source, {
        context: 'truekeel/staging/deployment',
        state,
        description,
      });
    expect(await ask()).toMatchObject({
      state: 'waiting',
      why: expect.stringContaining('keel-bot told the forge nothing'),
    });
    await tell(reviewer, 'success', 'ready');
    expect(await ask()).toMatchObject({ state: 'waiting', why: expect.stringContaining('is not believed') });
    await tell(bot, 'success', 'ready');
    expect(await ask()).toMatchObject({
      state: 'open',
      bundle: { source },
      pullRequest: { kept: 'created' },
    });
    await tell(bot, 'failure', 'failed: NOT_READY Deployment.apps shop/web');
    expect(await ask()).toMatchObject({ state: 'waiting', why: expect.stringContaining('NOT_READY') });
  });

  it('is closed when there is nothing to promote any more', async () => {
    const { bench, stage, propose, all, at } = await published();
    await stage('2');
    await propose();
    const back = ['rollback', '--environment', 'staging', '--yes', '--push'];
    expect((await at.truekeel(back)).exit).toBe(0);
    await bench.apply('staging');
    expect(await propose()).toMatchObject({ state: 'current', passedOver: [{ why: 'taken-back' }] });
    expect(await all()).toMatchObject([{ state: 'closed' }]);
  });

  it('comes to the same however often it is interrupted', async () => {
    const { at, forge, stage, approve, all, tip } = await published();
    await stage('2');
    const clone = scratch();
    at.git('clone', '--quiet', at.git('remote', 'get-url', 'origin'), clone);
    const client = await connect({ kubeconfig: cluster().kubeconfig });
    /** Ends with an error before the effect of that number, if there are so many. */
    async function attempt(effects: number) {
      let left = effects;
      const before = () => {
        if (left-- === 0) throw new Error('interrupted');
      };
      const repository = await Repository.open(clone);
      for (const name of ['push', 'updateRef', 'editNote'] as const) {
        const real = repository[name].bind(repository) as (...args: unknown[]) => Promise<never>;
        Object.assign(repository, {
          [name]: async (...args: unknown[]) => {
            before();
            return real(...args);
          },
        });
      }
      const disturbed = new Proxy<Forge>(forge, {
        get: (target, name) => {
          const value = Reflect.get(target, name, target);
          if (typeof value !== 'function') return value;
          return async (...args: unknown[]) => {
            if (/^(?:create|update|set)/.test(String(name))) before();
            return value.apply(target, args);
          };
        },
      });
      const request: PromotionRequest = {
        program: 'main.ts',
        cache: scratch(),
        packages: `${at.directory}/node_modules`,
        head: 'origin/main',
        remote: 'origin',
        forge: disturbed,
        moves: 'when-approved',
        asks: () => 'cluster',
        clusterOf: async () => client,
        openSecret: NO_KEYS,
        fetch,
        now: Date.now,
        signal: new AbortController().signal,
      };
      try {
        return (await promote(repository, request))[0];
      } catch (error) {
        if (error instanceof Error && error.message === 'interrupted') return undefined;
        throw error;
      } finally {
        repository.close();
      }
    }
    /** Interrupted at each effect in turn, each time further on, until it gets through. */
    async function untilDone() {
      for (let effects = 0; effects < 40; effects++) {
        const done = await attempt(effects);
        if (done) return done;
        expect((await all()).length).toBeLessThanOrEqual(1);
      }
      throw new Error('it never came to an end');
    }
    const proposed = await untilDone();
    expect(proposed).toMatchObject({ state: 'waiting', pullRequest: expect.anything() });
    expect(await all()).toMatchObject([{ state: 'open', head: { commit: proposed.bundle!.rendered } }]);
    await approve(proposed.pullRequest!.number);
    // What was moved before an interruption is not moved again.
    expect(['promoted', 'current']).toContain((await untilDone()).state);
    expect(tip('rendered/production')).toBe(proposed.bundle!.rendered);
    await untilDone();
    expect(await all()).toMatchObject([{ state: 'closed' }]);
    await client.close();
  });
});
