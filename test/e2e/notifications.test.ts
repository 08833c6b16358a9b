import { expect, it } from 'vitest';
import { startSink } from '../sinks/sink.ts';
import { AgentBench } from './agent-bench.ts';
import { type ClusterUnderTest, onBothClusters, unique } from './clusters.ts';
import { Workbench } from './workbench.ts';

const TOKEN = 'Bearer correct-horse-battery-staple';

const program = (
  namespace: string,
  url: string,
  options: { data: string; broken?: boolean; failing?: string },
) => `
import { ApiObject } from 'cdk8s';
import { App, Application, Environment, Notification, OnFailure } from 'truekeel';
const app = new App();
const staging = new Environment(app, 'staging', {
  namespace: '${namespace}',
  notifications: [
    Notification.webhook({ url: '${url}/all', secretName: 'hook' }),
    ${options.failing === undefined ? '' : `Notification.slack({ secretName: '${options.failing}' }),`}
  ],
});
const web = new Application(staging, 'web', { onFailure: OnFailure.ROLL_BACK });
new ApiObject(web, 'settings', { apiVersion: 'v1', kind: 'ConfigMap', data: { text: '${options.data}' } });
${options.broken ? "new ApiObject(web, 'gone', { apiVersion: 'example.org/v1', kind: 'Nothing' });" : ''}
app.synth();
`;

/** The namespace, and the Secret in it that notifications name. */
async function prepare({ client }: ClusterUnderTest, namespace: string): Promise<void> {
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, { force: true });
  const metadata = { namespace, name: 'hook' };
  const stringData = { authorization: TOKEN };
  await client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData }, { force: true });
}

const eventOf = ({ body }: { readonly body: unknown }) => (body as { readonly event: string }).event;

onBothClusters('notifications', (cluster) => {
  it('are sent by apply, also of what fails and is taken back, and a sink that fails harms nothing', async () => {
    const sink = await startSink();
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await prepare(cluster(), namespace);
    await bench.render(program(namespace, sink.url, { data: 'one', failing: 'nowhere' }));
    const applied = await bench.apply();
    expect(applied.exit, applied.stderr).toBe(0);
    expect(applied.stderr).toContain(
      `the notification slack of environment staging was not delivered: there is no Secret ${namespace}/nowhere`,
    );
    expect(sink.posted[0]).toMatchObject({
      path: '/all',
      headers: { authorization: TOKEN },
      body: {
        event: 'applied',
        environment: 'staging',
        subject: 'A change',
        rendered: bench.project.git('rev-parse', 'rendered/staging'),
        applications: [{ name: 'web', changed: 1, problems: [] }],
      },
    });
    // Nothing to do is no news.
    expect((await bench.apply()).exit).toBe(0);
    expect(sink.posted).toHaveLength(1);

    await bench.render(program(namespace, sink.url, { data: 'two', broken: true }), 'Break it');
    const failed = await bench.apply();
    expect(failed.exit).not.toBe(0);
    expect(sink.posted.slice(1).map(eventOf)).toEqual(['failed', 'rolled-back']);
    expect(sink.posted[1]?.body).toMatchObject({
      subject: 'Break it',
      applications: [{ name: 'web', changed: 1, problems: [{ code: 'UNKNOWN_KIND' }] }],
      work: {
        since: bench.project.git('rev-parse', 'main~1'),
        brought: [{ description: 'Break it', commit: bench.project.git('rev-parse', 'main') }],
        takenBack: [],
        more: 0,
      },
    });
    expect(sink.posted[0]?.body, 'nothing before the first').not.toHaveProperty('work');
    expect(sink.posted[2]?.body).toMatchObject({
      work: { brought: [], takenBack: [{ description: 'Break it' }] },
    });
    expect(applied.stdout + applied.stderr + failed.stdout + failed.stderr).not.toContain('staple');
  });

  it('are sent of what a guard refuses', async () => {
    const sink = await startSink();
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    await prepare(cluster(), namespace);
    const text = program(namespace, sink.url, { data: 'one' });
    await bench.deploy(text);
    await bench.render(text.replace(/^new ApiObject.*$/gm, ''), 'Empty it');
    const refused = await bench.apply();
    expect(refused.exit).toBe(8);
    expect(sink.posted.map(eventOf)).toEqual(['applied', 'refused']);
    expect(sink.posted[1]?.body, 'nothing got there').not.toHaveProperty('work');
  });

  it('are sent by the agent, once for what it tries again and again', async () => {
    const sink = await startSink();
    const bench = new AgentBench();
    const namespace = unique();
    await prepare(cluster(), namespace);
    bench.push(program(namespace, sink.url, { data: 'one' }));
    await bench.start(cluster().client);
    await sink.when((posted) => eventOf(posted) === 'applied');
    bench.push(program(namespace, sink.url, { data: 'two', broken: true }), 'Break it');
    await bench.callWebhook();
    const back = await sink.when((posted) => eventOf(posted) === 'rolled-back');
    expect(sink.posted.map(eventOf)).toEqual(['applied', 'failed', 'rolled-back']);
    expect(back.body).toMatchObject({
      environment: 'staging',
      subject: expect.stringMatching(/^Roll staging back/),
      work: { takenBack: [{ description: 'Break it' }] },
    });
    expect(sink.posted[1]?.body).toMatchObject({ work: { brought: [{ description: 'Break it' }] } });
    expect(JSON.stringify(bench.lines)).not.toContain('staple');
  });
});
