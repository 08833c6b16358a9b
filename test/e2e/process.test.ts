/** The command as a process: signals, streams and exit codes. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from '../../lib/kube/index.ts';
import { Results } from '../../synth/cli/results.ts';
import { scratch } from '../git/scratch.ts';
import { embeddedCluster } from './clusters.ts';
import { deployment, staging } from './programs.ts';
import { Running } from './running.ts';
import { Workbench } from './workbench.ts';

const cluster = embeddedCluster();

it('Ctrl-C ends an apply with 130, which says what was done and that the next run continues', async () => {
  const bench = new Workbench(cluster());
  const slow = deployment('web', { annotations: { 'cluster.truekeel.dev/ready-after': '10m' } });
  await bench.render(staging(bench.namespace, { web: { web: slow } }));
  const args = ['apply', '--environment', 'staging', '--yes', '--kubeconfig', cluster().kubeconfig];
  const running = new Running(bench.project.directory, args);
  await running.line(/created +Deployment/);
  expect(await running.end('SIGINT')).toBe(130);
  expect(running.lines).toContainEqual(expect.stringContaining('Stopping: what is in flight is finished'));
  expect(running.lines).toContainEqual(
    expect.stringMatching(/Stopped: 2 created, .* The next run continues\.$/),
  );
});

it('the embedded cluster serves until it is told to stop, with a kubeconfig that only its owner reads', async () => {
  const directory = scratch();
  const running = new Running(directory, [
    'cluster',
    'start',
    '--kubeconfig-out',
    'kubeconfig',
    '-o',
    'json',
  ]);
  const { server, kubeconfig, pid } = Results.cluster.parse(JSON.parse(await running.line(/^\{/)));
  expect(kubeconfig).toBe(join(directory, 'kubeconfig'));
  expect(statSync(kubeconfig).mode & 0o777).toBe(0o600);
  expect(readFileSync(kubeconfig, 'utf8')).toContain(server);
  expect(pid).toBeGreaterThan(0);
  const client = await connect({ kubeconfig });
  try {
    expect((await client.version()).gitVersion).toMatch(/^v1\.\d+\.\d+/);
  } finally {
    await client.close();
  }
  expect(await running.end('SIGTERM')).toBe(0);
});

it('the agent ends with 0 when it is told to stop', async () => {
  const bench = new Workbench(cluster());
  await bench.render(staging(bench.namespace, { web: { web: deployment('web') } }));
  const running = new Running(bench.project.directory, [
    ...['agent', '--repo', bench.project.directory, '--environment', 'staging', '--state', scratch()],
    ...['--packages', join(bench.project.directory, 'node_modules'), '--kubeconfig', cluster().kubeconfig],
  ]);
  await running.line(/"msg":"applied"/);
  expect(await running.end('SIGTERM')).toBe(0);
  expect(JSON.parse(running.printed.at(-1) ?? '')).toMatchObject({ level: 'info', msg: 'stopped' });
});
