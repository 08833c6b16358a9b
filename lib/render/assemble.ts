/** Judges what was collected and makes the desired state of it. Trusts nothing but that its input is JSON, as
 * the process that collected it ran code of users. */

import {
  type RenderedEnvironment,
  type RenderedObject,
  type TruekeelError,
  TruekeelErrors,
} from '../objects/index.ts';
import { byName, notificationsOf, renderApplication, unchangedApplication } from './application.ts';
import { checkEnvironment, checkEnvironments } from './check-collected.ts';
import { asJudged } from './judged.ts';
import { type ApplicationFacts, Division, factsOf, type KeptApplications } from './kept.ts';
import { isEnvelope, type ObjectRules } from './object.ts';
import { errorOf, formatPlace, Problems } from './problems.ts';
import { scopesOf } from './scope.ts';
import type { Collected, CollectedApplication, CollectedEnvironment, Place } from './tree/index.ts';
import { Validated, validate } from './validated.ts';
import type { PolicyJudge, Validator, Verdict } from './verdict.ts';

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

function renderEnvironment(
  environment: CollectedEnvironment,
  options: AssembleOptions,
  problems: Problems,
): Assembled {
  checkEnvironment(environment, problems);
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
  validate(environment, asked, {
    validator: options.validate,
    keeps: options.kept !== undefined,
    problems,
    unchanged,
    validated,
  });
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
    ...(environment.previews && { previews: environment.previews }),
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

function take({ errors, warnings }: Verdict, { onWarning }: AssembleOptions, problems: Problems): void {
  for (const error of errors) problems.addError(error);
  if (onWarning) for (const warning of warnings) onWarning(warning);
}
