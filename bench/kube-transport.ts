/** Server-side apply PATCHes of ConfigMaps, 16 in flight, on a real API server, through our client and through
 * @kubernetes/client-node: requests a second, and processor time of this process for each request.
 *
 *     node bench/kube-transport.ts [--objects 1000] [--rounds 3] */
import { CoreV1Api, KubeConfig, PatchStrategy, setHeaderOptions } from '@kubernetes/client-node';
import { connect } from '../lib/kube/index.ts';
import { send } from '../test/controlplane/connection.ts';
import { startControlPlane } from '../test/controlplane/index.ts';
import { alternate, median, ratio, report, settingsFrom, timing } from './harness.ts';

const IN_FLIGHT = 16;
const NAMESPACE = 'default';

interface Run {
  readonly ms: number;
  readonly cpuMs: number;
}

const settings = settingsFrom(process.argv.slice(2), { objects: 1000, rounds: 3 });

await report('kube-transport', settings, async (progress) => {
  await using plane = await startControlPlane({ nodes: 'none', onProgress: progress });
  const { gitVersion } = JSON.parse((await send(plane.connection, 'GET', '/version')).body);

  const client = await connect({ kubeconfig: plane.kubeconfig, env: {} });
  const own = (index: number) => client.apply(configMap(index), { force: true });

  const config = new KubeConfig();
  config.loadFromFile(plane.kubeconfig);
  const api = config.makeApiClient(CoreV1Api);
  const headers = setHeaderOptions('Content-Type', PatchStrategy.ServerSideApply);
  const peer = (index: number) => {
    const body = configMap(index);
    const { name } = body.metadata;
    return api.patchNamespacedConfigMap(
      { name, namespace: NAMESPACE, body, fieldManager: 'peer', force: true },
      headers,
    );
  };

  // Creates what the rounds then apply again, and opens the connections.
  await measure(own, settings.objects);
  await measure(peer, IN_FLIGHT);
  const [ours = [], theirs = []] = await alternate(settings.rounds, [
    () => measure(own, settings.objects),
    () => measure(peer, settings.objects),
  ]);
  await client.close();
  return {
    server: gitVersion,
    truekeel: summary(ours),
    clientNode: summary(theirs),
    cpuRatio: ratio(
      ours.map(({ cpuMs }) => cpuMs),
      theirs.map(({ cpuMs }) => cpuMs),
    ),
    timeRatio: ratio(
      ours.map(({ ms }) => ms),
      theirs.map(({ ms }) => ms),
    ),
  };
});

function configMap(index: number) {
  const data = Object.fromEntries(Array.from({ length: 10 }, (_, key) => [`key-${key}`, 'x'.repeat(64)]));
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `cm-${index}`, namespace: NAMESPACE },
    data,
  };
}

async function measure(request: (index: number) => Promise<unknown>, count: number): Promise<Run> {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const indices = Array.from({ length: count }, (_, index) => index).values();
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      for (const index of indices) await request(index);
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  return { ms: performance.now() - started, cpuMs: (user + system) / 1000 };
}

function summary(runs: readonly Run[]) {
  const { medianMs } = timing(runs.map(({ ms }) => ms));
  const cpuMs = median(runs.map((run) => run.cpuMs));
  return {
    requestsPerSecond: Math.round((settings.objects / medianMs) * 1000),
    cpuMsPerRequest: Math.round((cpuMs / settings.objects) * 1000) / 1000,
    ms: runs.map(({ ms }) => Math.round(ms)),
  };
}
