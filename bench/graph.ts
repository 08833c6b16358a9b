/** The order of things at growing sizes: finding edges, ordering them with cycles found, laying out tasks, making the
 * scheduler ready. There is no peer for this; beside it stands what cannot be done without: Kahn's topological sort of the very same graph, over arrays of integers.
 *
 *     node bench/graph.ts [--objects 100000] [--rounds 5] */
import { AdaptiveLimit } from '../lib/apply/concurrency.ts';
import type { RunContext } from '../lib/apply/run.ts';
import { Scheduler } from '../lib/apply/scheduler.ts';
import { taskGraph } from '../lib/apply/task-graph.ts';
import type { DependencyEdge, DesiredApplication, KubernetesObject } from '../lib/objects/index.ts';
import { DEFAULT_SETTINGS, digestOf, keyOf } from '../lib/objects/index.ts';
import { findEdges } from '../lib/plan/edges/index.ts';
import { KeyIndex, type PlannedChange } from '../lib/plan/index.ts';
import { orderObjects } from '../lib/plan/order-objects.ts';
import { median, report, settingsFrom } from './harness.ts';

const settings = settingsFrom(process.argv.slice(2), { objects: 100_000, rounds: 5 });

await report('graph', settings, async (progress) => {
  const sizes = [settings.objects / 100, settings.objects / 10, settings.objects].map(Math.ceil);
  const results: object[] = [];
  for (const size of sizes) {
    progress(`${size} objects: one round to warm up and ${settings.rounds} to measure`);
    const input = program(size);
    const rounds = Array.from({ length: settings.rounds + 1 }, () => measure(input)).slice(1);
    results.push(summary(rounds));
  }
  return {
    target: '100,000 objects and 300,000 edges under 1000 ms in all, growing with the number of objects',
    sizes: results,
  };
});

interface Program {
  readonly applications: readonly DesiredApplication[];
  readonly sources: readonly {
    readonly key: DesiredApplication['objects'][number]['key'];
    readonly object: KubernetesObject;
  }[];
}

interface Round {
  readonly objects: number;
  readonly edges: number;
  readonly findMs: number;
  readonly orderMs: number;
  readonly tasksMs: number;
  readonly schedulerMs: number;
  readonly cpuMs: number;
  /** By the clock, also while other processes had the processor. */
  readonly totalMs: number;
  /** Kahn's algorithm alone. */
  readonly kahnMs: number;
}

/** Units of ten objects that refer to each other, in applications of a thousand; every application depends on the one
 * before, every object on one or two earlier ones of its application. */
function program(size: number): Program {
  const objects = Array.from({ length: Math.ceil(size / 10) }, (_, index) => unit(index))
    .flat()
    .slice(0, size);
  const sources = objects.map((object) => ({ key: keyOf(object), object }));
  const applications: DesiredApplication[] = [];
  for (let first = 0; first < sources.length; first += 1000) {
    const own = sources.slice(first, first + 1000);
    const name = `application-${applications.length}`;
    applications.push({
      name,
      dependsOn: applications.length === 0 ? [] : [`application-${applications.length - 1}`],
      edges: own.flatMap(({ key: from }, index): DependencyEdge[] =>
        [10, ...(index % 3 === 0 ? [] : [30])].flatMap((distance) =>
          index < distance ? [] : [{ from, to: own[index - distance]!.key, until: 'ready' }],
        ),
      ),
      objects: own.map(({ key, object: { apiVersion } }, index) => ({
        key,
        apiVersion,
        digest: digestOf(key.name),
        settings: DEFAULT_SETTINGS,
        path: `${name}/${index}.yaml`,
        constructPath: `${name}/${index}`,
      })),
      load: async () => [],
    });
  }
  return { applications, sources };
}

function unit(index: number): readonly KubernetesObject[] {
  const namespace = `namespace-${Math.floor(index / 100)}`;
  const name = (what: string) => `${what}-${index}`;
  const make = (apiVersion: string, kind: string, what: string, more: object = {}): KubernetesObject => ({
    apiVersion,
    kind,
    metadata: { namespace, name: name(what) },
    ...more,
  });
  const container = {
    name: 'main',
    envFrom: [{ configMapRef: { name: name('settings') } }, { secretRef: { name: name('credentials') } }],
  };
  const rbac = 'rbac.authorization.k8s.io';
  return [
    index % 100 === 0
      ? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
      : make('v1', 'ConfigMap', 'more'),
    make('v1', 'ServiceAccount', 'account'),
    make('v1', 'ConfigMap', 'settings', { data: {} }),
    make('v1', 'Secret', 'credentials'),
    make(`${rbac}/v1`, 'Role', 'role'),
    make(`${rbac}/v1`, 'RoleBinding', 'binding', {
      roleRef: { apiGroup: rbac, kind: 'Role', name: name('role') },
      subjects: [{ kind: 'ServiceAccount', name: name('account') }],
    }),
    make('apps/v1', 'Deployment', 'web', {
      spec: {
        template: {
          metadata: { labels: { app: name('web') } },
          spec: { serviceAccountName: name('account'), containers: [container] },
        },
      },
    }),
    make('v1', 'Service', 'web', { spec: { selector: { app: name('web') } } }),
    make('networking.k8s.io/v1', 'Ingress', 'web', {
      spec: { rules: [{ http: { paths: [{ backend: { service: { name: name('web') } } }] } }] },
    }),
    make('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
      spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: name('web') } },
    }),
  ];
}

