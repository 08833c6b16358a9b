/** Judges what was collected and makes the desired state of it. Trusts nothing but that its input is JSON, as
 * the process that collected it ran code of users. */

import { joinGroupKind } from '../health/expressions/index.ts';
import {
  compareText,
  type DependencyEdge,
  formatKey,
  KUBERNETES_VERSIONS,
  kubernetesMinor,
  type ObjectKey,
  type PolicyRecord,
  type RenderedApplication,
  type RenderedEnvironment,
  type RenderedObject,
  readAfter,
  type TruekeelError,
  TruekeelErrors,
  withHooks,
} from '../objects/index.ts';
import { aboutOf } from './about.ts';
import { findCycle } from './cycles.ts';
import { checkGates } from './gates.ts';
import { checkHealthRules, healthRulesOf } from './health-rules.ts';
import { asJudged } from './judged.ts';
import { labelProblem } from './name-rules.ts';
import { checkNotifications } from './notifications.ts';
import { isEnvelope, type ObjectRules, renderObject } from './object.ts';
import { errorOf, formatPlace, Problems } from './problems.ts';
import { scopesOf } from './scope.ts';
import type { Collected, CollectedApplication, CollectedEnvironment } from './tree/index.ts';

export interface AssembleOptions {
  /** The project of a program whose App does not name one. */
  readonly project?: string;
  /** Take Secrets with plain values. Never for what goes to Git. */
  readonly allowPlainSecrets?: boolean;
  /** For namespaced objects without a namespace. Where it is absent that is an error, but for charts of a plain
   * cdk8s program, which go to `default` as kubectl would send them. */
  readonly defaultNamespace?: string;
  /** Judges the objects of each environment by what Kubernetes knows of their kinds. */
  readonly validate?: Validator;
  /** Judges each environment by its policies. */
  readonly judge?: PolicyJudge;
  /** Told of what is not wrong enough to be an error. */
  readonly onWarning?: (warning: TruekeelError) => void;
}

export interface Verdict {
  readonly errors: readonly TruekeelError[];
  readonly warnings: readonly TruekeelError[];
}

export interface PolicyVerdict extends Verdict {
  /** Absent where there are no policies. */
  readonly record?: PolicyRecord;
}

export type PolicyJudge = (
  environment: CollectedEnvironment,
  applications: readonly RenderedApplication[],
) => PolicyVerdict;

interface ValidatorOptions {
  /** Minor version of the environment's Kubernetes; the newest that is known when absent. */
  readonly minor?: number;
  readonly refuseUnknownKinds?: boolean;
}

export type Validator = (objects: readonly RenderedObject[], options: ValidatorOptions) => Verdict;

/** Makes the environments, sorted: applications by name, objects by path.
 * @throws TruekeelErrors with everything that is wrong, in the collecting and here */
export function assemble(
  collected: Collected,
  options: AssembleOptions = {},
): readonly RenderedEnvironment[] {
  const problems = new Problems();
  const environments = collected.environments.map((environment) =>
    renderEnvironment(environment, options, problems),
  );
  checkEnvironments(collected.environments, problems);
  const found = collected.problems.map(errorOf);
  const isWarning = (index: number) => collected.problems[index]?.isWarning === true;
  const warnings = found.filter((_error, index) => isWarning(index));
  take({ errors: [], warnings }, options, problems);
  const errors = [...found.filter((_error, index) => !isWarning(index)), ...problems.errors];
  if (errors.length > 0) {
    const text = errors.map((error) => `${formatPlace(error)}${error.message}`);
    throw new TruekeelErrors(
      errors.length === 1 ? text.join() : `${errors.length} errors:\n${text.join('\n')}`,
      errors,
    );
  }
  return environments;
}

function checkEnvironments(environments: readonly CollectedEnvironment[], problems: Problems): void {
  const names = new Map<string, CollectedEnvironment>();
  for (const environment of environments) {
    const { name } = environment;
    const problem = labelProblem(name);
    if (problem !== undefined) {
      problems.add(environment, { code: 'INVALID_NAME', message: `environment name "${name}" ${problem}` });
    }
    if (names.has(name)) {
      problems.add(environment, {
        code: 'DUPLICATE_ENVIRONMENT',
        message: environment.declared
          ? `there are two environments named "${name}"`
          : `charts stand outside any Environment, while one is named "${name}"`,
      });
    }
    names.set(name, environment);
  }
  for (const environment of environments) {
    for (const other of environment.promotesFrom.filter((from) => !names.has(from))) {
      problems.add(environment, {
        code: 'UNKNOWN_ENVIRONMENT',
        message: `environment ${environment.name} promotes from ${other}, which is not in the program`,
      });
    }
  }
}

