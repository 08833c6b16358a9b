/** Judges what was collected and makes the desired state of it. Trusts nothing but that its input is JSON, as
 * the process that collected it ran code of users. */

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
import {
  type ApplicationFacts,
  Division,
  factsOf,
  type KeptApplication,
  type KeptApplications,
  kindsOf,
  type Unchanged,
} from './kept.ts';
import { labelProblem } from './name-rules.ts';
import { checkNotifications } from './notifications.ts';
import { isEnvelope, type ObjectRules, renderObject } from './object.ts';
import { errorOf, formatPlace, Problems } from './problems.ts';
import { scopesOf } from './scope.ts';
import type { Collected, CollectedApplication, CollectedEnvironment, Place } from './tree/index.ts';

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
  /** What is known from a former run of the program; told of this one. */
  readonly kept?: KeptApplications;
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
  /** Gives the objects that are not judged, as they were before, but may be referred to. */
  readonly elsewhere?: (namespace: string) => readonly RenderedObject[];
  /** Told in which namespaces it looks for what an object refers to. */
  readonly onLookUp?: (object: Pick<RenderedObject, 'key'>, namespace: string) => void;
}

export type Validator = (objects: readonly RenderedObject[], options: ValidatorOptions) => Verdict;

/** Makes the environments, sorted: applications by name, objects by path.
 * @throws TruekeelErrors with everything that is wrong, in the collecting and here */
