/** Judges an environment by its policies: Truekeel's own rules are carried out here, what the program's found is taken
 * over; then exceptions are made. Pure, but for what it is told of the time. */
import {
  compareText,
  formatKey,
  nearest,
  type PolicyRecord,
  type RecordedException,
  type TruekeelError,
} from '../objects/index.ts';
import type { CollectedEnvironment, CollectedPolicy, Place, PolicyVerdict } from '../render/index.ts';
import type { WithDefaults } from './admission/evaluate.ts';
import { admissionFindings } from './admission/findings.ts';
import { type Exceptions, exceptionsOf } from './exceptions.ts';
import { policyError } from './policy-error.ts';
import type { Finding, JudgedApplication, JudgedObject, Severity } from './rule.ts';
import { STARTER_RULES } from './starter.ts';

/** The name by which a program asks for all rules that Truekeel brings along. */
const STARTER = 'starter';

interface Violation extends Finding {
  readonly policy: string;
  readonly severity: Severity;
}

export interface JudgeOptions {
  /** Milliseconds since 1970, for exceptions that end. */
  readonly now: number;
  /** For admission policies, which see what a server has read. */
  readonly withDefaults?: WithDefaults | undefined;
}

/** @param applications of the environment, as they were rendered */
export function judgePolicies(
  environment: CollectedEnvironment,
  applications: readonly JudgedApplication[],
  { now, withDefaults }: JudgeOptions,
): PolicyVerdict {
  const { policies = [] } = environment;
  const errors: TruekeelError[] = [];
  const warnings: TruekeelError[] = [];
  const severities = severitiesOf(policies, environment, errors);
  const exceptions = exceptionsOf(environment, { policies: severities, now });
  errors.push(...exceptions.errors);
  const admission = admissionFindings(policies, applications, withDefaults);
  errors.push(...admission.failed.map((message) => policyError(message, environment, FAILED)));
  const violations: readonly Violation[] = [
    ...starterViolations(severities, applications),
    ...ownViolations(environment, severities, applications),
    ...admission.findings,
  ];
  for (const violation of violations) {
    if (violation.severity === 'off' || exceptions.permit(violation.policy, pathOf(violation, environment)))
      continue;
    const error = violationError(violation, environment, exceptions);
    (violation.severity === 'error' ? errors : warnings).push(error);
  }
  warnings.push(...exceptions.unused());
  return { errors, warnings, ...(policies.length > 0 && { record: recordOf(severities, exceptions) }) };
}

const FAILED = {
  code: 'POLICY_FAILED',
  hint: 'Correct its expressions: they are those of a ValidatingAdmissionPolicy, and end soon.',
};

function recordOf(severities: ReadonlyMap<string, Severity>, exceptions: Exceptions): PolicyRecord {
  const judgedBy = [...severities].flatMap(([name, severity]) =>
    severity === 'off' ? [] : [{ name, severity }],
  );
  const order = (a: RecordedException, b: RecordedException): number =>
    compareText(a.policy, b.policy) ||
    compareText(a.constructPath, b.constructPath) ||
    compareText(a.expires, b.expires);
  return {
    judgedBy: judgedBy.sort((a, b) => compareText(a.name, b.name)),
    exceptions: [...exceptions.used()].sort(order),
  };
}

/** The severity of each policy that is in force: of a starter rule its own, unless the program says otherwise. */
function severitiesOf(
  policies: readonly CollectedPolicy[],
  environment: CollectedEnvironment,
  errors: TruekeelError[],
): ReadonlyMap<string, Severity> {
  const rules = new Map(STARTER_RULES.map((rule) => [rule.name, rule]));
  const severities = new Map<string, Severity>();
  if (policies.some(({ name, isStarter }) => isStarter && name === STARTER)) {
    for (const { name, severity } of STARTER_RULES) severities.set(name, severity);
  }
  for (const { name, severity, isStarter } of policies) {
    if (isStarter && name === STARTER) continue;
    const rule = rules.get(name);
    if (isStarter && !rule) {
      const guess = nearest(name, new Set(rules.keys()));
      errors.push(
        policyError(`there is no starter policy named ${name}`, environment, {
          code: 'UNKNOWN_POLICY',
          hint: guess === undefined ? `There are ${[...rules.keys()].join(', ')}.` : `Did you mean ${guess}?`,
        }),
      );
      continue;
    }
    severities.set(name, severityOf(severity) ?? (isStarter ? rule!.severity : 'error'));
  }
  return severities;
}

function severityOf(text: string | undefined): Severity | undefined {
  return text === 'error' || text === 'warning' || text === 'off' ? text : undefined;
}

function* starterViolations(
  severities: ReadonlyMap<string, Severity>,
  applications: readonly JudgedApplication[],
): Iterable<Violation> {
  for (const rule of STARTER_RULES) {
    const severity = severities.get(rule.name);
    if (severity === undefined || severity === 'off') continue;
    for (const finding of rule.check({ applications })) yield { ...finding, policy: rule.name, severity };
  }
}

/** What the process of the program says is believed as far as it is text. */
function* ownViolations(
  { findings = [] }: CollectedEnvironment,
  severities: ReadonlyMap<string, Severity>,
  applications: readonly JudgedApplication[],
): Iterable<Violation> {
  if (findings.length === 0) return;
  const objects = new Map<string, JudgedObject>();
  for (const application of applications) {
    for (const object of application.objects) {
      if (object.constructPath !== undefined) objects.set(object.constructPath, object);
    }
  }
  for (const { policy, application, constructPath, message, field, hint, severity } of findings) {
    const object = constructPath === undefined ? undefined : objects.get(constructPath);
    yield {
      policy,
      application,
      message: String(message),
      severity: severityOf(severity) ?? severities.get(policy) ?? 'error',
      ...(object && { object }),
      ...(typeof field === 'string' && { field }),
      ...(typeof hint === 'string' && { hint }),
    };
  }
}

function pathOf({ object, application }: Violation, environment: CollectedEnvironment): string {
  return object?.constructPath ?? placeOfApplication(application, environment).constructPath ?? '';
}

function placeOfApplication(name: string, { applications }: CollectedEnvironment): Place {
  return applications.find((application) => application.name === name) ?? {};
}

function violationError(
  violation: Violation,
  environment: CollectedEnvironment,
  exceptions: Exceptions,
): TruekeelError {
  const { policy, object, application, message, field, hint } = violation;
  const place = object ?? placeOfApplication(application, environment);
  const subject = object ? formatKey(object.key) : `application ${application}`;
  const ended = exceptions.ended(policy, pathOf(violation, environment));
  const said = ended === undefined ? '' : ` (its exception ended on ${ended.expires}: ${ended.reason})`;
  return policyError(`${policy}: ${subject} ${message}${said}`, place, {
    code: 'POLICY_VIOLATED',
    ...(object && { key: object.key }),
    ...(field !== undefined && { field }),
    ...(hint !== undefined && { hint }),
  });
}