function renderEnvironment(
  environment: CollectedEnvironment,
  options: AssembleOptions,
  problems: Problems,
): RenderedEnvironment {
  checkApplications(environment, problems);
  checkHealthRules(environment, 'environment', problems);
  checkGates(environment, problems);
  checkNotifications(environment, `environment ${environment.name}`, problems);
  checkOnFailure(environment, `environment ${environment.name}`, problems);
  const objects = environment.applications.flatMap((application) => application.objects);
  const rules: ObjectRules = {
    scopeOf: scopesOf(objects.flatMap(({ object }) => (isEnvelope(object) ? [object] : []))),
    allowPlainSecrets: options.allowPlainSecrets ?? false,
    defaultNamespace: options.defaultNamespace ?? (environment.declared ? undefined : 'default'),
  };
  const owners = new Map<string, RenderedObject>();
  const applications = environment.applications
    .map((application) => renderApplication(application, { environment, rules, owners, problems }))
    .sort((a, b) => compareText(a.name, b.name));
  const asked = asJudged(applications);
  validate(environment, asked, options, problems);
  const judged = options.judge?.(environment, asked);
  if (judged) take(judged, options, problems);
  const project = environment.project ?? options.project;
  return {
    name: environment.name,
    ...(project !== undefined && { project }),
    branch: environment.branch ?? `rendered/${environment.name}`,
    cluster: environment.cluster,
    promotesFrom: environment.promotesFrom,
    ...(environment.gates && environment.gates.length > 0 && { gates: environment.gates }),
    ...notificationsOf(environment),
    ...(judged?.record && { policies: judged.record }),
    applications,
  };
}

function validate(
  environment: CollectedEnvironment,
  applications: readonly RenderedApplication[],
  options: AssembleOptions,
  problems: Problems,
): void {
  const { kubernetesVersion, refuseUnknownKinds = false } = environment;
  const minor = kubernetesVersion === undefined ? undefined : kubernetesMinor(kubernetesVersion);
  if (kubernetesVersion !== undefined && minor === undefined) {
    problems.add(environment, {
      code: 'UNKNOWN_KUBERNETES_VERSION',
      message: `kubernetesVersion of environment ${environment.name} is ${JSON.stringify(kubernetesVersion)}`,
      hint: `It can be ${KUBERNETES_VERSIONS}.`,
    });
    return;
  }
  const verdict = options.validate?.(
    applications.flatMap(({ objects }) => objects),
    { ...(minor !== undefined && { minor }), refuseUnknownKinds },
  );
  if (verdict) take(verdict, options, problems);
}

function take({ errors, warnings }: Verdict, { onWarning }: AssembleOptions, problems: Problems): void {
  for (const error of errors) problems.addError(error);
  if (onWarning) for (const warning of warnings) onWarning(warning);
}

function checkApplications(environment: CollectedEnvironment, problems: Problems): void {
  const byName = new Map<string, CollectedApplication>();
  for (const application of environment.applications) {
    const problem = labelProblem(application.name);
    if (problem !== undefined) {
      problems.add(application, {
        code: 'INVALID_NAME',
        message: `application name "${application.name}" ${problem}`,
      });
    }
    const other = byName.get(application.name);
    if (other) {
      problems.add(application, {
        code: 'DUPLICATE_APPLICATION',
        message: `${application.constructPath} and ${other.constructPath} are both application ${application.name} of environment ${environment.name}`,
        hint: 'Give one of them another id.',
      });
    }
    byName.set(application.name, application);
    checkTimeouts(application, problems);
    checkOnFailure(application, `application ${application.name}`, problems);
    checkNotifications(application, `application ${application.name}`, problems);
  }
  const cycle = findCycle(byName.keys(), (name) => byName.get(name)?.dependsOn ?? []);
  if (cycle) {
    problems.add(byName.get(cycle[0] ?? '') ?? environment, {
      code: 'DEPENDENCY_CYCLE',
      message: `applications of environment ${environment.name} wait for each other: ${cycle.join(' → ')}`,
      hint: 'Remove one of these dependencies (addDependency, or the annotation truekeel.dev/after).',
    });
  }
}

function checkTimeouts(application: CollectedApplication, problems: Problems): void {
  for (const name of ['waitTimeoutMs', 'noProgressTimeoutMs'] as const) {
    const value: unknown = application.settings[name];
    if (value === undefined || (typeof value === 'number' && value > 0)) continue;
    problems.add(application, {
      code: 'INVALID_SETTING',
      message: `${name} of application ${application.name} is ${value}`,
      hint: 'It can be any duration but zero.',
    });
  }
}

