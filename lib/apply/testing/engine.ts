/** What tests of the engine share: one environment on a real API server, and its applications as lists of objects. */
import type { KubeClient } from '../../kube/index.ts';
import type {
  DeleteLimits,
  DependencyEdge,
  DesiredApplication,
  JsonObject,
  KubernetesObject,
  ObjectKey,
  ObjectSettings,
  RenderedObject,
} from '../../objects/index.ts';
import {
  canonicalJson,
  DEFAULT_SETTINGS,
  digestOf,
  formatKey,
  gvkOf,
  keyOf,
  objectPath,
  readVersion,
  withHooks,
} from '../../objects/index.ts';
import type { Plan, PlanOptions } from '../../plan/index.ts';
import { desiredFromRendered, planApplications } from '../../plan/index.ts';
import type { ApplyOptions } from '../apply-plan.ts';
import { applyPlan } from '../apply-plan.ts';
import type { ConcurrencyOptions } from '../concurrency.ts';
import type { ApplyEvent, ApplyResult } from '../events.ts';

interface ApplicationSpec {
  readonly objects: readonly KubernetesObject[];
  readonly dependsOn?: readonly string[];
  readonly edges?: readonly DependencyEdge[];
  readonly deleteLimits?: DeleteLimits;
  /** By key, as `formatKey` writes it. */
  readonly settings?: Readonly<Record<string, Partial<ObjectSettings>>>;
}

export type Program = Readonly<Record<string, ApplicationSpec | readonly KubernetesObject[]>>;

export interface Outcome {
  readonly plan: Plan;
  readonly result: ApplyResult;
  readonly events: readonly ApplyEvent[];
  /** `create ConfigMap web/settings`, for all that was planned to change. */
  readonly actions: readonly string[];
}

export function applicationsOf(program: Program): readonly DesiredApplication[] {
  return Object.entries(program).map(([name, given]) => {
    const spec: ApplicationSpec = 'objects' in given ? given : { objects: given };
    const edges = spec.edges ?? [];
    return desiredFromRendered({
      name,
      dependsOn: spec.dependsOn ?? [],
      ...(spec.deleteLimits && { deleteLimits: spec.deleteLimits }),
      edges,
      objects: hooked(
        edges,
        spec.objects.map((object) => {
          const key = keyOf(object);
          const json = canonicalJson(object as JsonObject);
          const version = readVersion(object, ({ annotation, value }) => {
            throw new Error(`${annotation} of ${formatKey(key)} cannot be ${value}`);
          });
          return {
            key,
            apiVersion: object.apiVersion,
            digest: digestOf(json),
            settings: { ...DEFAULT_SETTINGS, ...spec.settings?.[formatKey(key)] },
            path: objectPath(name, key),
            ...(version && { version }),
            constructPath: `${name}/${key.kind}/${key.name}`,
            source: { file: 'main.ts', line: 1 },
            object,
            yaml: json,
          };
        }),
      ),
    });
  });
}

function hooked(
  edges: readonly DependencyEdge[],
  objects: readonly RenderedObject[],
): readonly RenderedObject[] {
  return withHooks(objects, edges, ({ key }, { annotation, value }) => {
    throw new Error(`${annotation} of ${formatKey(key)} cannot be ${value}`);
  });
}

export type SyncOptions = Omit<PlanOptions, 'concurrency'> &
  Omit<ApplyOptions, 'concurrency'> & {
    /** Writes in flight. */
    readonly writes?: ConcurrencyOptions;
  };

export class Engine {
  readonly client: KubeClient;
  readonly environment: string;

  constructor(client: KubeClient, environment: string) {
    this.client = client;
    this.environment = environment;
  }

  plan(program: Program, options: PlanOptions = {}): Promise<Plan> {
    const scope = { environment: this.environment };
    return planApplications({ client: this.client, applications: applicationsOf(program), scope, options });
  }

  /** Plans and applies. */
  async sync(program: Program, options: SyncOptions = {}): Promise<Outcome> {
    const applications = applicationsOf(program);
    const { client, environment } = this;
    const { writes, ...planOptions } = options;
    const plan = await planApplications({
      client,
      applications,
      scope: { environment },
      options: planOptions,
    });
    const events: ApplyEvent[] = [];
    const given = { timeoutMs: 30_000, ...planOptions, ...(writes && { concurrency: writes }) };
    for await (const event of applyPlan({ client, plan, applications, options: given })) events.push(event);
    const last = events.at(-1);
    if (last?.type !== 'finished') throw new Error('the last event is not "finished"');
    return { plan, result: last.result, events, actions: actionsOf(plan) };
  }

