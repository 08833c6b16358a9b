/** From a pull request to what runs, on a real Gitea: reviewed, approved, merged, rendered, applied. */
import { setTimeout as delay } from 'node:timers/promises';
import { beforeAll, expect, it } from 'vitest';
import { GiteaForge } from '../../lib/forge/index.ts';
import { approve } from '../../synth/agent/pull-requests/approve.ts';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { editAs, embeddedCluster, live, unique } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

describeOnGitea('a pull request', (gitea) => {
  const cluster = embeddedCluster();
  let author: GiteaUser;
  let reviewer: GiteaUser;
  let bot: GiteaUser;

  beforeAll(async () => {
    author = await gitea().createUser('ada');
    reviewer = await gitea().createUser('grace');
    bot = await gitea().createUser('keel-bot');
  });

  /** A program on `main` that is applied, and on the forge. */
  async function published() {
    const bench = new Workbench(cluster());
    const repository = await gitea().createRepository(author, unique('shop'), [reviewer, bot]);
    const { project: at, namespace } = bench;
    const program = (a: string, more = {}) =>
      staging(namespace, { web: { settings: configMap({ a }), ...more } });
    await bench.deploy(program('1'));
    at.git('remote', 'add', 'origin', gitea().cloneUrl(author, repository));
    at.git('push', '--quiet', '--force', 'origin', 'main');
    const forge = new GiteaForge({ url: gitea().url, repository, token: bot.token });
    const env = (ref: string) => ({
      ...process.env,
      GITHUB_ACTIONS: 'true',
      GITEA_ACTIONS: 'true',
      GITHUB_SERVER_URL: gitea().url,
      GITHUB_REPOSITORY: repository,
      GITHUB_REF: ref,
      GITHUB_BASE_REF: 'main',
      GITHUB_RUN_ID: '7',
      GITHUB_TOKEN: bot.token,
      KUBECONFIG: cluster().kubeconfig,
    });

    /** Commits to a branch, pushes it, and opens a pull request of it. */
    async function open(branch: string, text?: string, files = {}): Promise<number> {
      at.git('checkout', '--quiet', '-b', branch, 'main');
      at.commit(`Change ${branch}`, { ...(text !== undefined && { 'main.ts': text }), ...files });
      at.git('push', '--quiet', 'origin', branch);
      at.git('fetch', '--quiet', 'origin');
      const wanted = { title: `Change ${branch}`, head: branch, base: 'main' };
      const { body } = await gitea().call(author, 'POST', `/repos/${repository}/pulls`, wanted);
      return body.number;
    }
    const review = (number: number, flags: readonly string[] = []) =>
      bench.json('review', ['--post', '--no-typecheck', ...flags], { env: env(`refs/pull/${number}/head`) });
    async function approve(number: number, as = reviewer): Promise<void> {
      // Times of the forge are whole seconds, and what is approved has to be there before.
      await delay(1000);
      const path = `/repos/${repository}/pulls/${number}/reviews`;
      expect((await gitea().call(as, 'POST', path, { event: 'APPROVED', body: '' })).status).toBe(200);
    }
    async function merge(number: number): Promise<void> {
      const path = `/repos/${repository}/pulls/${number}/merge`;
      // Gitea looks in the background whether it can be merged, and says 405 until it knows.
      for (let tries = 0; tries < 100; tries++) {
        if ((await gitea().call(author, 'POST', path, { Do: 'merge' })).status === 200) break;
        await delay(100);
      }
      at.git('checkout', '--quiet', 'main');
      at.git('pull', '--quiet', 'origin', 'main');
    }
    const render = () =>
      bench.json('render', ['--require-approval', '--no-typecheck'], { env: env('refs/heads/main') });
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    const data = async () => (await live(cluster(), settings))?.data;
    return { bench, at, forge, repository, program, open, review, approve, merge, render, settings, data };
  }

  it('is reviewed in one comment, which is kept up to date, and by a status for each environment', async () => {
    const { at, forge, program, open, review } = await published();
    const number = await open('change', program('2'));
    const first = await review(number);
    expect(first.exit, first.stderr).toBe(0);
    expect(first.result.posted).toMatchObject({ pullRequest: number, kept: 'created' });
    const [comment] = await forge.comments(number);
    expect(comment!.body).toContain('1 to change');
    expect(comment!.body).toContain('a 1 → 2');
    const { digest } = first.result.environments[0]!.approves;
    expect(comment!.body).toContain(digest);
    const { head } = await forge.pullRequest(number);
    const [status] = await forge.statuses(head.commit);
    expect(status).toMatchObject({
      context: 'truekeel/staging',
      state: 'success',
      description: `plan ${digest} · 1 to change`,
      url: comment!.url,
    });
    expect((await review(number)).result.posted).toMatchObject({ kept: 'unchanged' });

    at.commit('More', { 'main.ts': program('3') });
    // The head of the pull request is what was pushed: the review of another commit is not posted.
    const stale = await review(number);
    expect(stale.exit).toBe(5);
    expect(stale.stderr).toContain('REVIEW_STALE');
    at.git('push', '--quiet', 'origin', 'change');
    expect((await review(number)).result.posted).toMatchObject({ kept: 'updated' });
    const comments = await forge.comments(number);
    expect(comments.map(({ id }) => id)).toEqual([comment!.id]);
    expect(comments[0]!.body).toContain('a 1 → 3');
    expect(JSON.stringify([comments, first])).not.toContain(bot.token);
  });

  it('that does not render is told so, and fails', async () => {
    const { forge, open, review } = await published();
    const number = await open('broken', 'throw new Error("not today");');
    const { exit } = await review(number);
    expect(exit).toBe(3);
    expect((await forge.comments(number))[0]!.body).toContain('**It does not render.**');
    const { head } = await forge.pullRequest(number);
    expect(await forge.statuses(head.commit)).toMatchObject([{ context: 'truekeel', state: 'failure' }]);
  });

  it('brings what was approved to the cluster, by name', async () => {
    const { bench, at, program, open, review, approve, merge, render, data } = await published();
    const number = await open('change', program('2'));
    const { digest } = (await review(number)).result.environments[0]!.approves;
    await approve(number);
    await merge(number);
    const rendered = await render();
    expect(rendered.exit, rendered.stderr).toBe(0);
    const message = at.git('log', '-1', '--format=%B', 'rendered/staging');
    expect(message).toContain(`Truekeel-Plan: ${digest}`);
    expect(message).toContain('Truekeel-Approved-By: grace');
    const applied = await bench.apply();
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.result.approvals).toMatchObject([{ code: 'PLAN', by: 'grace', planDigest: digest }]);
    expect(await data()).toEqual({ a: '2' });
    expect((await bench.apply()).exit).toBe(0);
  });

  it('may be approved by a comment, as by a review', async () => {
    const { at, forge, program, open, review, merge, render } = await published();
    const number = await open('change', program('2'));
    const { url } = await forge.pullRequest(number);
    const by = { id: '', login: reviewer.login };
    const asked = { number, by, url, commentId: '7' };
    await expect(approve(forge, { ...asked, at: Date.now() })).rejects.toMatchObject({
      code: 'APPROVAL_REFUSED',
    });
    const { digest } = (await review(number)).result.environments[0]!.approves;
    // Written before the review was there.
    const early = Date.now() - 60_000;
    await expect(approve(forge, { ...asked, at: early })).rejects.toMatchObject({ code: 'APPROVAL_REFUSED' });
    const own = { ...asked, by: { id: '', login: author.login }, at: Date.now() };
    await expect(approve(forge, own)).rejects.toMatchObject({ code: 'APPROVAL_REFUSED' });
    // Anybody who may write can set a status; ours alone count.
    const { head } = await forge.pullRequest(number);
    const forged = new GiteaForge({ url: gitea().url, repository: forge.repository, token: author.token });
    const description = `approved at ${new Date().toISOString()} in comment 1`;
    await forged.setStatus(head.commit, {
      context: 'truekeel/approval/linus',
      state: 'success',
      description,
    });
    await merge(number);
    expect((await render()).stderr).toContain('APPROVAL_MISSING');

    const again = await open('more', program('3'));
    const reviewed = (await review(again)).result.environments[0]!.approves;
    expect(reviewed.digest).not.toBe(digest);
    expect(await approve(forge, { ...asked, number: again, at: Date.now() + 1000 })).toContain('staging');
    await merge(again);
    const rendered = await render();
    expect(rendered.exit, rendered.stderr).toBe(0);
    const message = at.git('log', '-1', '--format=%B', 'rendered/staging');
    expect(message).toContain(`Truekeel-Plan: ${reviewed.digest}`);
    expect(message).toContain('Truekeel-Approved-By: grace');
    expect(message).not.toContain('linus');
  });

  it('that nobody approved, or only its author, or before it changed, moves no branch', async () => {
    const { at, program, open, review, approve, merge, render } = await published();
    const tip = at.git('rev-parse', 'rendered/staging');
    const number = await open('change', program('2'));
    await review(number);
    await approve(number);
    at.commit('More', { 'main.ts': program('3') });
    at.git('push', '--quiet', 'origin', 'change');
    await review(number);
    await merge(number);
    const refused = await render();
    expect(refused.exit).toBe(8);
    expect(refused.stderr).toContain('APPROVAL_MISSING');
    expect(at.git('rev-parse', 'rendered/staging')).toBe(tip);
  });

  it('does not bring what was approved before somebody changed the cluster', async () => {
    const { bench, program, open, review, approve, merge, render, settings, data } = await published();
    const number = await open('change', program('2'));
    await review(number);
    await approve(number);
    await merge(number);
    expect((await render()).exit).toBe(0);
    await editAs(cluster(), 'kubectl-edit', settings, { data: { a: 'by hand' } });
    const refused = await bench.run('apply', ['--yes']);
    expect(refused.exit, refused.stderr).toBe(7);
    expect(refused.stderr).toContain('approved by grace with this release');
    expect(await data()).toEqual({ a: 'by hand' });

    // Somebody looks at the new plan and wants it; from then on the release is under way.
    const { planDigest } = (await bench.plan()).result;
    const agreed = await bench.apply(['--plan', planDigest]);
    expect(agreed.exit, agreed.stderr).toBe(0);
    expect(await data()).toEqual({ a: '2' });
    await editAs(cluster(), 'kubectl-edit', settings, { data: { a: 'again' } });
    expect((await bench.apply()).exit).toBe(0);
    expect(await data()).toEqual({ a: '2' });
  });

  it('is approved as its status says, whatever somebody writes into the comment', async () => {
    const { at, forge, repository, program, open, review, approve, merge, render } = await published();
    const number = await open('change', program('2'));
    const { digest } = (await review(number)).result.environments[0]!.approves;
    const [comment] = await forge.comments(number);
    const forged = comment!.body.replaceAll(digest, `sha256:${'0'.repeat(64)}`).replace('a 1 → 2', 'a 1 → 1');
    const path = `/repos/${repository}/issues/comments/${comment!.id}`;
    expect((await gitea().call(author, 'PATCH', path, { body: forged })).status).toBe(200);
    await approve(number);
    // The next review puts right what it says, and what was approved stays approved.
    expect((await review(number)).result.posted).toMatchObject({ kept: 'updated' });
    expect((await forge.comments(number)).map(({ body }) => body.includes(digest))).toEqual([true]);
    await gitea().call(author, 'PATCH', path, { body: forged });
    await merge(number);
    const rendered = await render();
    expect(rendered.exit, rendered.stderr).toBe(0);
    expect(at.git('log', '-1', '--format=%B', 'rendered/staging')).toContain(`Truekeel-Plan: ${digest}`);
  });

  it('is not applied where another one changed the same object meanwhile, approved both', async () => {
    const { bench, at, program, open, review, approve, merge, render, data } = await published();
    const text = program('1').replace('{"a":"1"}', '{"a":a,"b":b}');
    expect(text).toContain('"b":b');
    const value = (name: string, is: string) => `export const ${name} = '${is}';\n`;
    const files = { 'a.ts': value('a', '1'), 'b.ts': value('b', '1') };
    at.commit('Values', {
      ...files,
      'main.ts': `import { a } from './a.ts';\nimport { b } from './b.ts';\n${text}`,
    });
    await bench.json('render', ['--no-typecheck']);
    expect((await bench.apply()).exit).toBe(0);
    at.git('push', '--quiet', 'origin', 'main');
    const one = await open('one', undefined, { 'a.ts': value('a', '2') });
    await review(one);
    await approve(one);
    const two = await open('two', undefined, { 'b.ts': value('b', '2') });
    await review(two);
    await approve(two);
    await merge(two);
    expect((await render()).exit).toBe(0);
    expect((await bench.apply()).exit).toBe(0);
    expect(await data()).toEqual({ a: '1', b: '2' });
    await merge(one);
    expect((await render()).exit).toBe(0);
    const refused = await bench.run('apply', ['--yes']);
    expect(refused.exit, refused.stderr).toBe(7);
    expect(refused.stderr).toContain('PLAN_CHANGED');
    expect(await data()).toEqual({ a: '1', b: '2' });
  });

  it('does not move a branch where another merge made something else of it', async () => {
    const { at, program, open, review, approve, merge, render } = await published();
    // Without a cluster it is what was rendered that is approved.
    const text = program('1', { other: configMap({ b: '1' }) })
      .replace('"a":"1"', '"a":a')
      .replace('"b":"1"', '"b":b');
    const value = (name: string, is: string) => `export const ${name} = '${is}';\n`;
    const files = { 'a.ts': value('a', '1'), 'b.ts': value('b', '1') };
    at.commit('Values', {
      ...files,
      'main.ts': `import { a } from './a.ts';\nimport { b } from './b.ts';\n${text}`,
    });
    at.git('push', '--quiet', 'origin', 'main');
    const one = await open('one', undefined, { 'a.ts': value('a', '2') });
    const reviewed = await review(one, ['--offline']);
    expect(reviewed.result.environments[0]!.approves.kind).toBe('rendered');
    await approve(one);
    await merge(await open('two', undefined, { 'b.ts': value('b', '2') }));
    await merge(one);
    const tip = at.git('rev-parse', 'rendered/staging');
    const refused = await render();
    expect(refused.exit, refused.stderr).toBe(7);
    expect(refused.stderr).toContain('RENDERED_CHANGED');
    expect(at.git('rev-parse', 'rendered/staging')).toBe(tip);
  });

  it('is what an approval comes with: what was pushed past it has none', async () => {
    const { at, program, render } = await published();
    at.commit('Straight to main', { 'main.ts': program('2') });
    at.git('push', '--quiet', 'origin', 'main');
    const refused = await render();
    expect(refused.exit).toBe(8);
    expect(refused.stderr).toContain('APPROVAL_MISSING');
  });
});