function measure({ applications, sources }: Program): Round {
  const lap = stopwatch();
  const objects = new KeyIndex();
  for (const { objects: own } of applications) for (const { key } of own) objects.add(key);
  const found = findEdges(sources, objects);
  const find = lap();
  const { edges } = orderObjects({
    objects,
    declared: applications.flatMap((application) => application.edges),
    found,
    applications,
    isNew: () => true,
    describe: String,
  });
  const order = lap();
  const context = contextOf(applications, edges);
  lap();
  const graph = taskGraph(context);
  const tasks = lap();
  const observer = { failed: () => {}, skipped: () => {}, stopped: () => {} };
  new Scheduler(graph.tasks, graph.edges, new AdaptiveLimit(), observer).stop();
  const scheduler = lap();
  const laps = [find, order, tasks, scheduler];
  const sum = (of: keyof Lap) => laps.reduce((total, lap) => total + lap[of], 0);
  return {
    objects: objects.size,
    edges: edges.length,
    findMs: find.cpuMs,
    orderMs: order.cpuMs,
    tasksMs: tasks.cpuMs,
    schedulerMs: scheduler.cpuMs,
    cpuMs: sum('cpuMs'),
    totalMs: sum('wallMs'),
    kahnMs: kahn(objects, edges),
  };
}

interface Lap {
  /** Of this thread alone: the collector's threads, and other processes, do not count. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** @returns tells what has passed since it was asked last, or made */
function stopwatch(): () => Lap {
  let cpu = process.threadCpuUsage();
  let wall = performance.now();
  return () => {
    const { user, system } = process.threadCpuUsage(cpu);
    const wallMs = performance.now() - wall;
    cpu = process.threadCpuUsage();
    wall = performance.now();
    return { cpuMs: (user + system) / 1000, wallMs };
  };
}

/** Every object is created; every application has an inventory in the first namespace. */
function contextOf(
  applications: readonly DesiredApplication[],
  edges: readonly DependencyEdge[],
): RunContext {
  const changes = applications.flatMap(({ name, objects }) =>
    objects.map(
      (desired): PlannedChange => ({
        application: name,
        key: desired.key,
        apiVersion: desired.apiVersion,
        action: 'create',
        because: '',
        changes: [],
        effects: [],
        conflicts: [],
        desired,
      }),
    ),
  );
  const scope = { kinds: [], namespaces: [] };
  const inventories = applications.map(({ name, objects }) => ({
    application: name,
    namespace: objects[1]?.key.namespace ?? 'default',
    name,
    id: name,
    ids: [name],
    recorded: scope,
    intended: scope,
    superseded: [],
    leaving: false,
  }));
  // What lays tasks out needs nothing of the cluster.
  return {
    plan: { changes, edges, inventories, errors: [], formerEdges: [] },
    applications: new Map(applications.map((application) => [application.name, application])),
    inventories: new Map(inventories.map((inventory) => [inventory.application, inventory])),
    inventoryWriter: { mustWiden: () => true },
    wait: true,
  } as unknown as RunContext;
}

/** @returns how long the sort took, without putting the graph into arrays */
function kahn(objects: KeyIndex, edges: readonly DependencyEdge[]): number {
  const { size } = objects;
  const from = Uint32Array.from(edges, (edge) => objects.find(edge.from)!);
  const to = Uint32Array.from(edges, (edge) => objects.find(edge.to)!);
  const lap = stopwatch();
  const unmet = new Uint32Array(size);
  const starts = new Uint32Array(size + 1);
  for (let edge = 0; edge < from.length; edge += 1) {
    unmet[from[edge]!]! += 1;
    starts[to[edge]! + 1]! += 1;
  }
  for (let node = 0; node < size; node += 1) starts[node + 1]! += starts[node]!;
  const next = starts.slice();
  const dependents = new Uint32Array(from.length);
  for (let edge = 0; edge < from.length; edge += 1) dependents[next[to[edge]!]!++] = from[edge]!;
  const order = new Uint32Array(size);
  let length = 0;
  for (let node = 0; node < size; node += 1) if (unmet[node] === 0) order[length++] = node;
  for (let taken = 0; taken < length; taken += 1) {
    const node = order[taken]!;
    for (let at = starts[node]!; at < starts[node + 1]!; at += 1) {
      unmet[dependents[at]!]! -= 1;
      if (unmet[dependents[at]!] === 0) order[length++] = dependents[at]!;
    }
  }
  const { cpuMs } = lap();
  if (length !== size) throw new Error(`${size - length} objects are in cycles`);
  return cpuMs;
}

function summary(rounds: readonly Round[]): object {
  const middle = (name: keyof Round) => Math.round(median(rounds.map((round) => round[name])) * 10) / 10;
  const [cpuMs, kahnMs, objects] = [middle('cpuMs'), middle('kahnMs'), middle('objects')];
  return {
    objects,
    edges: middle('edges'),
    totalMs: middle('totalMs'),
    cpuMs,
    cpuMicrosecondsPerObject: Math.round((cpuMs / objects) * 10_000) / 10,
    findMs: middle('findMs'),
    orderMs: middle('orderMs'),
    tasksMs: middle('tasksMs'),
    schedulerMs: middle('schedulerMs'),
    kahnMs,
    timesKahn: Math.round((cpuMs / kahnMs) * 10) / 10,
  };
}
