/** Planning what is there already, and planning one change in a hundred: on a cluster that is only remembered, at 1,000,
 * 10,000, 50,000 and 100,000 objects, and on a real API server with as many as are asked for.
 *
 *     node bench/plan.ts [--objects 5000] [--rounds 3] */
import { applyPlan, runToEnd } from '../lib/apply/index.ts';
import type { KubeClient } from '../lib/kube/index.ts';
import { connect } from '../lib/kube/index.ts';
import type { DesiredApplication } from '../lib/objects/index.ts';
import { planApplications } from '../lib/plan/index.ts';
import { send } from '../test/controlplane/connection.ts';
import { startControlPlane } from '../test/controlplane/index.ts';
import { desiredWorkload } from './desired-workload.ts';
import { report, settingsFrom, timing } from './harness.ts';
import { stubCluster } from './stub-cluster.ts';
import { makeWorkload } from './workload.ts';

const SIZES = [1_000, 10_000, 50_000, 100_000];
/** One object in so many changes. */
const ONE_IN = 100;
const ENVIRONMENT = 'bench';

interface Measured {
  readonly ms: readonly number[];
  readonly changes: number;
  /** Of one plan, by verb. */
  readonly requests: Readonly<Record<string, number>>;
}

const settings = settingsFrom(process.argv.slice(2), { objects: 5_000, rounds: 3 });

await report('plan', settings, async (progress) => {
  const remembered: Record<string, object> = {};
  for (const size of SIZES) {
    progress(`${size} objects, remembered`);
    const unchanged = desiredWorkload('stub', size);
    const changed = desiredWorkload('stub', size, { changed: ONE_IN });
    const { client, requests } = await stubCluster(ENVIRONMENT, unchanged);
    const count = () => Object.fromEntries(requests);
    remembered[size] = {
      unchanged: summary(await measure(client, () => unchanged, count)),
      onePercent: summary(await measure(client, () => fresh(changed), count)),
    };
  }
  return {
    target: '50,000 objects against 50,000 live: under 3 s',
    /** Planning alone: no transport, no parsing. */
    remembered,
    real: await onRealServer(progress),
  };
});

async function onRealServer(progress: (line: string) => void): Promise<object> {
  await using plane = await startControlPlane({ nodes: 'none', onProgress: progress });
  const server: string = JSON.parse((await send(plane.connection, 'GET', '/version')).body).gitVersion;
  const { namespaces } = makeWorkload('real', settings.objects);
  for (const name of namespaces) {
    const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
    const { status, body } = await send(plane.connection, 'POST', '/api/v1/namespaces', namespace);
    if (status !== 201) throw new Error(`namespace ${name} was not created: ${body}`);
  }
  const client = await connect({ kubeconfig: plane.kubeconfig, env: {} });
  try {
    const unchanged = desiredWorkload('real', settings.objects);
    const changed = desiredWorkload('real', settings.objects, { changed: ONE_IN });
    progress(`applying ${settings.objects} objects`);
    const plan = await planApplications({
      client,
      applications: unchanged,
      scope: { environment: ENVIRONMENT },
    });
    const options = { wait: false };
    const { errors } = await runToEnd(applyPlan({ client, plan, applications: unchanged, options }));
    if (errors[0]) throw errors[0];
    progress('planning');
    const count = () => client.requests.byVerb;
    return {
      server,
      objects: settings.objects,
      unchanged: summary(await measure(client, () => unchanged, count)),
      onePercent: summary(await measure(client, () => fresh(changed), count)),
      onePercentByDryRuns: summary(await measure(client, () => fresh(changed), count, 'always')),
    };
  } finally {
    await client.close();
  }
}

/** The same applications with objects that nobody has read yet: what was read once is remembered with the object. */
function fresh(applications: readonly DesiredApplication[]): readonly DesiredApplication[] {
  return applications.map((application) => {
    const originals = new Map(application.objects.map((object) => [{ ...object }, object]));
    return {
      ...application,
      objects: [...originals.keys()],
      load: (objects) => application.load(objects.map((object) => originals.get(object)!)),
    };
  });
}

async function measure(
  client: KubeClient,
  applications: () => readonly DesiredApplication[],
  count: () => Readonly<Record<string, number>>,
  dryRun: 'always' | 'when-needed' = 'when-needed',
): Promise<Measured> {
  const ms: number[] = [];
  let changes = 0;
  let requests: Readonly<Record<string, number>> = {};
  for (let round = 0; round < settings.rounds; round += 1) {
    const given = applications();
    const before = count();
    const started = performance.now();
    const plan = await planApplications({
      client,
      applications: given,
      scope: { environment: ENVIRONMENT },
      options: { dryRun },
    });
    ms.push(performance.now() - started);
    if (plan.errors[0]) throw plan.errors[0];
    changes = plan.changes.length - plan.counts.none;
    requests = difference(count(), before);
  }
  return { ms, changes, requests };
}

function summary({ ms, changes, requests }: Measured): object {
  return { ...timing(ms), changes, requests };
}

function difference(
  after: Readonly<Record<string, number>>,
  before: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> {
  const verbs = Object.entries(after).map(([verb, count]) => [verb, count - (before[verb] ?? 0)] as const);
  return Object.fromEntries(verbs.filter(([, count]) => count > 0));
}
