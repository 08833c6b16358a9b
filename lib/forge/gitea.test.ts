/** The interface of forges on a real Gitea. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { GiteaUser } from '../../test/gitea/start.ts';
import { describeOnGitea } from '../../test/gitea/suite.ts';
import {
  type Forge,
  type ForgeEvent,
  GiteaForge,
  isForgeError,
  keepComment,
  keepDeployment,
  keepPullRequest,
  keepStatus,
  type PullRequest,
  ReplayGuard,
  receiveWebhook,
  type WebhookCall,
} from './index.ts';

const SECRET = 'webhook-secret';

describeOnGitea('Gitea', (gitea) => {
  let owner: GiteaUser;
  let reviewer: GiteaUser;
  let bot: GiteaUser;
  let repository: string;
  let forge: Forge;
  const calls: WebhookCall[] = [];
  const listener = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    calls.push({ headers: request.headers, body: Buffer.concat(chunks) });
    response.end();
  });

  beforeAll(async () => {
    owner = await gitea().createUser('ada');
    reviewer = await gitea().createUser('grace');
    bot = await gitea().createUser('keel-bot');
    repository = await gitea().createRepository(owner, 'shop', [reviewer, bot]);
    forge = forgeAs(bot);
    await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
    const { port } = listener.address() as AddressInfo;
    await gitea().call(owner, 'POST', `/repos/${repository}/hooks`, {
      type: 'gitea',
      active: true,
      config: { url: `http://127.0.0.1:${port}/`, content_type: 'json', secret: SECRET },
      events: [
        'push',
        'pull_request',
        'pull_request_sync',
        'issue_comment',
        'pull_request_comment',
        'pull_request_review',
      ],
    });
  });

  afterAll(() => {
    listener.closeAllConnections();
    listener.close();
  });

  const forgeAs = ({ token }: GiteaUser) => new GiteaForge({ url: gitea().url, repository, token });

  async function commitFile(branch: string, path: string, from = 'main'): Promise<string> {
    const answer = await gitea().call(owner, 'POST', `/repos/${repository}/contents/${path}`, {
      content: Buffer.from(`${path}\n`).toString('base64'),
      message: `Add ${path}`,
      ...(branch === from ? { branch } : { branch: from, new_branch: branch }),
    });
    expect(answer.status, JSON.stringify(answer.body)).toBe(201);
    return answer.body.commit.sha;
  }

  async function firstPull(): Promise<PullRequest> {
    const [pull] = await forge.pullRequests({ head: 'first' });
    if (!pull) throw new Error('there is no pull request of the branch');
    return pull;
  }

  /** The events that came so far, when one of them is what is waited for. */
  async function eventOf(wanted: (event: ForgeEvent) => boolean): Promise<ForgeEvent> {
    for (const deadline = Date.now() + 20_000; Date.now() < deadline; await delay(20)) {
      const trust = { secret: SECRET, replays: new ReplayGuard() };
      const found = calls.map((call) => receiveWebhook(call, trust)).find(wanted);
      if (found) return found;
    }
    throw new Error(`no such event among ${calls.map(({ headers }) => headers['x-gitea-event']).join(', ')}`);
  }

  it('knows whose token it is', async () => {
    expect(await forge.user()).toMatchObject({ login: 'keel-bot' });
  });

  it('opens a pull request once, brings it up to date, closes and reopens it', async () => {
    const commit = await commitFile('first', 'first.txt');
    const wanted = { title: 'First', body: 'what it does', head: 'first', base: 'main' };
    const opened = await keepPullRequest(forge, wanted);
    expect(opened).toMatchObject({
      kept: 'created',
      pullRequest: {
        title: 'First',
        body: 'what it does',
        state: 'open',
        draft: false,
        author: { login: 'keel-bot' },
        head: { branch: 'first', commit, isFork: false },
        base: { branch: 'main' },
      },
    });
    const { number } = opened.pullRequest;
    expect(await keepPullRequest(forge, wanted)).toMatchObject({
      kept: 'unchanged',
      pullRequest: { number },
    });
    const changed = await keepPullRequest(forge, { ...wanted, title: 'Still the first' });
    expect(changed).toMatchObject({ kept: 'updated', pullRequest: { number, title: 'Still the first' } });
    expect(await forge.updatePullRequest(number, { state: 'closed' })).toMatchObject({ state: 'closed' });
    expect(await forge.pullRequests({ state: 'open', head: 'first' })).toEqual([]);
    expect(await forge.pullRequests({ state: 'closed', head: 'first' })).toMatchObject([{ number }]);
    expect(await forge.updatePullRequest(number, { state: 'open' })).toMatchObject({ state: 'open' });
    const event = await eventOf((one) => one.type === 'pull-request' && one.action === 'opened');
    expect(event).toMatchObject({
      forge: 'gitea',
      repository,
      sender: { login: 'keel-bot' },
      number,
      head: { branch: 'first', commit },
      baseBranch: 'main',
    });
  });

  it('keeps one comment, beside those of people', async () => {
    const { number } = await firstPull();
    const human = await forgeAs(owner).createComment(number, 'looks good');
    const first = await keepComment(forge, number, { subject: 'review', body: '# one' });
    expect(first.kept).toBe('created');
    expect((await keepComment(forge, number, { subject: 'review', body: '# one' })).kept).toBe('unchanged');
    // The owner of a repository may edit what others wrote.
    const spoilt = first.comment.body.replace('# one', '# all is well');
    await forgeAs(owner).updateComment(number, first.comment.id, spoilt);
    const again = await keepComment(forge, number, { subject: 'review', body: '# two' });
    expect(again).toMatchObject({ kept: 'updated', comment: { id: first.comment.id } });
    const comments = await forge.comments(number);
    expect(comments.map(({ id }) => id)).toEqual([human.id, first.comment.id]);
    expect(comments[1]!.body).toContain('# two');
    const event = await eventOf((one) => one.type === 'comment' && one.action === 'created');
    expect(event).toMatchObject({
      number,
      commentId: human.id,
      body: 'looks good',
      sender: { login: 'ada' },
    });
  });

  it('sets commit statuses, and says who set them', async () => {
    const { head } = await firstPull();
    const status = { context: 'truekeel/production', state: 'pending', description: 'planning' } as const;
    expect(await keepStatus(forge, head.commit, status)).toBe('created');
    expect(await keepStatus(forge, head.commit, status)).toBe('unchanged');
    const done = {
      ...status,
      state: 'success',
      description: 'nothing to do',
      url: `${gitea().url}/x`,
    } as const;
    expect(await keepStatus(forge, head.commit, done)).toBe('updated');
    const [newest] = await forge.statuses(head.commit);
    expect(newest).toEqual({ ...done, author: await forge.user(), at: expect.any(Number) });
  });

  it('tells of deployments by statuses', async () => {
    const { head } = await firstPull();
    const deployment = {
      environment: 'staging',
      commit: head.commit,
      branch: 'first',
      state: 'running',
    } as const;
    expect((await keepDeployment(forge, deployment)).kept).toBe('created');
    const done = { ...deployment, state: 'success', description: 'ready' } as const;
    expect((await keepDeployment(forge, done)).kept).toBe('updated');
    expect((await keepDeployment(forge, done)).kept).toBe('unchanged');
    const [newest] = await forge.statuses(head.commit);
    expect(newest).toMatchObject({ context: 'deployment/staging', state: 'success', description: 'ready' });
  });

  it('knows who approved which commit, and that what came later is not approved', async () => {
    const { number, head } = await firstPull();
    const approve = (as: GiteaUser) =>
      gitea().call(as, 'POST', `/repos/${repository}/pulls/${number}/reviews`, {
        event: 'APPROVED',
        body: 'yes',
      });
    const guest = await gitea().createUser('guest');
    expect((await approve(reviewer)).status).toBe(200);
    expect((await approve(guest)).status).toBe(200);
    const given = await forge.approvals(number);
    expect(given.map(({ user, commit, counts }) => [user.login, commit, counts])).toEqual([
      ['grace', head.commit, true],
      ['guest', head.commit, false],
    ]);
    expect(await eventOf((one) => one.type === 'approval')).toMatchObject({
      number,
      sender: { login: 'grace' },
    });
    const later = await commitFile('first', 'later.txt', 'first');
    expect((await forge.pullRequest(number)).head.commit).toBe(later);
    expect((await forge.approvals(number)).map(({ commit }) => commit)).not.toContain(later);
    await gitea().call(reviewer, 'POST', `/repos/${repository}/pulls/${number}/reviews`, {
      event: 'REQUEST_CHANGES',
      body: 'no',
    });
    expect((await forge.approvals(number)).map(({ user }) => user.login)).toEqual(['guest']);
    expect(await eventOf((one) => one.type === 'pull-request' && one.action === 'updated')).toMatchObject({
      number,
      head: { commit: later },
    });
  });

  it('finds the pull request that brought a commit', async () => {
    await commitFile('second', 'second.txt');
    const { pullRequest } = await keepPullRequest(forge, {
      title: 'Second',
      body: '',
      head: 'second',
      base: 'main',
    });
    const merge = `/repos/${repository}/pulls/${pullRequest.number}/merge`;
    // Gitea looks in the background whether it can be merged, and says 405 until it knows.
    for (let tries = 0; tries < 100; tries++) {
      if ((await gitea().call(owner, 'POST', merge, { Do: 'merge' })).status === 200) break;
      await delay(100);
    }
    const merged = await forge.pullRequest(pullRequest.number);
    expect(merged).toMatchObject({ state: 'merged', mergeCommit: expect.stringMatching(/^[0-9a-f]{40}$/) });
    expect(await forge.pullRequestsOf(merged.mergeCommit!)).toMatchObject([{ number: pullRequest.number }]);
    expect(await forge.pullRequestsOf('1'.repeat(40))).toEqual([]);
    expect(await eventOf((one) => one.type === 'pull-request' && one.action === 'merged')).toMatchObject({
      number: pullRequest.number,
    });
    expect(await eventOf((one) => one.type === 'push' && one.ref === 'refs/heads/main')).toMatchObject({
      after: merged.mergeCommit,
    });
  });

  it('knows what somebody may, as administrator and as one who may only write', async () => {
    const stranger = await gitea().createUser('mallory');
    const may = (one: Forge, user: GiteaUser) => one.permission({ id: '', login: user.login });
    // The owner is told exactly; others at least who may write.
    for (const one of [forgeAs(owner), forge]) {
      expect(await may(one, reviewer)).toBe('write');
      expect(['none', 'read']).toContain(await may(one, stranger));
    }
    expect(await may(forgeAs(owner), owner)).toBe('admin');
    expect(await may(forge, owner)).toMatch(/^(?:write|admin)$/);
  });

  it('knows who is in a team', async () => {
    expect((await gitea().call(owner, 'POST', '/orgs', { username: 'acme' })).status).toBe(201);
    const wanted = { name: 'release', permission: 'write', units: ['repo.code'] };
    const { body: team, status } = await gitea().call(owner, 'POST', '/orgs/acme/teams', wanted);
    expect(status, JSON.stringify(team)).toBe(201);
    const joined = await gitea().call(owner, 'PUT', `/teams/${team.id}/members/${reviewer.login}`);
    expect(joined.status).toBe(204);
    const one = forgeAs(owner);
    const isIn = (name: string, { login }: GiteaUser) => one.isMember(name, { id: '', login });
    expect(await isIn('acme/release', reviewer)).toBe(true);
    expect(await isIn('acme/release', bot)).toBe(false);
    expect(await isIn('acme/other', reviewer)).toBe(false);
    expect(await isIn('nobody/release', reviewer)).toBe(false);
  });

  it('puts a sign on a comment, once', async () => {
    const { number } = await firstPull();
    const { id } = await forge.createComment(number, 'a comment');
    for (const reaction of ['seen', 'seen', 'done'] as const) await forge.react(number, id, reaction);
    const { body } = await gitea().call(owner, 'GET', `/repos/${repository}/issues/comments/${id}/reactions`);
    expect(body.map(({ content }: { readonly content: string }) => content).sort()).toEqual(['+1', 'eyes']);
  });

  it('tells of new comments on pull requests, and which of them somebody changed since', async () => {
    const { number } = await firstPull();
    const since = Math.floor(Date.now() / 1000) * 1000;
    const issue = await gitea().call(owner, 'POST', `/repos/${repository}/issues`, { title: 'An issue' });
    await gitea().call(owner, 'POST', `/repos/${repository}/issues/${issue.body.number}/comments`, {
      body: 'x',
    });
    const plain = await forgeAs(reviewer).createComment(number, '/preview');
    const edited = await forgeAs(reviewer).createComment(number, 'Looks right');
    await forge.react(number, plain.id, 'seen');
    // Times of the forge are whole seconds.
    await delay(1100);
    await forgeAs(owner).updateComment(number, edited.id, '/approve');
    const found = (await forge.commentsSince(since)).filter(({ id }) => Number(id) >= Number(plain.id));
    expect(found.map(({ id, number: of, isEdited, isByBot }) => [id, of, isEdited, isByBot])).toEqual([
      [plain.id, number, false, false],
      [edited.id, number, true, false],
    ]);
    expect(found[0]).toMatchObject({ author: { login: reviewer.login }, body: '/preview' });
    expect(found[0]!.createdAt).toBeGreaterThanOrEqual(since);
    expect(await forge.commentsSince(Date.now() + 3_600_000)).toEqual([]);
  });

  it('reads more than one page has', async () => {
    const commit = await commitFile('third', 'third.txt');
    const contexts = Array.from({ length: 53 }, (_, n) => `many/${n}`);
    for (const context of contexts)
      await forge.setStatus(commit, { context, state: 'success', description: '' });
    expect((await forge.statuses(commit)).map(({ context }) => context)).toEqual(contexts.toReversed());
  });

  it('says with words what it does not do', async () => {
    const missing = await forge.pullRequest(9999).catch((error: unknown) => error);
    expect(isForgeError(missing, 'FORGE_NOT_FOUND')).toBe(true);
    const stranger = new GiteaForge({ url: gitea().url, repository, token: 'f'.repeat(40) });
    const refused = await stranger.user().catch((error: unknown) => error);
    expect(isForgeError(refused, 'FORGE_TOKEN_REFUSED')).toBe(true);
    const page = new GiteaForge({ url: `${gitea().url}/explore`, repository, token: bot.token });
    const html = await page.user().catch((error: unknown) => error);
    expect(isForgeError(html, 'FORGE_NOT_AN_API', 'FORGE_NOT_FOUND')).toBe(true);
    const empty = { title: 'Nothing', body: '', head: 'nowhere', base: 'main' };
    const invalid = await keepPullRequest(forge, empty).catch((error: unknown) => error);
    expect(isForgeError(invalid)).toBe(true);
  });

  it('refuses what was changed on its way, and what comes again', () => {
    const [call] = calls as [WebhookCall];
    const replays = new ReplayGuard();
    const trust = { secret: SECRET, replays };
    expect(() => receiveWebhook(call, trust)).not.toThrow();
    expect(() => receiveWebhook(call, trust)).toThrow(expect.objectContaining({ code: 'WEBHOOK_REPLAYED' }));
    const other = { ...call, headers: { ...call.headers, 'x-gitea-delivery': 'another' } };
    expect(() => receiveWebhook(other, trust)).toThrow(expect.objectContaining({ code: 'WEBHOOK_REPLAYED' }));
    const body = Buffer.from(call.body);
    body[body.length - 3] = body[body.length - 3]! ^ 1;
    expect(() => receiveWebhook({ ...call, body }, trust)).toThrow(
      expect.objectContaining({ code: 'WEBHOOK_SIGNATURE' }),
    );
  });
});
