/** An environment that is held by watches, as the agent holds it, with everything in view of a test. */
import { onTestFinished, vi } from 'vitest';
import { type ApplyResult, applyPlan, runToEnd } from '../../lib/apply/index.ts';
import { applicationsOf, type Program } from '../../lib/apply/testing/engine.ts';
import { isAtLeast, type KubeClient } from '../../lib/kube/index.ts';
import {
  type DesiredApplication,
  formatKey,
  gvkOf,
  type KubernetesObject,
  keyOf,
} from '../../lib/objects/index.ts';
import { ClusterView } from '../../lib/observe/index.ts';
import { type Plan, type PlanOptions, planApplications } from '../../lib/plan/index.ts';

export interface Released {
  readonly plan: Plan;
  readonly result: ApplyResult;
  /** Requests by verb, of planning alone. */
  readonly planning: Readonly<Record<string, number>>;
}

export class Watched {
  readonly client: KubeClient;
  readonly environment: string;
  readonly view: ClusterView;
  /** Names of objects that the view reported, in order. */
  readonly unsettled: string[] = [];

  constructor(client: KubeClient, environment: string) {
    this.client = client;
    this.environment = environment;
    const stop = new AbortController();
    this.view = new ClusterView(client, {
      environment,
      signal: stop.signal,
      onUnsettled: (name) => this.unsettled.push(name),
    });
    const { view } = this;
    const reading = (async () => {
      for await (const _event of view);
    })();
    onTestFinished(async () => {
      stop.abort();
      await reading;
    });
  }

  /** Makes a program what shall be there. */
  async expect(program: Program): Promise<readonly DesiredApplication[]> {
    const applications = applicationsOf(program);
    this.view.expect(applications);
    await this.view.follow();
    await this.view.whenRead(new AbortController().signal);
    return applications;
  }

  plan(applications: readonly DesiredApplication[], options: PlanOptions = {}): Promise<Plan> {
    const { client, environment, view } = this;
    return planApplications({ client, applications, scope: { environment }, live: view, options });
  }

  /** Plans a program from memory, and applies it. */
  async release(program: Program, options: PlanOptions = {}): Promise<Released> {
    const applications = await this.expect(program);
    const before = this.client.requests.byVerb;
    const plan = await this.plan(applications, options);
    const planning = Object.fromEntries(
      Object.entries(this.client.requests.byVerb)
        .map(([verb, count]) => [verb, count - (before[verb] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    );
    const result = await this.apply(plan, applications);
    await this.view.follow();
    await this.view.whenRead(new AbortController().signal);
    return { plan, result, planning };
  }

  async apply(plan: Plan, applications: readonly DesiredApplication[]): Promise<ApplyResult> {
    const { client, view } = this;
    view.accept(plan.changes);
    const approvals = plan.refusals.map(({ code }) => ({ code }));
    const events = applyPlan({ client, plan, applications, options: { wait: false, approvals } });
    return await runToEnd(noting(events, view));
  }

  /** Resolves when the view knows what the server has of some objects, or something newer. */
  async caughtUp(objects: readonly KubernetesObject[]): Promise<void> {
    for (const object of objects) {
      const resource = await this.client.resource(gvkOf(object));
      const there = await this.client.getMetadata(resource, keyOf(object));
      const isOurs = there?.metadata.labels?.['truekeel.dev/application'] !== undefined;
      const resourceVersion = isOurs ? there?.metadata.resourceVersion : undefined;
      await vi.waitFor(
        () => {
          const known = this.view.live(formatKey(keyOf(object)))?.resourceVersion;
          const isNew =
            known === undefined || resourceVersion === undefined
              ? known === resourceVersion
              : isAtLeast(known, resourceVersion);
          if (!isNew)
            throw new Error(
              `${formatKey(keyOf(object))} is known as ${known}, and is ${JSON.stringify(there?.metadata)}`,
            );
        },
        { timeout: 20_000, interval: 5 },
      );
    }
  }
}

async function* noting(events: ReturnType<typeof applyPlan>, view: ClusterView) {
  for await (const event of events) {
    if (event.type === 'written' && event.live) view.wrote(event.live);
    yield event;
  }
}

/** What two plans of the same situation have to have in common. */
export function essenceOf(plan: Plan): object {
  const active = plan.changes.filter(({ action }) => action !== 'none');
  const names = new Set(active.map(({ key }) => formatKey(key)));
  return {
    digest: plan.digest,
    counts: plan.counts,
    changes: active.map(({ application, key, action, because, conflicts, effects, live }) => ({
      application,
      key: formatKey(key),
      action,
      because,
      conflicts,
      effects,
      uid: live?.uid,
    })),
    edges: plan.edges
      .map(({ from, to, until }) => ({ from: formatKey(from), to: formatKey(to), until }))
      .filter(({ from }) => names.has(from))
      .map(({ from, to, until }) => `${from} → ${to} ${until}`)
      .sort(),
    // A plan with errors narrows no inventory.
    inventories: plan.errors.length === 0 && plan.inventories,
    refusals: plan.refusals,
    errors: plan.errors.map(({ code, message }) => ({ code, message })),
  };
}
