/** The command as a process: signals, streams and exit codes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { connect } from '../../lib/kube/index.ts';
import { Results } from '../../synth/cli/results.ts';
import { packageRoot } from '../../synth/version.ts';
import { scratch } from '../git/scratch.ts';
import { embeddedCluster } from './clusters.ts';
import { deployment, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

const cluster = embeddedCluster();

class Running {
  readonly #child: ChildProcess;
  readonly #closed: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  readonly #waiting = new Map<RegExp, (line: string) => void>();
  /** Of both streams, which reach us in any order. */
  readonly lines: string[] = [];
  readonly printed: string[] = [];

  constructor(cwd: string, args: readonly string[]) {
    const main = join(packageRoot(), 'synth/cli/main.ts');
    this.#child = spawn(process.execPath, ['--conditions=source', main, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env.PATH, HOME: cwd },
    });
    onTestFinished(() => void this.#child.kill('SIGKILL'));
    const { stdout, stderr } = this.#child;
    for (const stream of [stdout, stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#onLine(line));
    }
    if (stdout) createInterface({ input: stdout }).on('line', (line) => this.printed.push(line));
    this.#closed = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => resolve({ code, signal }));
    });
  }

  /** The first line that matches; waits for it. */
  async line(pattern: RegExp): Promise<string> {
    const ended = this.#closed.then(({ code }) => {
      throw new Error(`the process ended with ${code}:\n${this.lines.join('\n')}`);
    });
    const found = this.lines.find((line) => pattern.test(line));
    return (
      found ?? Promise.race([ended, new Promise<string>((resolve) => this.#waiting.set(pattern, resolve))])
    );
  }

  /** Sends a signal and waits for the end. @returns the exit code */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.#child.kill(signal);
    return (await this.#closed).code;
  }

  #onLine(line: string): void {
    this.lines.push(line);
    for (const [pattern, resolve] of this.#waiting) if (pattern.test(line)) resolve(line);
  }
}

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
