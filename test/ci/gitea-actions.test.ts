/** The workflow for Gitea and Forgejo, on a real Gitea: from a pull request to the rendered branch. */
import { beforeAll, expect, it } from 'vitest';
import { GiteaForge } from '../../lib/forge/index.ts';
import { project, unique } from '../e2e/clusters.ts';
import { configMap, staging } from '../e2e/programs.ts';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { commandsOf, eventFile, runWorkflow } from './actions.ts';
import { Machine } from './machine.ts';

describeOnGitea('the workflow for Gitea', (gitea) => {
  let author: GiteaUser;
  let bot: GiteaUser;
  beforeAll(async () => {
    author = await gitea().createUser('ada');
    bot = await gitea().createUser('keel-bot');
  });

  const program = (a: string) => staging('shop', { web: { settings: configMap({ a }) } });

  /** A program on `main`, and a pull request that changes it. */
  async function published(change = program('2')) {
    const repository = await gitea().createRepository(author, unique('shop'), [bot]);
    const at = project();
    at.git('remote', 'add', 'origin', gitea().cloneUrl(author, repository));
    at.commit('A program', { 'main.ts': program('1') });
    at.git('push', '--quiet', '--force', 'origin', 'main');
    at.git('checkout', '--quiet', '-b', 'change');
    at.commit('A change', { 'main.ts': change });
    at.git('push', '--quiet', 'origin', 'change');
    const wanted = { title: 'A change', head: 'change', base: 'main' };
    const { body } = await gitea().call(author, 'POST', `/repos/${repository}/pulls`, wanted);
    const forge = new GiteaForge({ url: gitea().url, repository, token: bot.token });
    return { at, repository, number: body.number as number, forge };
  }

  /** The workflow's steps, in a clone of a ref. */
  async function run(repository: string, ref: string, event: string, more = {}) {
    const machine = new Machine();
    const workspace = await machine.clone(gitea().cloneUrl(bot, repository), ref);
    const [name] = event.split('.');
    const steps = await runWorkflow('gitea/workflow.yml', {
      machine,
      workspace,
      token: bot.token,
      event: eventFile(event),
      env: {
        CI: 'true',
        GITHUB_ACTIONS: 'true',
        GITEA_ACTIONS: 'true',
        GITHUB_SERVER_URL: gitea().url,
        GITHUB_REPOSITORY: repository,
        GITHUB_EVENT_NAME: name!,
        GITHUB_REF: ref,
        GITHUB_RUN_ID: '7',
        GITHUB_TOKEN: bot.token,
        ACTIONS_RUNTIME_TOKEN: 'the-runners-own',
        ...(name === 'pull_request' && { GITHUB_BASE_REF: 'main', GITHUB_HEAD_REF: 'change' }),
        ...more,
      },
    });
    return { machine, step: steps.at(-1)! };
  }

  it('reviews a pull request out of a clone of one commit, and posts', async () => {
    const { forge, number, repository } = await published();
    const { machine, step } = await run(repository, `refs/pull/${number}/head`, 'pull_request');
    expect(step.exit, step.stderr).toBe(0);
    expect(step.stderr).toContain('the clone was shallow: its history was fetched');
    const [comment] = await forge.comments(number);
    expect(comment!.body).toContain('a 1 → 2');
    expect(step.outputs).toMatchObject({ action: 'review', changed: 'true', comment: comment!.url });
    expect(JSON.parse(step.outputs.digests!)).toEqual({ staging: expect.stringMatching(/^sha256:/) });
    expect(step.summary).toContain('a 1 → 2');
    const { head } = await forge.pullRequest(number);
    expect(await forge.statuses(head.commit)).toMatchObject([
      { context: 'truekeel/staging', state: 'success' },
    ]);
    // The runner reads the first line and shows it to nobody.
    const [mask, ...shown] = step.stdout.split('\n');
    expect(mask).toBe(`::add-mask::${bot.token}`);
    expect([shown.join('\n'), step.stderr, step.summary, comment!.body].join('\n')).not.toContain(bot.token);
    // Nothing of the repository's, and no token, is there when packages are installed.
    const npm = machine.read('npm.log');
    expect(npm).toContain('args install --ignore-scripts');
    expect(npm).toContain(`cwd ${machine.path('temp')}/truekeel-`);
    expect(npm).not.toContain(bot.token);
    expect(npm).not.toContain('the-runners-own');
  });

  it('does not post for a fork, and asks no cluster', async () => {
    const { forge, number, repository } = await published();
    const kubeconfig = { KUBECONFIG: '/nowhere/kubeconfig' };
    const { step } = await run(repository, `refs/pull/${number}/head`, 'pull_request.fork', kubeconfig);
    expect(step.exit, step.stderr).toBe(0);
    expect(step.stderr).toContain('of a fork: no cluster is asked, and nothing is posted');
    expect(await forge.comments(number)).toEqual([]);
    expect(step.stdout).toContain('since no cluster was asked: --offline was given');
    expect(step.summary).toContain('a 1 → 2');
    expect(step.summary).not.toContain('Approving this pull request');
  });

  it('tells what is wrong with a program at its line, and fails with the exit code of that', async () => {
    const bad = `${program('2')}\nconsole.log('::set-output name=action::render');\nthrow new Error('not\\n::error::today');\n`;
    const { forge, number, repository } = await published(bad);
    const { step } = await run(repository, `refs/pull/${number}/head`, 'pull_request');
    expect(step.exit).toBe(3);
    expect((await forge.comments(number))[0]!.body).toContain('**It does not render.**');
    expect(commandsOf(step.stderr)).toEqual([
      expect.stringMatching(
        /^::error file=main\.ts,line=\d+,col=\d+,title=PROGRAM_FAILED::.*not%0A::error::today/,
      ),
    ]);
    expect(step.outputs.action).toBe('review');
  });

  it('renders what was merged, pushes it, and does nothing the second time', async () => {
    const { at, repository } = await published();
    at.git('checkout', '--quiet', 'main');
    at.git('merge', '--quiet', '--no-ff', '--message', 'Merge', 'change');
    at.git('push', '--quiet', 'origin', 'main');
    const first = await run(repository, 'refs/heads/main', 'push');
    expect(first.step.exit, first.step.stderr).toBe(0);
    expect(first.step.outputs).toMatchObject({ action: 'render', changed: 'true' });
    at.git('fetch', '--quiet', 'origin');
    const tip = at.git('rev-parse', 'origin/rendered/staging');
    expect(JSON.parse(first.step.outputs.commits!)).toEqual({ staging: tip });
    expect(first.step.summary).toContain(tip.slice(0, 12));
    const again = await run(repository, 'refs/heads/main', 'push');
    expect(again.step.outputs).toMatchObject({ action: 'render', changed: 'false' });
  });

  it('leaves other events alone, and says so', async () => {
    const { at, repository } = await published();
    for (const [event, ref] of [
      ['schedule', 'refs/heads/main'],
      ['push.branch', 'refs/heads/change'],
    ] as const) {
      const { step } = await run(repository, ref, event);
      expect(step.exit, step.stderr).toBe(0);
      expect(step.outputs).toEqual({ action: 'none' });
      expect(step.stderr).toContain('nothing to do');
    }
    at.git('fetch', '--quiet', 'origin');
    expect(at.git('branch', '--remotes', '--list', 'origin/rendered/*')).toBe('');
  });
});
