/** An embedded cluster in this process, and programs that are planned against it and applied to it. */
import type { IConstruct } from 'constructs';
import type { ApplyResult } from '../../lib/apply/index.ts';
import type { Cluster } from '../../lib/cluster/index.ts';
import type { KubeClient } from '../../lib/kube/index.ts';
import {
  formatKey,
  gvkOf,
  type KubernetesObject,
  type RenderedEnvironment,
  type RenderedObject,
  TruekeelError,
  TruekeelErrors,
} from '../../lib/objects/index.ts';
import { type Action, desiredFromRendered, type Plan, planApplications } from '../../lib/plan/index.ts';
import { closedSecret } from '../../lib/sealed/document/index.ts';
import type { OpenSecret } from '../../lib/sealed/index.ts';
import { render } from './render.ts';
import { Rendered } from './rendered.ts';

export interface ClusterPlanOptions {
  /** Which environment of the program; may be left out when there is one. */
  readonly environment?: string;
}

export interface ClusterApplyOptions extends ClusterPlanOptions {
  /** Whether it is over only when everything is ready. Default: true. */
  readonly wait?: boolean;
}

/** A plan, and what most tests ask about it as lists of keys such as `Deployment.apps shop/web`. */
export interface TestedPlan extends Plan, Readonly<Record<Exclude<Action, 'none'>, readonly string[]>> {
  /** Whose pods are restarted. */
  readonly restarts: readonly string[];
}

/** Starts one that is empty: it has a node, and controllers that make workloads ready. */
export async function startTestCluster(): Promise<TestCluster> {
  const [{ startCluster }, { connectWith }] = await Promise.all([
    import('../../lib/cluster/index.ts'),
    import('../../lib/kube/index.ts'),
  ]);
  // Nobody listens in this process, and certificates take longer to make than most plans.
  const cluster = await startCluster({ tls: false });
  return new TestCluster(cluster, connectWith({ server: cluster.server, token: cluster.token }));
}

/** Ends with `await using`, or {@link TestCluster.stop}. */
export class TestCluster implements AsyncDisposable {
  readonly #cluster: Cluster;
  /** To look into the cluster, or change it as other people would. */
  readonly client: KubeClient;

  constructor(cluster: Cluster, client: KubeClient) {
    this.#cluster = cluster;
    this.client = client;
  }

  /** What applying would do. */
  async plan(what: IConstruct | Rendered, options: ClusterPlanOptions = {}): Promise<TestedPlan> {
    return tested(await this.#plan(environmentOf(what, options)));
  }

  /** Applies, and deletes what the program no longer has.
   * @throws TruekeelErrors with everything that went wrong */
  async apply(what: IConstruct | Rendered, options: ClusterApplyOptions = {}): Promise<ApplyResult> {
    const environment = environmentOf(what, options);
    const plan = await this.#plan(environment);
    const { applyPlan, runToEnd } = await import('../../lib/apply/index.ts');
    const applications = environment.applications.map(desiredFromRendered);
    const result = await runToEnd(
      applyPlan({
        client: this.client,
        plan,
        applications,
        options: { wait: options.wait ?? true, timeoutMs: READY_MS, openSecret },
      }),
    );
    if (result.errors.length === 0) return result;
    throw new TruekeelErrors(result.errors.map(({ message }) => message).join('\n'), result.errors);
  }

  /** The object as it is there; undefined when it is not. */
  async read({ object }: Pick<RenderedObject, 'object'>): Promise<KubernetesObject | undefined> {
    const { namespace = '', name } = object.metadata;
    return this.client.get(await this.client.resource(gvkOf(object)), { namespace, name });
  }

  async stop(): Promise<void> {
    await this.client.close();
    await this.#cluster.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #plan(environment: RenderedEnvironment): Promise<Plan> {
    const { name, project } = environment;
    return planApplications({
      client: this.client,
      applications: environment.applications.map(desiredFromRendered),
      scope: { environment: name, ...(project !== undefined && { project }) },
      options: { openSecret },
    });
  }
}

/** A test has no keys, and needs no values: what is sealed stands in their place. */
const openSecret: OpenSecret = async (sealed) => closedSecret(sealed);

/** The controllers of the embedded cluster take milliseconds. */
const READY_MS = 30_000;

export interface PlanTestOptions extends ClusterPlanOptions {
  /** What is there before; nothing when absent. */
  readonly live?: IConstruct | Rendered;
}

/** What applying a program would do to an embedded cluster that holds another one, or nothing.
 * @throws TruekeelErrors when `live` cannot be applied */
export async function plan(what: IConstruct | Rendered, options: PlanTestOptions = {}): Promise<TestedPlan> {
  await using cluster = await startTestCluster();
  if (options.live) await cluster.apply(options.live, options);
  return await cluster.plan(what, options);
}

/** Applies a program to an embedded cluster that is gone afterwards: everything is accepted and becomes ready.
 * @throws TruekeelErrors with everything that went wrong */
export async function apply(
  what: IConstruct | Rendered,
  options: PlanTestOptions = {},
): Promise<ApplyResult> {
  await using cluster = await startTestCluster();
  if (options.live) await cluster.apply(options.live, options);
  return await cluster.apply(what, options);
}

function environmentOf(
  what: IConstruct | Rendered,
  { environment }: ClusterPlanOptions,
): RenderedEnvironment {
  const rendered = what instanceof Rendered ? what : render(what);
  const { environments } = environment === undefined ? rendered : rendered.environment(environment);
  const [found, ...others] = environments;
  if (found && others.length === 0) return found;
  throw new TruekeelError(found ? 'which environment?' : 'there is no environment', {
    code: 'NO_ENVIRONMENT',
    family: 'usage',
    hint: `Give { environment }: ${environments.map(({ name }) => name).join(', ')}.`,
  });
}

function tested(plan: Plan): TestedPlan {
  const keys = (wanted: Action) =>
    plan.changes.filter(({ action }) => action === wanted).map(({ key }) => formatKey(key));
  return {
    ...plan,
    create: keys('create'),
    change: keys('change'),
    replace: keys('replace'),
    delete: keys('delete'),
    adopt: keys('adopt'),
    detach: keys('detach'),
    restarts: plan.changes
      .filter(({ effects }) => effects.some(({ kind }) => kind === 'restarts-pods'))
      .map(({ key }) => formatKey(key)),
  };
}
