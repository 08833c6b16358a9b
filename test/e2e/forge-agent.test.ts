/** What the agent does for pull requests, as a process, on a real Gitea that calls its webhook. */
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { embeddedCluster, live, unique } from './clusters.ts';
import { ForgeAgent, WEBHOOK_SECRET } from './forge-agent.ts';
import type { Running } from './running.ts';

/** Waits for something that tells nobody when it is so. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await delay(50);
}

describeOnGitea('the agent, called by a forge', (gitea) => {
  const cluster = embeddedCluster();
  let author: GiteaUser;
  let writer: GiteaUser;
  let stranger: GiteaUser;
  let bot: GiteaUser;

  beforeAll(async () => {
    author = await gitea().createUser('ada');
    writer = await gitea().createUser('grace');
    stranger = await gitea().createUser('mallory');
    bot = await gitea().createUser('keel-bot');
  });

  const program = (namespace: string, prefix: string, a: string, more = '') => `
import { ApiObject } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
const app = new App();
const staging = new Environment(app, 'staging', {
  namespace: '${namespace}',
  previews: { namespacePrefix: '${prefix}', url: 'https://{label}-{preview}.example.org' },
});
const web = new Application(staging, 'web', { createNamespace: true });
new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: '${a}' } });
${more}
app.synth();
`;

  async function shop() {
    const [namespace, prefix] = [unique('shop'), unique('p')];
    const at = await ForgeAgent.create(gitea(), { author, bot, writer }, cluster(), () =>
      program(namespace, prefix, '1'),
    );
    const text = (a: string, more?: string) => ({ 'main.ts': program(namespace, prefix, a, more) });
    const settings = async (preview: number) =>
      (
        await live(cluster(), {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          namespace: `${prefix}-${preview}`,
          name: 'settings',
        })
      )?.data;
    const namespaceOf = (preview: number) =>
      live(cluster(), { apiVersion: 'v1', kind: 'Namespace', name: `${prefix}-${preview}` });
    const isGone = async (preview: number) => {
      const found = await namespaceOf(preview);
      return found === undefined || found.metadata.deletionTimestamp !== undefined;
    };
    const ourComments = async (number: number) =>
      (await at.forge.comments(number)).filter((comment) => comment.author.login === bot.login);
    return { at, text, settings, namespaceOf, isGone, ourComments, namespace, prefix };
  }

  /** A line that has all of the texts. */
  const line = (running: Running, ...texts: readonly string[]) =>
    running.line(
      new RegExp(texts.map((text) => `(?=.*${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')})`).join('')),
    );

  const previewed = (running: Running, number: number, head: string) =>
    line(running, '"msg":"previewed"', `"pullRequest":${number}`, head);

  it('reviews and previews a pull request, keeps both up to date, and takes the preview away when it is closed', async () => {
    const { at, text, settings, isGone, ourComments } = await shop();
    const running = await at.start(['--reviews', '--previews']);
    const number = await at.open('change', text('2'));
    const { head } = await at.forge.pullRequest(number);
    await line(running, '"msg":"reviewed"', `"pullRequest":${number}`, head.commit);
    await previewed(running, number, head.commit);
    expect(await settings(number)).toEqual({ a: '2' });
    const comments = await ourComments(number);
    expect(comments).toHaveLength(2);
    expect(comments.some(({ body }) => body.includes('Truekeel review') && body.includes('settings'))).toBe(
      true,
    );
    expect(comments.some(({ body }) => body.includes('**Ready.**'))).toBe(true);
    const contexts = (await at.forge.statuses(head.commit)).map(({ context }) => context);
    expect(new Set(contexts)).toEqual(new Set(['truekeel/staging', 'truekeel/preview']));

    const { project } = at.bench;
    project.git('checkout', '--quiet', 'change');
    const next = project.commit('More', text('3'));
    project.git('push', '--quiet', 'origin', 'change');
    await previewed(running, number, next);
    await line(running, '"msg":"reviewed"', next);
    expect(await settings(number)).toEqual({ a: '3' });
    expect((await ourComments(number)).map(({ id }) => id)).toEqual(comments.map(({ id }) => id));

    await at.close(number);
    await line(running, '"msg":"took a preview down"');
    expect(await isGone(number)).toBe(true);
    expect((await ourComments(number)).some(({ body }) => body.includes('was removed'))).toBe(true);
    expect(running.lines.join('\n')).not.toContain(bot.token);
    expect(await running.end('SIGTERM')).toBe(0);
  });

  it('has commands carried out by those who may, once, and says so in place', async () => {
    const { at, text, ourComments, settings } = await shop();
    const rules = 'preview=write approve=write rollback=admin';
    const running = await at.start(['--reviews', '--previews', '--commands', ...rules.split(' ')]);
    const number = await at.open('change', text('2'));
    const { head } = await at.forge.pullRequest(number);
    await previewed(running, number, head.commit);
    await line(running, '"msg":"reviewed"', head.commit);
    await delay(1100);

    const by = async (comment: string) => {
      await line(running, '"msg":"a command"', `"comment":"${comment}"`);
      await until(async () => (await at.reactions(comment)).some((sign) => sign !== 'eyes'));
      return at.reactions(comment);
    };
    const denied = await at.comment(number, '/preview', stranger);
    expect(await by(denied)).toEqual(expect.arrayContaining(['-1']));
    const others = await at.comment(number, '/rollback staging', writer);
    expect(await by(others)).toEqual(expect.arrayContaining(['-1']));
    const own = await at.comment(number, 'I would say so myself:\n\n/approve', author);
    await line(running, 'a command could not be carried out', 'APPROVAL_REFUSED');
    expect(await at.reactions(own)).not.toContain('+1');
    const asked = await at.comment(number, '/preview');
    expect(await by(asked)).toEqual(expect.arrayContaining(['eyes', '+1']));
    const approved = await at.comment(number, 'Looks right to me.\n\n/approve');
    expect(await by(approved)).toEqual(expect.arrayContaining(['+1']));
    const status = (await at.forge.statuses(head.commit)).find(({ context }) => context.includes('approval'));
    expect(status).toMatchObject({ context: 'truekeel/approval/grace', state: 'success' });
    expect(status?.description).toContain(`comment ${approved}`);

    // None of these is a command.
    const before = (await ourComments(number)).length;
    const quoted = await at.comment(
      number,
      '> /preview\n/preview\n\n```\n/preview\n```\n/deploy\n`/preview`',
    );
    const next = await at.comment(number, '/preview now please and more');
    await until(async () => (await at.reactions(next)).length > 1);
    expect(await at.reactions(next)).toEqual(expect.arrayContaining(['-1']));
    expect(await at.reactions(quoted)).toEqual([]);
    expect((await ourComments(number)).length).toBe(before + 1);
    expect(await settings(number)).toEqual({ a: '2' });
    await running.end('SIGTERM');
  });

  it('runs nothing of a fork before somebody who may named the commit', async () => {
    const { at, text, ourComments, namespaceOf, settings } = await shop();
    const running = await at.start(['--reviews', '--previews', '--commands', 'preview=write']);
    const name = at.repository.split('/')[1]!;
    await gitea().call(stranger, 'POST', `/repos/${at.repository}/forks`, {});
    const { project } = at.bench;
    project.git('checkout', '--quiet', '-b', 'fork', 'main');
    const commit = project.commit('From outside', text('9'));
    project.git('push', '--quiet', gitea().cloneUrl(stranger, `${stranger.login}/${name}`), 'fork');
    const number = await at.openOf(`${stranger.login}:fork`, stranger);
    await until(async () => (await ourComments(number)).length > 0);
    expect((await ourComments(number)).map(({ body }) => body).join()).toContain(
      `/preview ${commit.slice(0, 12)}`,
    );
    expect(await namespaceOf(number)).toBeUndefined();

    const bare = await at.comment(number, '/preview');
    await line(running, 'PREVIEW_OF_FORK');
    await until(async () => (await at.reactions(bare)).includes('-1'));
    expect(await namespaceOf(number)).toBeUndefined();
    await at.comment(number, `/preview ${commit.slice(0, 12)}`);
    await previewed(running, number, commit);
    expect(await settings(number)).toEqual({ a: '9' });

    // What they push afterwards is not what somebody looked at.
    const later = project.commit('And now for something else', text('666'));
    project.git('push', '--quiet', gitea().cloneUrl(stranger, `${stranger.login}/${name}`), 'fork');
    await at.comment(number, `/preview ${commit.slice(0, 12)}`);
    const lines = running.lines.filter((one) => one.includes('PREVIEW_OF_FORK')).length;
    await until(async () => running.lines.filter((one) => one.includes('PREVIEW_OF_FORK')).length > lines);
    expect(running.lines.some((one) => one.includes('"previewed"') && one.includes(later))).toBe(false);
    expect(await settings(number)).toEqual({ a: '9' });
    await running.end('SIGTERM');
  });

  it('goes on after it was killed at any moment, and does nothing twice', async () => {
    const { at, text, settings, ourComments } = await shop();
    const flags = ['--reviews', '--previews', '--commands', 'preview=write'];
    const first = await at.start(flags);
    const number = await at.open('change', text('2'));
    const { head } = await at.forge.pullRequest(number);
    await until(async () => (await at.forge.statuses(head.commit)).length > 0);
    await first.end('SIGKILL');
    const second = await at.start(flags);
    await until(async () => (await settings(number)) !== undefined);
    await second.end('SIGKILL');
    const third = await at.start(flags);
    await until(async () => {
      const found = (await at.forge.statuses(head.commit)).map(({ context, state }) => `${context} ${state}`);
      return found.includes('truekeel/staging success') && found.includes('truekeel/preview success');
    });
    expect(await settings(number)).toEqual({ a: '2' });
    expect(await ourComments(number)).toHaveLength(2);
    await third.end('SIGTERM');
  });

  it('takes an environment back, and lets it go, when somebody asks who may', async () => {
    const { at, text, namespace } = await shop();
    const running = await at.start(['--commands', 'rollback-push=user:ada', 'hold=user:ada']);
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    const has = (a: string) => until(async () => (await live(cluster(), reference))?.data?.a === a);
    await has('1');
    at.bench.project.commit('Two', text('2'));
    at.bench.project.git('push', '--quiet', 'origin', 'main');
    await has('2');
    const number = await at.open('change', text('3'));
    await at.comment(number, '/rollback elsewhere', author);
    const back = await at.comment(number, '/rollback staging', author);
    await has('1');
    await until(async () => (await at.reactions(back)).includes('+1'));
    at.bench.project.git('fetch', '--quiet', 'origin');
    const message = at.bench.project.git('log', '-1', '--format=%B', 'origin/rendered/staging');
    expect(message).toContain('Truekeel-Approved-By: ada');
    expect(message).toContain(`comment ${back}`);
    const free = await at.comment(number, '/hold staging release', author);
    await until(async () => (await at.reactions(free)).includes('+1'));
    await has('2');
    at.bench.project.commit('Four', text('4'));
    at.bench.project.git('push', '--quiet', 'origin', 'main');
    await has('4');
    const held = await at.comment(number, '/hold staging until the audit', author);
    await until(async () => (await at.reactions(held)).includes('+1'));
    at.bench.project.git('fetch', '--quiet', 'origin');
    const hold = JSON.parse(at.bench.project.git('show', 'origin/rendered/staging:truekeel.json')).hold;
    expect(hold.reason).toContain('until the audit (ada asked for it');
    await at.comment(number, '/hold staging release', author);
    at.bench.project.commit('Five', text('5'));
    at.bench.project.git('push', '--quiet', 'origin', 'main');
    await has('5');
    // Of the one for another environment nobody here says anything.
    expect(running.lines.join('\n')).not.toContain('elsewhere');
    await running.end('SIGTERM');
  });

  it('promotes when somebody asks who may, once what is upstream is noted to be ready', async () => {
    const { at, text, namespace, ourComments } = await shop();
    const graph = (gates: string) => `
const first = new Environment(app, 'first', { namespace: '${namespace}' });
new Application(first, 'web');
const second = new Environment(app, 'second', { namespace: '${namespace}-2', promotesFrom: [first], gates: [${gates}] });
const promoted = new Application(second, 'web', { createNamespace: true });
new ApiObject(promoted, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { a: '7' } });
`;
    const push = (gates: string) => {
      const source = text('1', graph(gates))['main.ts'].replace('Environment }', 'Environment, Gate }');
      at.bench.project.commit(`Gates ${gates}`, { 'main.ts': source });
      at.bench.project.git('push', '--quiet', 'origin', 'main');
    };
    push(`Gate.ready(), Gate.job({ image: 'example/smoke:1' })`);
    const number = await at.open('change', { 'README.md': 'news' });
    const upstream = await at.start(['--promote', 'notes'], 'first');
    const noted = () => at.bench.project.git('ls-remote', 'origin', 'refs/notes/truekeel-ready');
    await until(async () => noted() !== '');
    await upstream.end('SIGTERM');
    const running = await at.start(['--commands', 'promote=user:ada'], 'second');
    // The Job would have to run upstream.
    await at.comment(number, '/promote second', author);
    const says = async (text: string) =>
      (await ourComments(number)).some(({ body }) =>
        body.replaceAll(/&#(\d+);/g, (_, character) => String.fromCharCode(Number(character))).includes(text),
      );
    await until(() => says('job: the cluster upstream cannot be asked (OTHER_CLUSTER)'));
    push('Gate.ready()');
    const asked = await at.comment(number, '/promote second', author);
    const reference = { apiVersion: 'v1', kind: 'ConfigMap', namespace: `${namespace}-2`, name: 'settings' };
    await until(async () => (await live(cluster(), reference))?.data?.a === '7');
    await until(async () => (await at.reactions(asked)).includes('+1'));
    await running.end('SIGTERM');
  });

  it('keeps pull requests apart that change one object', async () => {
    const { at, text, settings, isGone } = await shop();
    const running = await at.start(['--previews']);
    const [first, second] = [await at.open('first', text('2')), await at.open('second', text('3'))];
    await until(async () => (await settings(first))?.a === '2' && (await settings(second))?.a === '3');
    await at.close(first);
    await line(running, '"msg":"took a preview down"');
    expect(await isGone(first)).toBe(true);
    expect(await settings(second)).toEqual({ a: '3' });
    await running.end('SIGTERM');
  });

  it('refuses calls that are forged or come again', async () => {
    const { at } = await shop();
    const running = await at.start(['--previews']);
    const call = async (signature: (body: string) => string, id: string, at2 = new Date()) => {
      const body = JSON.stringify({
        action: 'closed',
        number: 1,
        pull_request: {
          number: 1,
          updated_at: at2.toISOString(),
          head: { ref: 'x', sha: '1'.repeat(40) },
          base: { ref: 'main' },
        },
        repository: { full_name: at.repository },
        sender: { id: 1, login: 'ada' },
        nonce: id,
      });
      const headers = {
        'x-gitea-event': 'pull_request',
        'x-gitea-delivery': id,
        'x-gitea-signature': signature(body),
      };
      const response = await fetch(`http://127.0.0.1:${at.port}/webhook`, { method: 'POST', body, headers });
      return response.status;
    };
    const right = (body: string) => createHmac('sha256', WEBHOOK_SECRET).update(body).digest('hex');
    const wrong = (body: string) => createHmac('sha256', 'guess').update(body).digest('hex');
    const now = new Date();
    expect(await call(wrong, 'a', now)).toBe(401);
    expect(await call(right, 'a', now)).toBe(202);
    expect(await call(right, 'a', now)).toBe(409);
    expect(await call(right, 'b', new Date(Date.now() - 2 * 60 * 60_000))).toBe(409);
    await running.end('SIGTERM');
  });
});
