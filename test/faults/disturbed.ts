/** One disturbed run and a quiet one after it. */
import type { ApplyOptions } from '../../lib/apply/index.ts';
import type { Outcome } from '../../lib/apply/testing/engine.ts';
import { Engine } from '../../lib/apply/testing/engine.ts';
import type { ClientOptions, Clock, KubeClient } from '../../lib/kube/index.ts';
import { connectWith, systemClock } from '../../lib/kube/index.ts';
import { objectPath } from '../../lib/kube/paths.ts';
import { formatKey, gvkOf, type KubernetesObject, keyOf, TruekeelError } from '../../lib/objects/index.ts';
import type { Fault, SeenRequest } from './fault.ts';
import { type FaultProxyOptions, startFaultProxy } from './fault-proxy.ts';
import { APPROVALS, type Scenario, startScenario } from './scenario.ts';
import type { ServerUnderTest } from './servers.ts';
import { findings } from './verdict.ts';

/** For any wait, also on a machine that others use. */
const DEADLINE_MS = 120_000;

/** Waits twenty times as fast. */
export const hurriedClock: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms / 20, signal),
};

export type Patience = 'usual' | 'little';

interface Limits {
  readonly client: ClientOptions;
  readonly run: Pick<ApplyOptions, 'noProgressTimeoutMs'>;
}

/** How long the disturbed run waits. With little patience an error is no surprise; nothing is judged by it, since the
 * run that must succeed has the usual limits. */
const LIMITS: Readonly<Record<Patience, Limits>> = {
  usual: { client: { clock: hurriedClock, pingMs: 1_000 }, run: {} },
  little: {
    client: { clock: hurriedClock, pingMs: 300, requestTimeoutMs: 3_000, connectTimeoutMs: 3_000 },
    run: { noProgressTimeoutMs: 3_000 },
  },
};

export interface DisturbOptions extends Pick<FaultProxyOptions, 'protocol' | 'pageSize' | 'decide'> {
  readonly patience: Patience;
}

export interface Disturbed {
  /** Of the disturbed run: what it threw, or the errors of single objects, as `CODE: message`. */
  readonly errors: readonly string[];
  readonly struck: readonly SeenRequest[];
  /** What is wrong in the end; nothing else may be in it than nothing. */
  readonly findings: readonly string[];
}

/** Runs the scenario while things go wrong, once more while nothing does, and looks at what came of it. */
export async function disturb(server: ServerUnderTest, options: DisturbOptions): Promise<Disturbed> {
  const scenario = await startScenario(server.client);
  const proxy = await startFaultProxy(server, options);
  const client = (given: ClientOptions = {}) =>
    connectWith({ server: proxy.url, ca: proxy.ca, token: server.token, ...given });
  const limits = LIMITS[options.patience];
  const [disturbed, undisturbed] = [client(limits.client), client()];
  try {
    const errors = await errorsOf(run(disturbed, scenario, limits.run));
    await proxy.idle();
    proxy.calm();
    const quiet = await errorsOf(run(undisturbed, scenario));
    return {
      errors,
      struck: proxy.requests.filter(({ fault }) => fault !== undefined),
      findings: [
        ...quiet.map((error) => `the quiet run: ${error}`),
        ...(await wrongDeletes(server.client, proxy.requests, scenario)),
        ...(await findings(server, scenario)),
      ],
    };
  } finally {
    await Promise.all([disturbed.close(), undisturbed.close()]);
    await proxy.close();
    await removeDefinition(server.client, scenario);
  }
}

function run(client: KubeClient, scenario: Scenario, limits: Limits['run'] = {}): Promise<Outcome> {
  const engine = new Engine(client, scenario.environment);
  return engine.sync(scenario.after, { approvals: APPROVALS, timeoutMs: DEADLINE_MS, ...limits });
}

async function errorsOf(running: Promise<Outcome>): Promise<readonly string[]> {
  try {
    return (await running).result.errors.map(describeError);
  } catch (error) {
    if (error instanceof TruekeelError) return [describeError(error)];
    throw error;
  }
}

function describeError({ code, key, message }: TruekeelError): string {
  return `${code}${key ? ` ${formatKey(key)}` : ''}: ${message}`;
}

/** Deletes that reached the server and were not of what had to go. */
export async function wrongDeletes(
  client: KubeClient,
  requests: readonly SeenRequest[],
  { gone }: Scenario,
): Promise<readonly string[]> {
  const expected = new Set(await Promise.all(gone.map((object) => pathOf(client, object))));
  return requests.flatMap(({ kind, path, forwarded }) =>
    kind === 'delete' && forwarded > 0 && !expected.has(path) ? [`DELETE ${path}`] : [],
  );
}

async function pathOf(client: KubeClient, object: KubernetesObject): Promise<string> {
  return objectPath(await client.resource(gvkOf(object)), keyOf(object));
}

/** So that what is read as one list of all kinds does not grow with the number of scenarios. */
export async function removeDefinition(client: KubeClient, { definition }: Scenario): Promise<void> {
  await client.delete(await client.resource(gvkOf(definition)), keyOf(definition));
}

/** A fault for the first try of each request that is chosen, and none for repeats of it. */
export function once(
  fault: Fault,
  chosen: (request: SeenRequest, index: number) => boolean,
): (request: SeenRequest) => Fault | undefined {
  const known = new Set<string>();
  return (request) => {
    // A watch that goes on says from where, and until when.
    const id = `${request.method} ${request.path.replaceAll(/&(resourceVersion|timeoutSeconds)=\d+/g, '')}`;
    if (known.has(id)) return undefined;
    known.add(id);
    return chosen(request, known.size) ? fault : undefined;
  };
}
