/** Whole-process apply of 1,000 mixed objects to a real API server without controllers: `truekeel apply` against
 * `kubectl apply --server-side` of the same files and against the server's own limit; then the same again with
 * nothing changed. Requests are counted and timed by the server's audit log. Every round has an API server of its own, and
 * what one of them made is deleted before it is the turn of the next: the server gives addresses to Services more slowly the
 * more of them it has given.
 *
 *     node bench/apply.ts [--objects 1000] [--rounds 5] [--cli FILE] */
import { join } from 'node:path';
import { send } from '../test/controlplane/connection.ts';
import {
  type AuditedRequest,
  type ControlPlane,
  countByVerb,
  startControlPlane,
} from '../test/controlplane/index.ts';
import {
  type Command,
  median,
  ratio,
  report,
  settingsFrom,
  takeTurns,
  timeProcess,
  timing,
  truekeelCommand,
} from './harness.ts';
import { scratch } from './project.ts';
import { rawApply } from './raw-apply.ts';
import { makeWorkload, type Workload, writeWorkload } from './workload.ts';

interface Run {
  readonly ms: number;
  readonly peakRssMb: number;
  readonly requests: readonly AuditedRequest[];
}

/** What the set consists of, as the server calls it. */
const KINDS = new Set(['configmaps', 'deployments', 'services']);

const settings = settingsFrom(process.argv.slice(2), { objects: 1000, rounds: 5 });

await report('apply', settings, async (progress) => {
  const first = { truekeel: [] as Run[], kubectl: [] as Run[] };
  const second = { truekeel: [] as Run[], kubectl: [] as Run[] };
  const raw = new Map<number, Run[]>([8, 16, 32].map((inFlight) => [inFlight, []]));
  let server = '';

  for (let round = 0; round < settings.rounds; round += 1) {
    progress(`round ${round + 1} of ${settings.rounds}`);
    await using plane = await startControlPlane({ nodes: 'none', onProgress: progress });
    server = JSON.parse((await send(plane.connection, 'GET', '/version')).body).gitVersion;
    const commands = { truekeel: ownCommand(plane), kubectl: kubectlCommand(plane) };
    await warmUp(plane);
    await takeTurns(round, [
      ...(['truekeel', 'kubectl'] as const).map((tool) => async () => {
        const directory = scratch('files');
        const workload = await prepare(plane, tool);
        writeWorkload(workload, directory);
        const apply = () => measure(plane, commands[tool](directory));
        first[tool].push(expectAll(await apply(), workload));
        second[tool].push(await apply());
        await remove(plane, workload);
      }),
      ...[...raw].map(([inFlight, runs]) => async () => {
        const workload = await prepare(plane, `raw-${inFlight}`);
        const mark = await plane.audit.mark();
        const ms = await rawApply(plane.connection, workload.objects, inFlight);
        runs.push({ ms, peakRssMb: 0, requests: await plane.audit.since(mark) });
        await remove(plane, workload);
      }),
    ]);
  }

  const times = (runs: readonly Run[]) => runs.map(({ ms }) => ms);
  const spans = (runs: readonly Run[]) => runs.map(spanOfWrites);
  const limit = [...raw.values()].reduce((best, runs) =>
    median(spans(runs)) < median(spans(best)) ? runs : best,
  );
  const rate = (runs: readonly Run[]) => Math.round((settings.objects / median(spans(runs))) * 1000);
  return {
    peer: `kubectl ${server} on kube-apiserver ${server}`,
    first: {
      target: 'ratio at most 0.65',
      truekeel: {
        ...timing(times(first.truekeel)),
        peakRssMb: Math.max(...first.truekeel.map(({ peakRssMb }) => peakRssMb)),
        requests: summary(first.truekeel),
      },
      kubectl: { ...timing(times(first.kubectl)), requests: summary(first.kubectl) },
      ratio: ratio(times(first.truekeel), times(first.kubectl)),
    },
    /** From the first write to come in at the server until the last one is answered, as the server says. */
    writes: {
      target: 'at least 0.9 of the limit',
      truekeelPerSecond: rate(first.truekeel),
      kubectlPerSecond: rate(first.kubectl),
      limitPerSecond: rate(limit),
      truekeelOfLimit: ratio(spans(limit), spans(first.truekeel)),
      kubectlOfLimit: ratio(spans(limit), spans(first.kubectl)),
    },
    second: {
      target: 'no request per object',
      truekeel: { ...timing(times(second.truekeel)), requests: summary(second.truekeel) },
      kubectl: { ...timing(times(second.kubectl)), requests: summary(second.kubectl) },
      ratio: ratio(times(second.truekeel), times(second.kubectl)),
    },
    /** The server's own limit for the first apply: requests only, no process, by requests in flight. */
    limit: {
      ...Object.fromEntries([...raw].map(([inFlight, runs]) => [`inFlight${inFlight}`, timing(times(runs))])),
      ratioOfTruekeel: ratio(times(first.truekeel), times(limit)),
      ratioOfKubectl: ratio(times(first.kubectl), times(limit)),
    },
  };
});

