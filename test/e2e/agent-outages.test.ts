import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, connect as dial, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, type KubeClient } from '../../lib/kube/index.ts';
import { scratch } from '../git/scratch.ts';
import { AgentBench } from './agent-bench.ts';
import { type ClusterUnderTest, editAs, embeddedCluster, live, unique } from './clusters.ts';
import { configMap, deployment, staging } from './programs.ts';

const greeting = (namespace: string, text: string) =>
  staging(namespace, { web: { settings: configMap({ greeting: text }) } });

describe('the agent', () => {
  const cluster = embeddedCluster();
  const settings = (namespace: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    namespace,
    name: 'settings',
  });
  const read = async (namespace: string) => (await live(cluster(), settings(namespace)))?.data;

  it('goes on healing while the repository is away, and catches up when it is back', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    bench.push(greeting(namespace, 'one'));
    await bench.start(cluster().client);
    await bench.line('applied');

    bench.gitIsAway = true;
    bench.push(greeting(namespace, 'two'));
    await bench.callWebhook();
    await bench.line('the repository cannot be followed for the moment');
    await editAs(cluster(), 'kubectl-edit', settings(namespace), { data: { greeting: 'by hand' } });
    await bench.line('healed');
    expect(await read(namespace)).toEqual({ greeting: 'one' });

    bench.gitIsAway = false;
    const from = bench.lines.length;
    await bench.line('applied', from);
    expect(await read(namespace)).toEqual({ greeting: 'two' });
  });

  it('survives a cluster that goes away, sees what changed meanwhile, and applies what was pushed', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const link = await Link.to(cluster());
    bench.push(greeting(namespace, 'one'));
    await bench.start(await link.client());
    await bench.line('applied');

    let from = bench.lines.length;
    link.cut();
    await editAs(cluster(), 'kubectl-edit', settings(namespace), { data: { greeting: 'by hand' } });
    await bench.line('the watch is lost; trying again', from);
    link.restore();
    await bench.line('healed', from);
    expect(await read(namespace)).toEqual({ greeting: 'one' });

    link.cut();
    from = bench.lines.length;
    bench.push(greeting(namespace, 'two'));
    await bench.callWebhook();
    await bench.line('rendered', from);
    link.restore();
    await bench.line('applied', from);
    expect(await read(namespace)).toEqual({ greeting: 'two' });
  });

  it('finishes a release during which it lost the cluster, and every watch', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const link = await Link.to(cluster());
    const program = (text: string) => {
      const maps = Object.fromEntries(
        Array.from({ length: 60 }, (_, index) => [`map-${index}`, configMap({ greeting: text })]),
      );
      return staging(namespace, { web: { settings: configMap({ greeting: text }), ...maps } });
    };
    bench.push(program('one'));
    await bench.start(await link.client());
    await bench.line('applied');

    const from = bench.lines.length;
    bench.push(program('two'));
    await bench.callWebhook();
    await bench.line('changed', from);
    link.cut();
    await bench.line('the watch is lost; trying again', from);
    // Somebody takes the chance.
    await editAs(cluster(), 'kubectl-edit', settings(namespace), { data: { greeting: 'by hand' } });
    link.restore();
    await bench.line('applied', from);
    const maps = await cluster().client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
    const { items } = await cluster().client.list(maps, {
      namespace,
      labelSelector: 'applyset.kubernetes.io/part-of',
    });
    expect(items).toHaveLength(61);
    expect(items.filter(({ data }) => JSON.stringify(data) !== '{"greeting":"two"}')).toEqual([]);
  });

  it('starts while both are away', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const link = await Link.to(cluster());
    bench.push(greeting(namespace, 'one'));
    link.cut();
    bench.gitIsAway = true;
    await bench.start(await link.client());
    await bench.line('the repository cannot be followed for the moment');
    bench.gitIsAway = false;
    await bench.line('rendered');
    link.restore();
    await bench.line('applied');
    expect(await read(namespace)).toEqual({ greeting: 'one' });
  });

  it('stops at once when told to, in the middle of a wait as well', async () => {
    const bench = new AgentBench();
    const namespace = unique();
    const slow = deployment('web', { annotations: { 'cluster.truekeel.dev/ready-after': '10m' } });
    bench.push(staging(namespace, { web: { settings: configMap(), web: slow } }));
    await bench.start(cluster().client);
    await bench.line('created');
    await bench.stop();
    expect(bench.lines.at(-1)?.msg).toBe('stopped');
    expect(bench.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });
});

/** A TCP connection to a cluster that can be cut. */
class Link {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #isCut = false;
  #kubeconfig = '';

  static async to(cluster: ClusterUnderTest): Promise<Link> {
    const link = new Link(Number(new URL(cluster.server).port));
    await new Promise<void>((resolve) => link.#server.listen(0, '127.0.0.1', resolve));
    // A server that listens on TCP has a port.
    const { port } = link.#server.address() as { readonly port: number };
    const kubeconfig = readFileSync(cluster.kubeconfig, 'utf8');
    link.#kubeconfig = kubeconfig.replace(cluster.server, `https://127.0.0.1:${port}`);
    onTestFinished(() => {
      link.cut();
      link.#server.close();
    });
    return link;
  }

  private constructor(target: number) {
    this.#server = createServer((socket) => {
      if (this.#isCut) return void socket.destroy();
      const upstream = dial(target, '127.0.0.1');
      for (const end of [socket, upstream]) {
        this.#sockets.add(end);
        end.on('error', () => {});
        end.on('close', () => {
          socket.destroy();
          upstream.destroy();
        });
      }
      socket.pipe(upstream).pipe(socket);
    });
  }

  async client(): Promise<KubeClient> {
    const path = join(scratch(), 'kubeconfig');
    writeFileSync(path, this.#kubeconfig, { mode: 0o600 });
    const client = await connect({ kubeconfig: path });
    onTestFinished(() => client.close());
    return client;
  }

  cut(): void {
    this.#isCut = true;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  restore(): void {
    this.#isCut = false;
  }
}