  /** The object as it is, undefined when it is not there. */
  async read(
    object: Pick<KubernetesObject, 'apiVersion' | 'kind' | 'metadata'>,
  ): Promise<KubernetesObject | undefined> {
    const resource = await this.client.resource(gvkOf(object));
    const { namespace = '', name } = object.metadata;
    return this.client.get(resource, { namespace, name });
  }
}

function actionsOf({ changes }: Plan): readonly string[] {
  return changes.flatMap(({ action, key }) => (action === 'none' ? [] : [`${action} ${formatKey(key)}`]));
}

/** The change that a plan has for an object. */
export function changeOf(plan: Plan, object: KubernetesObject) {
  const name = formatKey(keyOf(object));
  const change = plan.changes.find(({ key }) => formatKey(key) === name);
  if (!change) throw new Error(`the plan has nothing about ${name}`);
  return change;
}

export function configMap(
  namespace: string,
  name: string,
  data: Record<string, string> = {},
): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data };
}

export function namespaceObject(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}

const ANYTHING: JsonObject = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The definition of a kind `Widget`, namespaced, in version v1.
 * @param schema of its objects; they may have any field when it is absent */
export function widgetDefinition(group: string, schema = ANYTHING): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { kind: 'Widget', plural: 'widgets', singular: 'widget' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  };
}

export interface DeploymentOptions {
  readonly replicas?: number;
  readonly image?: string;
  readonly annotations?: Record<string, string>;
}

export function deployment(
  namespace: string,
  name: string,
  options: DeploymentOptions = {},
): KubernetesObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name },
    spec: {
      replicas: options.replicas ?? 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, ...(options.annotations && { annotations: options.annotations }) },
        spec: {
          containers: [
            { name: 'web', image: options.image ?? 'example/web:1', ports: [{ containerPort: 8080 }] },
          ],
        },
      },
    },
  };
}

export function edge(
  from: KubernetesObject,
  to: KubernetesObject,
  until: DependencyEdge['until'],
): DependencyEdge {
  return { from: keyOf(from), to: keyOf(to), until };
}

export function keyText(object: KubernetesObject): string {
  return formatKey(keyOf(object));
}

/** Positions of events, to say that one came before another. */
export function indexOfEvent(
  events: readonly ApplyEvent[],
  type: ApplyEvent['type'],
  key: ObjectKey,
): number {
  return events.findIndex(
    (event) => event.type === type && 'key' in event && formatKey(event.key) === formatKey(key),
  );
}

/** Writes an object the way somebody else would: under another field manager, and by force. */
export async function applyAs(client: KubeClient, manager: string, object: KubernetesObject): Promise<void> {
  await client.apply(object, { fieldManager: manager, force: true });
}

/** Changes an object by a merge patch under another field manager; `scale` through the subresource, as autoscalers do. */
export async function patchAs(
  client: KubeClient,
  manager: string,
  object: KubernetesObject,
  patch: JsonObject,
  subresource?: string,
): Promise<void> {
  await client.patch(await client.resource(gvkOf(object)), keyOf(object), patch, {
    type: 'merge',
    fieldManager: manager,
    ...(subresource !== undefined && { subresource }),
  });
}

/** A client that has every apply go through a function, whatever answer is asked for. */
export function withApply(
  client: KubeClient,
  around: <T>(
    send: () => Promise<T>,
    object: KubernetesObject,
    options: Parameters<KubeClient['apply']>[1],
  ) => Promise<T>,
): KubeClient {
  return wrapped(client, {
    apply: (object, options) => around(() => client.apply(object, options), object, options),
    applyForMetadata: (object, options) =>
      around(() => client.applyForMetadata(object, options), object, options),
  });
}

/** A client with some methods replaced: to meddle, to fail, to count. */
export function wrapped(client: KubeClient, methods: Partial<KubeClient>): KubeClient {
  return new Proxy(client, {
    get(target, name) {
      const own = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