function checkOnFailure(
  giver: Pick<CollectedApplication, 'onFailure' | 'constructPath' | 'source'>,
  what: string,
  problems: Problems,
): void {
  const { onFailure } = giver;
  if (onFailure === undefined || onFailure === 'stop' || onFailure === 'roll-back') return;
  problems.add(giver, {
    code: 'INVALID_SETTING',
    message: `onFailure of ${what} is ${JSON.stringify(onFailure)}`,
    hint: 'It can be OnFailure.STOP or OnFailure.ROLL_BACK.',
  });
}

interface Rendering {
  readonly environment: CollectedEnvironment;
  readonly rules: ObjectRules;
  /** Who made each object, by key. */
  readonly owners: Map<string, RenderedObject>;
  readonly problems: Problems;
}

function renderApplication(
  application: CollectedApplication,
  { environment, rules, owners, problems }: Rendering,
): RenderedApplication {
  checkHealthRules(application, 'application', problems);
  const rendered = application.objects.map((object) => {
    const made = renderObject(object, application, rules, problems);
    if (!made) return undefined;
    const key = formatKey(made.key);
    const other = owners.get(key);
    if (other) {
      problems.add(object, {
        code: 'DUPLICATE_KEY',
        key: made.key,
        message: `${key} is made twice: by ${nameOf(other)} and by ${nameOf(made)}`,
        hint: 'Give one of them another name or namespace, or remove it.',
      });
    }
    owners.set(key, made);
    return made;
  });
  const objects = rendered.filter((object) => object !== undefined);
  const kinds = new Set(objects.map(({ key }) => joinGroupKind(key.group, key.kind)));
  const health = healthRulesOf(application.health, environment.health, kinds);
  const edges = edgesOf(application, rendered, problems);
  const hooked = withHooks(objects, edges, (object, { annotation, value, allowed }) =>
    problems.add(object, {
      code: 'INVALID_SETTING',
      key: object.key,
      message: `${annotation} of ${formatKey(object.key)} is "${value}"`,
      hint: `It can be ${allowed}.`,
    }),
  );
  return {
    name: application.name,
    ...aboutOf(application, problems),
    dependsOn: [...application.dependsOn].sort(),
    edges,
    ...(health.length > 0 && { health }),
    ...((application.onFailure ?? environment.onFailure) === 'roll-back' && { onFailure: 'roll-back' }),
    ...notificationsOf(application),
    objects: [...hooked].sort((a, b) => compareText(a.path, b.path)),
  };
}

function notificationsOf({ notifications = [] }: Pick<CollectedApplication, 'notifications'>) {
  return notifications.length > 0 ? { notifications } : {};
}

function edgesOf(
  application: CollectedApplication,
  rendered: readonly (RenderedObject | undefined)[],
  problems: Problems,
): readonly DependencyEdge[] {
  const edges: DependencyEdge[] = [];
  for (const [from, to] of application.edges) {
    const waiting = rendered[from];
    const awaited = rendered[to];
    if (waiting && awaited) edges.push({ from: waiting.key, to: awaited.key, until: 'ready' });
  }
  const annotated = rendered.flatMap((object, index) => {
    if (!object) return [];
    const { keys, wrong } = readAfter(object.object);
    if (wrong.length > 0) {
      problems.add(application.objects[index] ?? application, {
        code: 'INVALID_SETTING',
        key: object.key,
        message: `truekeel.dev/after of ${formatKey(object.key)} names no objects: ${wrong.join(', ')}`,
        hint: 'Write keys such as "ConfigMap web/settings, Deployment.apps web/api".',
      });
    }
    return keys.map((to): DependencyEdge => ({ from: object.key, to, until: 'ready' }));
  });
  checkCycle(application, [...edges, ...annotated], problems);
  return [...edges, ...annotated].sort((a, b) => compareText(edgeText(a), edgeText(b)));
}

function checkCycle(
  application: CollectedApplication,
  edges: readonly DependencyEdge[],
  problems: Problems,
): void {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const waiting = formatKey(from);
    const known = next.get(waiting);
    if (known) known.push(formatKey(to));
    else next.set(waiting, [formatKey(to)]);
  }
  const cycle = findCycle(next.keys(), (key) => next.get(key) ?? []);
  if (cycle) {
    problems.add(application, {
      code: 'DEPENDENCY_CYCLE',
      message: `objects of application ${application.name} wait for each other: ${cycle.join(' → ')}`,
      hint: 'Remove one of these dependencies (addDependency, or the annotation truekeel.dev/after).',
    });
  }
}

function edgeText({ from, to }: { readonly from: ObjectKey; readonly to: ObjectKey }): string {
  return `${formatKey(from)}\n${formatKey(to)}`;
}

function nameOf({ constructPath, source }: RenderedObject): string {
  const place = source && `${source.file}:${source.line}`;
  if (constructPath === undefined) return place ?? 'an object';
  return place === undefined ? constructPath : `${constructPath} (${place})`;
}
