import { connect, type KubeClient } from '../kube/index.ts';
import type {
  DependencyEdge,
  KubernetesObject,
  RenderedApplication,
  RenderedObject,
  SettingProblem,
} from '../objects/index.ts';
import {
  Annotation,
  canonicalJson,
  digestOf,
  formatKey,
  type JsonObject,
  keyOf,
  objectPath,
  readAfter,
  settingsOf,
  TruekeelError,
  TruekeelErrors,
  withHooks,
} from '../objects/index.ts';
import type { PlanOptions } from '../plan/index.ts';
import { desiredFromRendered, planApplications } from '../plan/index.ts';
import type { ApplyOptions } from './apply-plan.ts';
import { applyPlan, runToEnd } from './apply-plan.ts';
import type { ApplyEvent, ApplyResult } from './events.ts';

export interface ApplyObjectsRequest {
  /** A client; or the path of a kubeconfig, or neither for the one that `kubectl` would take. */
  readonly client?: KubeClient;
  readonly kubeconfig?: string;
  readonly context?: string;
  /** Name of the application that owns the objects: what it owned before and is not among them is deleted. */
  readonly application: string;
  readonly objects: readonly KubernetesObject[];
  readonly environment?: string;
  readonly plan?: PlanOptions;
  readonly apply?: ApplyOptions;
  /** Sees what happens. */
  readonly onEvent?: (event: ApplyEvent) => void;
}

/** Makes the cluster have some objects, as one application: plans, applies, waits. For programs that want the engine
 * and nothing else:
 *
 * ```ts
 * import { applyObjects } from 'truekeel/apply';
 * const result = await applyObjects({ application: 'web', objects: [configMap, deployment] });
 * ```
 *
 * @throws TruekeelErrors `INVALID_SETTING`, for all annotations that cannot be
 * @throws TruekeelError when nothing could be planned, or a guard refuses; errors of single objects are in the result */
export async function applyObjects(request: ApplyObjectsRequest): Promise<ApplyResult> {
  const { kubeconfig, context } = request;
  const client = request.client ?? (await connect({ kubeconfig, context }));
  try {
    const wrong: TruekeelError[] = [];
    const application = renderedApplication(request, (error) => wrong.push(error));
    if (wrong.length > 0) throw new TruekeelErrors(wrong[0]!.message, wrong);
    const applications = [desiredFromRendered(application)];
    const scope = request.environment === undefined ? {} : { environment: request.environment };
    const approvals = request.plan?.approvals ?? request.apply?.approvals ?? [];
    const plan = await planApplications({
      client,
      applications,
      scope,
      options: { ...request.plan, approvals },
    });
    return await runToEnd(
      observed(
        applyPlan({ client, plan, applications, options: { ...request.apply, approvals } }),
        request.onEvent,
      ),
    );
  } finally {
    if (!request.client) await client.close();
  }
}

async function* observed(
  events: AsyncIterable<ApplyEvent>,
  onEvent: ((event: ApplyEvent) => void) | undefined,
): AsyncGenerator<ApplyEvent> {
  for await (const event of events) {
    onEvent?.(event);
    yield event;
  }
}

function renderedApplication(
  { application, objects }: ApplyObjectsRequest,
  report: (error: TruekeelError) => void,
): RenderedApplication {
  const edges = objects.flatMap((object): readonly DependencyEdge[] => {
    const { keys, wrong } = readAfter(object);
    for (const value of wrong)
      report(invalidSetting(object, { annotation: Annotation.after, value, allowed: KEYS }));
    return keys.map((to) => ({ from: keyOf(object), to, until: 'ready' }));
  });
  const all = objects.map((object) => rendered(application, object, report));
  return {
    name: application,
    dependsOn: [],
    edges,
    objects: withHooks(all, edges, ({ object }, problem) => report(invalidSetting(object, problem))),
  };
}

const KEYS = 'keys such as "ConfigMap web/settings, Deployment.apps web/api"';

function rendered(
  application: string,
  object: KubernetesObject,
  report: (error: TruekeelError) => void,
): RenderedObject {
  const key = keyOf(object);
  const json = canonicalJson(object as JsonObject);
  return {
    key,
    apiVersion: object.apiVersion,
    digest: digestOf(json),
    settings: settingsOf(object, {}, (problem) => report(invalidSetting(object, problem))),
    path: objectPath(application, key),
    object,
    yaml: json, // JSON is YAML
  };
}

function invalidSetting(
  object: KubernetesObject,
  { annotation, value, allowed }: SettingProblem,
): TruekeelError {
  return new TruekeelError(`${formatKey(keyOf(object))}: ${annotation} cannot be "${value}"`, {
    code: 'INVALID_SETTING',
    family: 'validation',
    key: keyOf(object),
    hint: `It may be ${allowed}.`,
  });
}