function ownCommand({ kubeconfig }: ControlPlane): (directory: string) => Command {
  const options = [
    '--application',
    'bench',
    '--kubeconfig',
    kubeconfig,
    '--yes',
    '--wait=false',
    '-o',
    'json',
  ];
  return (directory) => truekeelCommand(settings, 'apply', '--files', directory, ...options);
}

function kubectlCommand({ connection, kubeconfig }: ControlPlane): (directory: string) => Command {
  const { kubectl } = connection;
  if (kubectl === undefined) throw new Error('there is no kubectl to measure against');
  const options = [`--kubeconfig=${kubeconfig}`, `--cache-dir=${join(connection.directory, 'kubectl')}`];
  return (directory) => [kubectl, ...options, 'apply', '--server-side', '-f', directory];
}

/** A few objects through each, so that neither meets a cold server, file cache or discovery cache. */
async function warmUp(plane: ControlPlane): Promise<void> {
  const workload = makeWorkload('warm', 30);
  await createNamespaces(plane, workload);
  await rawApply(plane.connection, workload.objects, 8);
  const directory = scratch('warm');
  writeWorkload(workload, directory);
  await timeProcess(kubectlCommand(plane)(directory));
  await timeProcess(truekeelCommand(settings, '--version'));
}

/** A set of objects that nobody has applied yet, in namespaces that are there. */
async function prepare(plane: ControlPlane, set: string): Promise<Workload> {
  const workload = makeWorkload(set, settings.objects);
  await createNamespaces(plane, workload);
  return workload;
}

async function createNamespaces({ connection }: ControlPlane, { namespaces }: Workload): Promise<void> {
  for (const name of namespaces) {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const { status, body } = await send(connection, 'POST', '/api/v1/namespaces', namespace);
    if (status !== 201) throw new Error(`namespace ${name} was not created: ${body}`);
  }
}

/** Deletes the objects of a set: its addresses are to be had again. */
async function remove({ connection }: ControlPlane, { objects }: Workload): Promise<void> {
  const collections = new Set(objects.map(({ path }) => path.slice(0, path.lastIndexOf('/'))));
  for (const collection of collections) {
    const { status, body } = await send(connection, 'DELETE', collection);
    if (status !== 200) throw new Error(`${collection} was not emptied: ${body}`);
  }
}

async function measure({ audit }: ControlPlane, command: Command): Promise<Run> {
  const mark = await audit.mark();
  const { ms, peakRssMb } = await timeProcess(command);
  return { ms, peakRssMb, requests: await audit.since(mark) };
}

/** Milliseconds from the first write of an object of the set to the answer of the last. */
function spanOfWrites({ requests }: Run): number {
  const writes = requests.filter(({ verb, resource }) => verb === 'patch' && KINDS.has(resource));
  return (
    Math.max(...writes.map(({ answeredMs }) => answeredMs)) -
    Math.min(...writes.map(({ receivedMs }) => receivedMs))
  );
}

/** @throws Error when the server did not see every object being created */
function expectAll(run: Run, { objects }: Workload): Run {
  const created = new Set(
    run.requests.filter(({ code }) => code === 201).map(({ uri }) => uri.split('?')[0]),
  );
  const missing = objects.filter(({ path }) => !created.has(path));
  if (missing.length > 0)
    throw new Error(`${missing.length} objects were not created: ${missing[0]?.path} …`);
  return run;
}

/** Requests of the last round, the same in every other one if nothing went wrong. */
function summary(runs: readonly Run[]): object {
  const requests = runs.at(-1)?.requests ?? [];
  return {
    total: requests.length,
    byVerb: countByVerb(requests),
    /** Those that name one object of the set. */
    perObject: requests.filter(({ resource, name }) => KINDS.has(resource) && name !== '').length,
  };
}
