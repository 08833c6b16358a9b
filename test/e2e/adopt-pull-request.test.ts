/** What somebody changed in the cluster, as a pull request on a real Gitea: opened, kept up to date, closed. */
import { beforeAll, expect, it } from 'vitest';
import { GiteaForge } from '../../lib/forge/index.ts';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { editAs, embeddedCluster, unique } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

describeOnGitea('a live change', (gitea) => {
  const cluster = embeddedCluster();
  let author: GiteaUser;
  let bot: GiteaUser;

  beforeAll(async () => {
    author = await gitea().createUser('ada');
    bot = await gitea().createUser('keel-bot');
  });

  async function published() {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    const repository = await gitea().createRepository(author, unique('shop'), [bot]);
    const program = (a: string) =>
      staging(namespace, { web: { settings: configMap({ a, b: '1' }), other: configMap({ c: '1' }) } });
    await bench.deploy(program('1'));
    at.git('remote', 'add', 'origin', gitea().cloneUrl(bot, repository));
    at.git('push', '--quiet', '--force', 'origin', 'main');
    const forge = new GiteaForge({ url: gitea().url, repository, token: bot.token });
    const env = {
      ...process.env,
      GITHUB_ACTIONS: 'true',
      GITEA_ACTIONS: 'true',
      GITHUB_SERVER_URL: gitea().url,
      GITHUB_REPOSITORY: repository,
      GITHUB_TOKEN: bot.token,
    };
    const adopt = (...flags: readonly string[]) =>
      bench.json(
        'adopt',
        [
          ...flags,
          ...['--pull-request', '--no-typecheck', '--environment', 'staging'],
          ...['--kubeconfig', cluster().kubeconfig],
        ],
        { env },
      );
    const edit = (data: Record<string, string>, name = 'settings') =>
      editAs(cluster(), 'kubectl-edit', { apiVersion: 'v1', kind: 'ConfigMap', namespace, name }, { data });
    const branches = () =>
      at
        .git('ls-remote', '--heads', 'origin', 'truekeel/*')
        .split('\n')
        .flatMap((line) => (line === '' ? [] : [line.split('refs/heads/')[1]]));
    const open = () => forge.pullRequests({ state: 'open' });
    return { bench, at, forge, namespace, program, adopt, edit, branches, open, repository };
  }

  it('is proposed in one pull request that names who made it, and is kept up to date', async () => {
    const { at, forge, namespace, adopt, edit, branches, open, program } = await published();
    await edit({ a: 'by | hand' });
    const first = await adopt();
    expect(first.exit, first.stderr).toBe(0);
    const { pullRequest, branch } = first.result.proposed!;
    expect(pullRequest?.kept).toBe('created');
    expect(branch).toBe('truekeel/adopt/staging/everything');
    const [proposal] = await open();
    expect(proposal).toMatchObject({
      title: `Adopt data.a of ConfigMap ${namespace}/settings in staging`,
      base: { branch: 'main' },
      head: { branch, commit: pullRequest?.commit },
      author: { login: 'keel-bot' },
    });
    expect(proposal?.body).toContain('kubectl-edit at ');
    expect(proposal?.body).toContain('by \\| hand');
    expect(proposal?.body).toContain(first.result.digest);
    at.git('fetch', '--quiet', 'origin', branch);
    expect(at.git('diff', '--stat', 'main', 'FETCH_HEAD')).toContain('1 insertion(+), 1 deletion(-)');
    expect(at.git('show', 'FETCH_HEAD:main.ts')).toBe(program('by | hand').trim());
    expect(at.git('status', '--porcelain')).toBe('');

    const again = await adopt();
    expect(again.result.proposed?.pullRequest).toEqual({ ...pullRequest, kept: 'unchanged' });

    await edit({ a: 'by hand again', b: '2' });
    const second = await adopt();
    expect(second.result.proposed?.pullRequest).toMatchObject({
      number: pullRequest?.number,
      kept: 'updated',
    });
    const [updated, ...more] = await open();
    expect(more).toEqual([]);
    expect(updated?.title).toBe('Adopt 2 live changes in staging');
    expect(updated?.body).toContain('by hand again');
    expect(branches()).toEqual([branch]);
    expect(JSON.stringify([first, second, updated])).not.toContain(bot.token);
    expect((await forge.pullRequest(updated!.number)).head.commit).toBe(
      second.result.proposed?.pullRequest?.commit,
    );
  });

  it('that is gone closes its pull request, and may come back', async () => {
    const { bench, adopt, edit, branches, open, forge } = await published();
    await edit({ a: 'by hand' });
    const first = await adopt();
    const number = first.result.proposed!.pullRequest!.number;
    expect((await bench.apply()).exit).toBe(0);
    const gone = await adopt();
    expect(gone.exit, gone.stderr).toBe(0);
    expect(gone.result.proposed).toMatchObject({ closed: [{ number }] });
    expect(await open()).toEqual([]);
    expect(branches()).toEqual([]);
    expect((await forge.comments(number))[0]?.body).toContain('as the program has it');
    expect((await adopt()).result.proposed?.closed).toEqual([]);

    await edit({ a: 'by hand' });
    const back = await adopt();
    expect(back.result.proposed?.pullRequest).toMatchObject({ kept: 'created' });
    expect(back.result.proposed?.pullRequest?.number).not.toBe(number);
  });

  it('that somebody declined is not proposed again, until it is another', async () => {
    const { adopt, edit, open, repository } = await published();
    await edit({ a: 'by hand' });
    const { pullRequest } = (await adopt()).result.proposed!;
    const path = `/repos/${repository}/pulls/${pullRequest!.number}`;
    expect((await gitea().call(author, 'PATCH', path, { state: 'closed' })).status).toBe(201);
    const declined = await adopt();
    expect(declined.result.proposed?.pullRequest).toEqual({ ...pullRequest, kept: 'declined' });
    expect(await open()).toEqual([]);
    await edit({ a: 'otherwise' });
    expect((await adopt()).result.proposed?.pullRequest).toMatchObject({ kept: 'created' });
  });

  it('of one object has its own, until all of them are in one', async () => {
    const { adopt, edit, open, branches, namespace } = await published();
    await edit({ a: 'by hand' });
    await edit({ c: 'too' }, 'other');
    const one = (await adopt('cm/settings', '--namespace', namespace)).result.proposed!;
    expect(one.branch).toMatch(/^truekeel\/adopt\/staging\/configmap-.*-settings-[0-9a-f]{8}$/);
    const all = (await adopt()).result.proposed!;
    expect(all.closed.map(({ number }) => number)).toEqual([one.pullRequest?.number]);
    expect((await open()).map(({ number }) => number)).toEqual([all.pullRequest?.number]);
    expect(branches()).toEqual([all.branch]);
  });

  it('is proposed for the newest program, once more where that touched the same file, else as it was', async () => {
    const { at, adopt, edit, program } = await published();
    await edit({ a: 'by hand' });
    const first = (await adopt()).result.proposed!.pullRequest!;
    at.commit('Elsewhere', { 'README.md': 'A shop.\n' });
    at.git('push', '--quiet', 'origin', 'main');
    const { number, commit } = first;
    expect((await adopt()).result.proposed?.pullRequest).toMatchObject({ number, commit });
    at.commit('In the program', { 'main.ts': `// A shop.\n${program('1')}` });
    at.git('push', '--quiet', 'origin', 'main');
    const moved = (await adopt()).result;
    expect(moved.proposed?.pullRequest).toMatchObject({ number, kept: 'updated' });
    at.git('fetch', '--quiet', 'origin', moved.proposed!.branch);
    expect(at.git('log', '-1', '--format=%P', 'FETCH_HEAD')).toBe(`${commit} ${at.git('rev-parse', 'main')}`);
    expect(at.git('diff', '--stat', 'main', 'FETCH_HEAD')).toContain('1 insertion(+), 1 deletion(-)');

    // Merged, it is not applied yet, and nothing is left to propose.
    at.git('merge', '--quiet', 'FETCH_HEAD');
    at.git('push', '--quiet', 'origin', 'main');
    const merged = await adopt();
    expect(merged.result.left).toMatchObject([{ because: expect.stringContaining('has it already') }]);
    expect(merged.result.proposed?.pullRequest).toBeUndefined();
  });

  it('is not pushed over what somebody else added to its branch', async () => {
    const { at, adopt, edit, branches } = await published();
    await edit({ a: 'by hand' });
    const { branch } = (await adopt()).result.proposed!;
    at.git('fetch', '--quiet', 'origin', branch);
    at.git('checkout', '--quiet', '-b', 'work', 'FETCH_HEAD');
    at.write({ 'main.ts': 'throw new Error("mine");\n' });
    at.git('commit', '--quiet', '--all', '--amend', '--no-edit');
    at.git('push', '--quiet', '--force', 'origin', `work:${branch}`);
    await edit({ a: 'again' });
    const refused = await adopt();
    expect(refused.exit).toBe(5);
    expect(refused.stderr).toContain('ADOPT_BRANCH_FOREIGN');
    expect(branches()).toEqual([branch]);
    expect(at.git('ls-remote', 'origin', branch)).toContain(at.git('rev-parse', 'work'));
  });

  it('needs a branch to be proposed for', async () => {
    const { adopt, edit } = await published();
    await edit({ a: 'by hand' });
    const refused = await adopt('--base', 'release');
    expect([refused.exit, refused.stderr]).toEqual([3, expect.stringContaining('ADOPT_NO_BASE')]);
  });
});