export function assemble(
  collected: Collected,
  options: AssembleOptions = {},
): readonly RenderedEnvironment[] {
  const problems = new Problems();
  const assembled = collected.environments.map((environment) =>
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
  for (const { environment, facts } of assembled) {
    for (const { made, facts: found } of facts) {
      if (!canBeKept(made, found, collected)) continue;
      options.kept?.assembled(
        environment.name,
        made.name,
        { objects: made.objects, edges: made.edges },
        found,
      );
    }
  }
  return assembled.map(({ environment }) => environment);
}

/** What its constructs say beside their objects is not kept: warnings, and exceptions from policies. */
function canBeKept(
  { constructPath = '' }: CollectedApplication,
  { warnings }: ApplicationFacts,
  { environments, problems }: Collected,
): boolean {
  const isWithin = ({ constructPath: path = '' }: Place) =>
    path === constructPath || path.startsWith(`${constructPath}/`);
  return !(
    problems.some(isWithin) ||
    environments.some(({ exceptions = [] }) => exceptions.some(isWithin)) ||
    // Another time it may be fast enough.
    warnings.some(({ code }) => code === 'VALIDATION_TOO_SLOW')
  );
}

interface Assembled {
  readonly environment: RenderedEnvironment;
  /** Of the applications that were looked at, where they are to be kept. */
  readonly facts: readonly { readonly made: CollectedApplication; readonly facts: ApplicationFacts }[];
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
): Assembled {
  checkApplications(environment, problems);
  checkHealthRules(environment, 'environment', problems);
  checkGates(environment, problems);
  checkNotifications(environment, `environment ${environment.name}`, problems);
  checkOnFailure(environment, `environment ${environment.name}`, problems);
  const division = new Division(environment, options.kept?.of(environment.name) ?? new Map(), {
    isAsked: options.judge !== undefined,
  });
  const objects = division.first.flatMap((application) => application.objects);
  const rules: ObjectRules = {
    scopeOf: scopesOf(objects.flatMap(({ object }) => (isEnvelope(object) ? [object] : []))),
    allowPlainSecrets: options.allowPlainSecrets ?? false,
    defaultNamespace: options.defaultNamespace ?? (environment.declared ? undefined : 'default'),
  };
  const rendering = { environment, rules, owners: new Map<string, RenderedObject>(), problems };
  const render = (application: CollectedApplication) => renderApplication(application, rendering);
  const first = division.first.map(render);
  const { kubernetesVersion, refuseUnknownKinds } = environment;
  const { allowPlainSecrets, defaultNamespace } = rules;
  const context = division.context([
    kubernetesVersion,
    refuseUnknownKinds,
    allowPlainSecrets,
    defaultNamespace,
  ]);
  const others = division.others(context, first);
  const rendered = [...first, ...others.loaded.map(render)].sort(byName);
  const unchanged = others.unchanged.map((one) => ({
    kept: one.kept,
    application: unchangedApplication(one, rendering),
  }));
  const applications = [...rendered, ...unchanged.map(({ application }) => application)].sort(byName);
  const asked = asJudged(rendered);
  const validated = new Validated(rendered);
  validate(environment, asked, { options, problems, unchanged, validated });
  take({ errors: [], warnings: validated.warningsWith(unchanged) }, options, problems);
  // Where it is asked nothing is unchanged, see Division.
  const judged = options.judge?.(environment, asked);
  if (judged) take(judged, options, problems);
  const project = environment.project ?? options.project;
  const content = new Map([...division.first, ...others.loaded].map((one) => [one.name, one]));
  const result = {
    name: environment.name,
    ...(project !== undefined && { project }),
    branch: environment.branch ?? `rendered/${environment.name}`,
    cluster: environment.cluster,
    promotesFrom: environment.promotesFrom,
    ...(environment.gates && environment.gates.length > 0 && { gates: environment.gates }),
    ...notificationsOf(environment),
    ...(judged?.record && { policies: judged.record }),
  };
  if (!options.kept) return { environment: { ...result, applications }, facts: [] };
  const facts = rendered.flatMap((application) => {
    const { reach, warnings } = validated.of(application.name);
    const made = content.get(application.name);
    return made ? [{ made, facts: factsOf(application, context, reach, warnings) }] : [];
  });
  const outputs = new Map(facts.map(({ made, facts: { output } }) => [made.name, output]));
  return {
    environment: {
      ...result,
      applications: applications.map((application) => {
        const output = outputs.get(application.name);
        return output ? { ...application, output } : application;
      }),
    },
    facts,
  };
}

/** As it was, with what its environment and the program say of it now. */
function unchangedApplication(
  { application, kept }: Unchanged,
  rendering: Rendering,
): RenderedApplication & Required<Pick<RenderedApplication, 'output'>> {
  const { environment, problems } = rendering;
  checkHealthRules(application, 'application', problems);
  let objects: readonly RenderedObject[] | undefined;
  return {
    ...outsideOf(application, environment, new Set(kept.kinds), problems),
    edges: kept.edges,
    output: kept.output,
    get objects() {
      // Nothing was wrong with it when it was made of the same.
      const whole = { ...rendering, owners: new Map(), problems: new Problems() };
      objects ??= renderApplication({ ...application, ...kept.load() }, whole).objects;
      return objects;
    },
  };
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return compareText(a.name, b.name);
}

/** What was found out while the applications of an environment were validated. */
class Validated {
  readonly #byKey = new Map<string, string>();
  readonly #found = new Map<string, { readonly reach: Set<string>; readonly warnings: TruekeelError[] }>();
  readonly #warnings: TruekeelError[] = [];

  constructor(applications: readonly RenderedApplication[]) {
    for (const { name, objects } of applications) {
      this.#found.set(name, { reach: new Set(), warnings: [] });
      for (const { key } of objects) this.#byKey.set(formatKey(key), name);
    }
  }

  lookedUp(object: Pick<RenderedObject, 'key'>, namespace: string): void {
    this.of(this.#byKey.get(formatKey(object.key))).reach.add(namespace);
  }

  warned(warning: TruekeelError): void {
    this.#warnings.push(warning);
    this.of(warning.key && this.#byKey.get(formatKey(warning.key))).warnings.push(warning);
  }

  /** All, with those of applications that were not looked at, in the order that they have when all are. */
  warningsWith(unchanged: Validation['unchanged']): readonly TruekeelError[] {
    if (unchanged.length === 0) return this.#warnings;
    const found = [...this.#found].map(([name, { warnings }]) => ({ name, warnings }));
    const kept = unchanged.map(({ application, kept }) => ({
      name: application.name,
      warnings: kept.warnings,
    }));
    return [...found, ...kept].sort(byName).flatMap(({ warnings }) => warnings);
  }

  of(application: string | undefined) {
    return this.#found.get(application ?? '') ?? { reach: new Set<string>(), warnings: [] };
  }
}

interface Validation {
  readonly options: AssembleOptions;
  readonly problems: Problems;
  readonly unchanged: readonly {
    readonly kept: KeptApplication;
    readonly application: RenderedApplication;
  }[];
  readonly validated: Validated;
}

function validate(
  environment: CollectedEnvironment,
  applications: readonly RenderedApplication[],
  { options, problems, unchanged, validated }: Validation,
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
    {
      ...(minor !== undefined && { minor }),
      refuseUnknownKinds,
      ...(options.kept && {
        elsewhere: (namespace) =>
          asJudged(
            unchanged
              .filter(({ kept }) => kept.namespaces.includes(namespace))
              .map(({ application }) => application),
          ).flatMap(({ objects }) => objects),
        onLookUp: (object, namespace) => validated.lookedUp(object, namespace),
      }),
    },
  );
  if (!verdict) return;
  take({ errors: verdict.errors, warnings: [] }, options, problems);
  for (const warning of verdict.warnings) validated.warned(warning);
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
    ...outsideOf(application, environment, kindsOf(objects), problems),
    edges,
    objects: [...hooked].sort((a, b) => compareText(a.path, b.path)),
  };
}

/** What does not depend on the content of its objects. */
function outsideOf(
  application: CollectedApplication,
  environment: CollectedEnvironment,
  kinds: ReadonlySet<string>,
  problems: Problems,
): Omit<RenderedApplication, 'objects' | 'edges' | 'output'> {
  const health = healthRulesOf(application.health, environment.health, kinds);
  return {
    name: application.name,
    ...aboutOf(application, problems),
    dependsOn: [...application.dependsOn].sort(),
    ...(health.length > 0 && { health }),
    ...((application.onFailure ?? environment.onFailure) === 'roll-back' && { onFailure: 'roll-back' }),
    ...notificationsOf(application),
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
