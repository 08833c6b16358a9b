/** What an agent costs while it holds a cluster: a release that changes nothing, one that changes one object, and a change
 * that it takes back; at growing numbers of objects that stay as they are, on a real API server without controllers.
 * The limit of taking back is measured in turns: a bare watch of metadata and one PATCH by hand. Memory is measured in a
 * process of its own (bench/agent-memory.ts). Requests are counted by the server's audit log.
 *
 *     node bench/agent.ts [--objects 1000,5000,10000] [--rounds 20] [--repairs 200] [--memory 100000] */
import { parseArgs } from 'node:util';
import type { RenderedRelease } from '../lib/branch/index.ts';
import { connect, type KubeClient } from '../lib/kube/index.ts';
import { formatKey, type KubernetesObject, keyOf } from '../lib/objects/index.ts';
import { send } from '../test/controlplane/connection.ts';
import { type ControlPlane, countByVerb, startControlPlane } from '../test/controlplane/index.ts';
import { median, ratio, report, timeProcess } from './harness.ts';
import { KeptCluster } from './kept-cluster.ts';
import { RawRepair } from './raw-repair.ts';
import { RenderedWorkload } from './rendered-workload.ts';
import { makeWorkload } from './workload.ts';

const { values } = parseArgs({
  options: {
    objects: { type: 'string', default: '1000,5000,10000' },
    rounds: { type: 'string', default: '20' },
    repairs: { type: 'string', default: '200' },
    memory: { type: 'string', default: '100000' },
  },
});
const sizes = values.objects.split(',').map(Number);
const [rounds, repairs] = [Number(values.rounds), Number(values.repairs)];
const settings = { objects: Math.max(...sizes), rounds, cli: '' };

await report('agent', settings, async (progress) => ({
  targets: {
    nothingChanged: '5,000 objects: no request, under 5 ms of processor time',
    oneChanged: '10,000 objects: under 100 ms from the rendered commit to the object written',
    repaired: 'under 25 ms at the median, 100 ms at p99, no other object read',
    memory: 'under 1,536 bytes an object at 100,000 objects',
  },
  sizes: await inTurn(sizes, (objects) => measureSize(objects, progress)),
  memory: await memory(Number(values.memory), progress),
}));

async function measureSize(objects: number, progress: (line: string) => void): Promise<object> {
  await using plane = await startControlPlane({ nodes: 'none', onProgress: progress });
  const rendered = await RenderedWorkload.create('kept', objects, { headless: true });
  const raw = makeWorkload('raw', 3 * (repairs + 1));
  for (const name of [...rendered.workload.namespaces, ...raw.namespaces]) await createNamespace(plane, name);
  // The one that changes things from outside, on a connection of its own.
  const outside = await connect({ kubeconfig: plane.kubeconfig, env: {} });
  const client = await connect({ kubeconfig: plane.kubeconfig, env: {} });
  const kept = new KeptCluster(client);
  try {
    progress(`${objects} objects: first release`);
    await rendered.commit();
    let release = await rendered.read();
    const applied = kept.told('applied');
    kept.keep(release);
    await applied;

    progress(`${objects} objects: nothing changed`);
    const unchanged: Measured[] = [];
    const changed: Measured[] = [];
    for (let round = 0; round < rounds; round += 1) {
      await rendered.changeNone();
      const measured = await measure(plane, kept, rendered, release, () => kept.told('applied'));
      unchanged.push(measured);
      release = measured.release;
    }
    progress(`${objects} objects: one changed`);
    for (let round = 0; round < rounds; round += 1) {
      const object = await rendered.changeOne((round * 37) % objects, `r${round}`);
      const measured = await measure(plane, kept, rendered, release, () =>
        kept.told('changed', formatKey(keyOf(object))),
      );
      changed.push(measured);
      release = measured.release;
    }
    progress(`${objects} objects: taken back`);
    return {
      objects,
      nothingChanged: summary(unchanged),
      oneChanged: summary(changed),
      repaired: await measureRepairs(plane, kept, outside, rendered, raw),
    };
  } finally {
    await kept.close();
    await client.close();
    await outside.close();
    rendered.close();
  }
}

interface Measured {
  readonly release: RenderedRelease;
  /** Of reading the release from the repository. */
  readonly readMs: number;
  /** From the release at hand to the end that is waited for. */
  readonly ms: number;
  /** Processor time, from the release at hand until all is quiet. */
  readonly cpuMs: number;
  readonly requests: Readonly<Record<string, number>>;
}

