/** What is proposed to an environment, and carried out by its agent once it was approved: on a real Gitea. */
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { connect } from '../../lib/kube/index.ts';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { embeddedCluster, live, unique } from './clusters.ts';
import { ForgeAgent } from './forge-agent.ts';

const PROPOSAL = 'truekeel/rollback/staging';
const BRANCH = 'rendered/staging';
const PROMOTION = 'truekeel/promote/production';
const MORE = `new ApiObject(web, 'more', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'more' }, data: { more: 'yes' } });`;

/** Waits for something that tells nobody when it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(50);
}

describeOnGitea('what is proposed', (gitea) => {
  const cluster = embeddedCluster();
  let author: GiteaUser;
  let writer: GiteaUser;
  let bot: GiteaUser;

  beforeAll(async () => {
    author = await gitea().createUser('ada');
    writer = await gitea().createUser('grace');
    bot = await gitea().createUser('keel-bot');
  });

  const program = (namespace: string, a: string, more = '', gates = 'Gate.ready()') => `
import { ApiObject } from 'cdk8s';
import { App, Application, Environment, Gate } from 'truekeel';
const app = new App();
const staging = new Environment(app, 'staging', { namespace: '${namespace}' });
const production = new Environment(app, 'production', { namespace: '${namespace}-p', promotesFrom: [staging], gates: [${gates}] });
for (const environment of [staging, production]) {
  const web = new Application(environment, 'web', { createNamespace: true });
  new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: '${a}' } });
  ${more}
}
app.synth();
`;

  async function shop(gates?: string) {
    const namespace = unique('shop');
    const at = await ForgeAgent.create(gitea(), { author, bot, writer }, cluster(), () =>
      program(namespace, '1'),
    );
    const push = (a: string, more?: string) => {
      at.bench.project.commit(`Say ${a}`, { 'main.ts': program(namespace, a, more, gates) });
      at.bench.project.git('push', '--quiet', 'origin', 'main');
    };
    const valueIn = async (suffix = ''): Promise<string | undefined> => {
      const key = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        namespace: `${namespace}${suffix}`,
        name: 'settings',
      };
      return (await live(cluster(), key))?.data?.a;
    };
    const has = (a: string, suffix = '') => until(async () => (await valueIn(suffix)) === a);
    const proposal = async (head = PROPOSAL) => (await at.forge.pullRequests({ state: 'open', head })).at(0);
    const says = async (number: number, text: string) =>
      (await at.forge.comments(number)).some(
        ({ author: by, body }) => by.login === bot.login && body.includes(text),
      );
    const isApprovable = async (number: number, context: string) => {
      const { head } = await at.forge.pullRequest(number);
      await until(async () =>
        (await at.forge.statuses(head.commit)).some(
          (status) => status.context === context && status.state === 'success',
        ),
      );
      // Times of the forge are whole seconds, and what is approved has to be there before.
      await delay(1100);
    };
    const twice = async (flags: readonly string[]) => {
      const running = await at.start(flags);
      await has('1');
      push('2');
      await has('2');
      return running;
    };
    return { at, namespace, push, has, valueIn, proposal, says, isApprovable, twice };
  }

  /** A promotion that adds an object, reviewed by the agent that it goes to, which has ended. Somebody who makes that object by hand
   * changes its plan. */
  async function reviewedPromotion(gates?: string) {
    const made = await shop(gates);
    const { at, namespace, has, push, proposal, isApprovable } = made;
    const upstream = await at.start(['--promote', 'automatic']);
    await has('1');
    await until(async () => at.tip('rendered/production') !== undefined);
    await upstream.end('SIGTERM');
    const keeper = await at.start(['--promote', 'propose']);
    push('2', MORE);
    await until(async () => (await proposal(PROMOTION)) !== undefined);
    await keeper.end('SIGTERM');
    const request = (await proposal(PROMOTION))!;
    const reviewer = await at.start(['--reviews'], 'production');
    await isApprovable(request.number, 'truekeel/production');
    await reviewer.end('SIGTERM');
    const client = await connect({ kubeconfig: cluster().kubeconfig });
    const interfere = async () => {
      const metadata = { name: 'more', namespace: `${namespace}-p` };
      const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { more: 'by hand' } };
      await client.apply(object, { fieldManager: 'kubectl' });
      await client.close();
    };
    const plans = async () =>
      (await at.forge.statuses(request.head.commit)).flatMap(({ context, description }) =>
        context === 'truekeel/production' ? [/^plan (\S+) · /.exec(description)?.[1]] : [],
      );
    const note = () => {
      at.bench.project.git('fetch', '--quiet', 'origin', '+refs/notes/*:refs/notes/*');
      return JSON.parse(
        at.bench.project.git('notes', '--ref', 'truekeel-promotions', 'show', request.head.commit),
      );
    };
    return { ...made, request, interfere, plans, note };
  }

  it('takes an environment back once somebody approved what somebody else asked for', async () => {
    const { at, has, proposal, says, isApprovable, twice } = await shop();
    const running = await twice(['--commands', 'rollback=user:ada', 'hold=user:ada']);
    const tip = at.tip(BRANCH);
    const number = await at.open('change', { 'README.md': 'news' });
    const asked = await at.comment(number, '/rollback staging', author);
    await until(async () => (await at.reactions(asked)).includes('+1'));
    const request = (await proposal())!;
    expect(await says(number, `#${request.number} proposes to take staging back`)).toBe(true);
    expect(request.body).toContain(`comment ${asked}`);
    expect(await says(request.number, 'a 2 → 1')).toBe(true);
    expect(at.tip(BRANCH), 'nothing is moved before it is approved').toBe(tip);

    await isApprovable(request.number, 'truekeel/staging');
    expect(await at.approve(request.number)).toBe(200);
    await running.line(/"msg":"finished a rollback"/);
    await has('1');
    const { project } = at.bench;
    project.git('fetch', '--quiet', 'origin');
    const message = project.git('log', '-1', '--format=%B', `origin/${BRANCH}`);
    expect(message).toContain(`Truekeel-Reverts: ${tip}`);
    expect(message).toContain('Truekeel-Approved-By: grace');
    expect(message).toMatch(/Truekeel-Plan: sha256:[0-9a-f]{64}/);
    await until(async () => (await at.forge.pullRequest(request.number)).state !== 'open');

    // What was rendered before comes back as soon as it is let go.
    await at.comment(number, '/hold staging release', author);
    await has('2');
    await running.end('SIGTERM');
  });

  it('is found when it was approved while nobody listened, and done once', async () => {
    const { at, has, proposal, isApprovable, twice } = await shop();
    const flags = ['--commands', 'rollback=user:ada'];
    const first = await twice(flags);
    const number = await at.open('change', { 'README.md': 'news' });
    const asked = await at.comment(number, '/rollback staging', author);
    await until(async () => (await at.reactions(asked)).includes('+1'));
    const request = (await proposal())!;
    await isApprovable(request.number, 'truekeel/staging');
    await first.end('SIGKILL');
    const tip = at.tip(BRANCH);
    expect(await at.approve(request.number)).toBe(200);
    expect(at.tip(BRANCH)).toBe(tip);
    const second = await at.start(['--finish']);
    await second.line(/"msg":"finished a rollback"/);
    await has('1');
    await until(async () => (await at.forge.pullRequest(request.number)).state !== 'open');
    const made = at.tip(BRANCH);
    await second.end('SIGTERM');
    const third = await at.start(flags);
    await third.line(/"msg":"applied"/);
    expect(at.tip(BRANCH)).toBe(made);
    await third.end('SIGTERM');
  });

  it('is asked for by a comment that nobody heard, once, and not by one that somebody changed', async () => {
    const { at, has, proposal, twice } = await shop();
    const flags = ['--commands', 'rollback=user:ada', 'hold=user:ada'];
    const first = await twice(flags);
    const number = await at.open('change', { 'README.md': 'news' });
    await first.end('SIGKILL');
    const asked = await at.comment(number, '/rollback staging', author);
    const changed = await at.comment(number, 'All is well.', author);
    // Times of the forge are whole seconds.
    await delay(1100);
    const path = `/repos/${at.repository}/issues/comments/${changed}`;
    await gitea().call(author, 'PATCH', path, { body: '/hold staging' });
    const second = await at.start(flags);
    await until(async () => (await at.reactions(asked)).includes('+1'));
    const { number: request } = (await proposal())!;
    await second.end('SIGKILL');
    const third = await at.start(flags);
    const hold = await at.comment(number, '/hold staging until Friday', author);
    await until(async () => (await at.reactions(hold)).includes('+1'));
    const commands = third.lines.filter((line) => line.includes('"msg":"a command"'));
    expect(commands.filter((line) => line.includes(`"comment":"${asked}"`))).toEqual([]);
    expect(await at.reactions(changed)).toEqual([]);
    expect((await proposal())?.number).toBe(request);
    await has('2');
    await third.end('SIGTERM');
  });

  it('is not what a button of the forge merged: that is told, and put right by hand', async () => {
    const { at, proposal, says, isApprovable, twice } = await shop();
    const running = await twice(['--commands', 'rollback=user:ada']);
    const tip = at.tip(BRANCH)!;
    const number = await at.open('change', { 'README.md': 'news' });
    await at.comment(number, '/rollback staging', author);
    await until(async () => (await proposal()) !== undefined);
    const request = (await proposal())!;
    await isApprovable(request.number, 'truekeel/staging');
    expect(await at.merge(request.number)).toBe(200);
    const merge = at.tip(BRANCH)!;
    await until(() => says(request.number, merge));
    expect(await says(request.number, `origin ${tip}:refs/heads/${BRANCH}`)).toBe(true);
    expect(at.tip(BRANCH), 'nobody rewrites it by himself').toBe(merge);
    await running.end('SIGTERM');
  });

  it('is reviewed anew, and not done, where its plan is no longer the one that was approved', async () => {
    const { at, request, interfere, plans, note, has, says, isApprovable } = await reviewedPromotion();
    const before = at.tip('rendered/production');
    await interfere();
    const running = await at.start(['--reviews', '--finish'], 'production');
    await running.line(/"msg":"applied"/);
    expect(await at.approve(request.number)).toBe(200);
    await until(async () => (await plans()).length > 1);
    const [now, approved] = await plans();
    expect(now).not.toBe(approved);
    await until(() => says(request.number, `@grace What was approved does not come out any more`));
    expect(await says(request.number, now!)).toBe(true);
    expect(at.tip('rendered/production')).toBe(before);
    await isApprovable(request.number, 'truekeel/production');
    expect(await at.approve(request.number)).toBe(200);
    await has('2', '-p');
    expect(at.tip('rendered/production')).toBe(request.head.commit);
    expect(note()).toMatchObject({ approvedBy: ['grace'], plan: now });
    await running.end('SIGTERM');
  });

  it('is reviewed anew after the branch moved, where whoever moved it could not see the cluster', async () => {
    const { at, request, interfere, plans, note, has, valueIn, says } = await reviewedPromotion(
      "Gate.approval({ people: ['grace'] })",
    );
    expect(await at.approve(request.number)).toBe(200);
    await interfere();
    const upstream = await at.start(['--promote', 'propose']);
    await until(async () => at.tip('rendered/production') === request.head.commit);
    await upstream.end('SIGTERM');
    const [approved] = await plans();
    expect(note()).toMatchObject({ plan: approved });

    const running = await at.start(['--reviews', '--commands', 'approve=write'], 'production');
    await running.line(/"code":"PLAN_CHANGED"/);
    await until(() => says(request.number, '@grace What was approved does not come out any more'));
    const [now] = await plans();
    expect(now).not.toBe(approved);
    expect(await valueIn('-p')).toBe('1');
    // Times of the forge are whole seconds, and what is approved has to be there before.
    await delay(1100);
    // Who may write to the repository, and is not among those whom the gate names.
    await at.comment(request.number, '/approve', author);
    await until(() => says(request.number, '1 of grace have to approve'));
    expect(await valueIn('-p')).toBe('1');
    await at.comment(request.number, '/approve');
    await has('2', '-p');
    expect(note()).toMatchObject({ approvedBy: expect.arrayContaining(['grace']), plan: now });
    await running.end('SIGTERM');
  });

  it('gets the plan of the environment that it goes to, and moves there once it is approved', async () => {
    const { at, has, push, proposal, says, isApprovable } = await shop();
    const { project } = at.bench;
    const upstream = await at.start(['--promote', 'automatic']);
    await has('1');
    await until(async () => at.tip('rendered/production') !== undefined);
    await upstream.end('SIGTERM');
    const keeper = await at.start(['--promote', 'propose']);
    push('2');
    await until(async () => (await proposal('truekeel/promote/production')) !== undefined);
    const request = (await proposal('truekeel/promote/production'))!;
    const noted = () => project.git('ls-remote', 'origin', 'refs/notes/truekeel-ready');
    expect(noted()).not.toBe('');
    await keeper.end('SIGTERM');
    const before = at.tip('rendered/production');

    const running = await at.start(['--reviews', '--finish'], 'production');
    await has('1', '-p');
    await isApprovable(request.number, 'truekeel/production');
    expect(await says(request.number, 'a 1 → 2')).toBe(true);
    const [status] = (await at.forge.statuses(request.head.commit)).filter(
      ({ context }) => context === 'truekeel/production',
    );
    expect(status?.description).toMatch(/^plan sha256:[0-9a-f]{64} · /);
    expect(at.tip('rendered/production')).toBe(before);
    expect(await at.approve(request.number)).toBe(200);
    await has('2', '-p');
    expect(at.tip('rendered/production')).toBe(request.head.commit);
    // It was held to the plan that was approved.
    project.git('fetch', '--quiet', 'origin', '+refs/notes/*:refs/notes/*');
    const note = JSON.parse(
      project.git('notes', '--ref', 'truekeel-promotions', 'show', request.head.commit),
    );
    expect(note).toMatchObject({ approvedBy: ['grace'] });
    expect(status?.description).toContain(note.plan);
    await running.end('SIGTERM');
  });
});
