/** What a real forge is told of releases, by whoever applies them. */
import { beforeAll, expect, it } from 'vitest';
import { GiteaForge } from '../../lib/forge/index.ts';
import { DeploymentReports } from '../../synth/deployments/index.ts';
import type { GiteaUser } from '../gitea/start.ts';
import { describeOnGitea } from '../gitea/suite.ts';
import { AgentBench } from './agent-bench.ts';
import { embeddedCluster, unique } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

const BROKEN = { apiVersion: 'example.org/v1', kind: 'Nothing' };

describeOnGitea('the forge', (gitea) => {
  const cluster = embeddedCluster();
  let author: GiteaUser;
  let bot: GiteaUser;

  beforeAll(async () => {
    author = await gitea().createUser('ada');
    bot = await gitea().createUser('keel-bot');
  });

  async function published(at: { git(...args: readonly string[]): string }, remote = 'origin') {
    const repository = await gitea().createRepository(author, unique('shop'), [bot]);
    at.git('remote', 'add', remote, gitea().cloneUrl(author, repository));
    const forge = new GiteaForge({ url: gitea().url, repository, token: bot.token });
    const env = {
      ...process.env,
      TRUEKEEL_FORGE: 'gitea',
      TRUEKEEL_FORGE_URL: gitea().url,
      TRUEKEEL_FORGE_REPOSITORY: repository,
      TRUEKEEL_FORGE_TOKEN: bot.token,
    };
    /** Oldest first: of the status, and of what Gitea has for a deployment. */
    const told = async (commit: string) => {
      const statuses = (await forge.statuses(commit)).toReversed();
      const of = (name: string) =>
        statuses
          .filter(({ context }) => context === name)
          .map(({ state, description }) => `${state} ${description}`);
      return { status: of('truekeel/staging/deployment'), deployment: of('deployment/staging'), statuses };
    };
    return { forge, env, told };
  }

  it('is told by apply how a release goes, once, and only where it is asked to', async () => {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    const { env, told } = await published(at);
    const program = (a: string, more = {}) =>
      staging(namespace, { web: { settings: configMap({ a }), ...more } });
    const release = async (text: string, subject: string) => {
      await bench.render(text, subject);
      at.git('push', '--quiet', '--force', 'origin', 'main');
      return at.git('rev-parse', 'main');
    };

    const one = await release(program('1'), 'One');
    expect((await bench.apply(['--yes'], { env })).exit).toBe(0);
    expect((await told(one)).statuses).toEqual([]);
    // Nothing is left to do, and it is ready: whoever applied it before may have been killed.
    for (const _ of ['first', 'again']) {
      const applied = await bench.apply(['--yes', '--post'], { env });
      expect(applied.exit, applied.stderr).toBe(0);
      expect(applied.stderr).not.toContain('was not told');
      expect(applied.stdout + applied.stderr).not.toContain(bot.token);
    }
    expect(await told(one)).toMatchObject({ status: ['success ready'], deployment: ['success ready'] });

    const two = await release(program('2', { gone: BROKEN }), 'Break it');
    const broken = await bench.apply(['--yes', '--post'], { env });
    expect(broken.exit).not.toBe(0);
    const failed = `failure failed: UNKNOWN_KIND Nothing.example.org ${namespace}/gone`;
    const { status, deployment } = await told(two);
    expect(status.at(-1)).toBe(failed);
    expect(deployment.at(-1)).toBe(failed);

    const three = await release(staging(namespace, {}), 'Empty it');
    expect((await bench.apply(['--yes', '--post'], { env })).exit).toBe(8);
    expect((await told(three)).status).toEqual(['failure refused: EMPTY_RENDER']);
  });

  it('harms no release when it takes nothing, and a missing token is told before anything is done', async () => {
    const bench = new Workbench(cluster());
    const { project: at, namespace } = bench;
    const { env } = await published(at);
    await bench.render(staging(namespace, { web: { settings: configMap({ a: '1' }) } }));
    const { TRUEKEEL_FORGE_TOKEN: _, ...without } = env;
    const refused = await bench.run('apply', ['--yes', '--post'], { env: without });
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('FORGE_TOKEN_REFUSED');
    // The commit was not pushed: the forge does not know it.
    const applied = await bench.apply(['--yes', '--post'], { env });
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.stderr).toContain('the forge was not told of staging (status): FORGE_');
  });

  it('is told by the agent, also of what does not render', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const { forge, told } = await published(bench.project, 'forge');
    const untold: unknown[] = [];
    const reports = new DeploymentReports(forge, { onUntold: (one) => untold.push(one) });
    const program = (a: string) => staging(namespace, { web: { settings: configMap({ a }) } });
    const push = (text: string, subject: string) => {
      const commit = bench.push(text, subject);
      bench.project.git('push', '--quiet', '--force', 'forge', 'main');
      return commit;
    };
    const one = push(program('1'), 'One');
    await bench.start(cluster().client, { reports });
    await bench.line('applied');
    await reports.settled();
    expect((await told(one)).status.at(-1)).toBe('success ready');

    const two = push('throw new Error("not today");', 'Break it');
    await bench.callWebhook();
    await bench.line(/does not render/);
    await reports.settled();
    expect((await told(two)).status).toEqual(['failure failed: PROGRAM_FAILED']);
    expect(untold).toEqual([]);
  });
});