async function measure(
  plane: ControlPlane,
  kept: KeptCluster,
  rendered: RenderedWorkload,
  previous: RenderedRelease,
  end: () => Promise<{ readonly at: number }>,
): Promise<Measured> {
  const mark = await plane.audit.mark();
  const started = performance.now();
  const release = await rendered.read(previous);
  const readAt = performance.now();
  const applied = kept.told('applied');
  const ended = end();
  const cpu = process.cpuUsage();
  kept.keep(release);
  const { at } = await ended;
  await applied;
  const { user, system } = process.cpuUsage(cpu);
  return {
    release,
    readMs: readAt - started,
    ms: at - readAt,
    cpuMs: (user + system) / 1000,
    requests: countByVerb((await plane.audit.since(mark)).filter(({ verb }) => verb !== 'watch')),
  };
}

async function measureRepairs(
  plane: ControlPlane,
  kept: KeptCluster,
  outside: KubeClient,
  rendered: RenderedWorkload,
  raw: ReturnType<typeof makeWorkload>,
): Promise<object> {
  const limit = new RawRepair(plane.connection);
  const maps = (workload: typeof raw) => workload.objects.filter(({ path }) => path.includes('/configmaps/'));
  const [own, bare] = [maps(rendered.workload), maps(raw)];
  for (const { object, path } of bare) await limit.apply(path, JSON.stringify(object));
  const resource = await outside.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
  // Now, of a list with nothing in it: `limit` would be that of one page of many.
  const { resourceVersion } = await outside.listMetadata(resource, { fieldSelector: 'metadata.name=none' });
  await limit.watch(resourceVersion);
  const edit = async ({ object }: { readonly object: object }) => {
    const key = keyOf(object as KubernetesObject); // the workload is made of objects
    const patch = { data: { 'key-0': 'by hand' } };
    const sent = performance.now();
    await outside.patch(resource, key, patch, { type: 'merge', fieldManager: 'kubectl-edit' });
    return sent;
  };
  const ours: Repair[] = [];
  const limits: Repair[] = [];
  let requests = 0;
  for (let round = 0; round < repairs; round += 1) {
    // Every object once: one that is changed again and again is taken back more and more slowly.
    const target = own[round % own.length]!;
    const before = kept.client.requests.total;
    const healed = kept.told('healed', formatKey(keyOf(target.object as KubernetesObject)));
    const sent = await edit(target);
    const { at, ms = 0 } = await healed;
    ours.push({ sinceChange: at - sent, sinceSeen: ms });
    requests += kept.client.requests.total - before;
    const other = bare[round]!;
    const repaired = limit.repaired(other);
    const changed = await edit(other);
    const answer = await repaired;
    limits.push({ sinceChange: answer.at - changed, sinceSeen: answer.ms });
  }
  limit.close();
  return {
    truekeel: repairSummary(ours),
    limit: repairSummary(limits),
    ratio: ratio(
      ours.map(({ sinceChange }) => sinceChange),
      limits.map(({ sinceChange }) => sinceChange),
    ),
    requestsEach: requests / repairs,
  };
}

/** Milliseconds until it was taken back: since the change was sent, which is a write of its own, and since it was seen. */
interface Repair {
  readonly sinceChange: number;
  readonly sinceSeen: number;
}

function repairSummary(runs: readonly Repair[]): object {
  return {
    sinceChange: latency(runs.map(({ sinceChange }) => sinceChange)),
    sinceSeen: latency(runs.map(({ sinceSeen }) => sinceSeen)),
  };
}

async function memory(objects: number, progress: (line: string) => void): Promise<object> {
  progress(`memory of ${objects} objects`);
  const command = [
    process.execPath,
    '--expose-gc',
    'bench/agent-memory.ts',
    '--objects',
    String(objects),
  ] as const;
  const { bytesPerObject, heapMiB, peakRssMiB } = JSON.parse((await timeProcess(command)).stdout);
  return { objects, bytesPerObject, heapMiB, peakRssMiB };
}

async function createNamespace({ connection }: ControlPlane, name: string): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  const { status, body } = await send(connection, 'POST', '/api/v1/namespaces', namespace);
  if (status !== 201) throw new Error(`namespace ${name} was not created: ${body}`);
}

function summary(measured: readonly Measured[]): object {
  const of = (value: (one: Measured) => number) => latency(measured.map(value));
  return {
    ms: of(({ ms }) => ms),
    cpuMs: of(({ cpuMs }) => cpuMs),
    readMs: of(({ readMs }) => readMs),
    requests: measured.at(-1)?.requests,
  };
}

/** Milliseconds, to a tenth. */
function latency(ms: readonly number[]): object {
  const sorted = ms.toSorted((a, b) => a - b);
  const tenth = (value: number) => Math.round(value * 10) / 10;
  return {
    median: tenth(median(ms)),
    p99: tenth(sorted[Math.ceil(sorted.length * 0.99) - 1]!),
    most: tenth(sorted.at(-1)!),
  };
}

async function inTurn<T, R>(given: readonly T[], one: (value: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const value of given) results.push(await one(value));
  return results;
}
