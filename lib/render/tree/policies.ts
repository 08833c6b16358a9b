/** Policies, as far as the process of the program has to do with them: it carries out those that the program wrote
 * itself, and hands on what they found, what other rules are wanted, and what is excepted. */
import type { IConstruct } from 'constructs';
import type {
  CollectedAdmission,
  CollectedApplication,
  CollectedFinding,
  CollectedPolicy,
  Problem,
} from './collected.ts';

/** What a policy sees of an application. */
export interface PolicySubject {
  readonly environment: string;
  readonly applications: readonly CollectedApplication[];
}

export interface PolicyMark {
  readonly name: string;
  /** `error`, `warning` or `off`; absent: as the rule has it. */
  readonly severity?: string;
  /** One of the rules that Truekeel brings along. */
  readonly isStarter: boolean;
  readonly admission?: CollectedAdmission;
  /** Carries out a policy of the program's own. */
  readonly check?: (subject: PolicySubject) => Iterable<Omit<CollectedFinding, 'policy'>>;
}

export interface ExceptionMark {
  readonly policy: string;
  readonly reason: string;
  /** `2027-01-31`: the last day. */
  readonly expires: string;
}

const POLICIES = Symbol.for('truekeel.dev/Policies');
const EXCEPTIONS = Symbol.for('truekeel.dev/PolicyExceptions');

interface Marked {
  [POLICIES]?: readonly PolicyMark[];
  [EXCEPTIONS]?: ExceptionMark[];
}

/** On an App or an Environment. */
export function markPolicies(construct: IConstruct, policies: readonly PolicyMark[]): void {
  Object.defineProperty(construct, POLICIES, { value: policies });
}

export function policiesMark(construct: IConstruct): readonly PolicyMark[] {
  return (construct as Marked)[POLICIES] ?? [];
}

/** Whether the program wrote it itself. */
export function isOwn({ check }: PolicyMark): boolean {
  return check !== undefined;
}

/** Whether it has policies that the program wrote itself. */
export function hasOwnPolicies(construct: IConstruct): boolean {
  return policiesMark(construct).some(isOwn);
}

/** On whatever is excepted, with all that is below it. */
export function markException(construct: IConstruct, exception: ExceptionMark): void {
  const marked = construct as Marked;
  const known = marked[EXCEPTIONS];
  if (known) known.push(exception);
  else Object.defineProperty(construct, EXCEPTIONS, { value: [exception] });
}

export function exceptionMarks(construct: IConstruct): readonly ExceptionMark[] {
  return (construct as Marked)[EXCEPTIONS] ?? [];
}

export interface PolicyOutcome {
  readonly policies: readonly CollectedPolicy[];
  readonly findings: readonly CollectedFinding[];
  readonly problems: readonly Problem[];
}

/** The policies of an environment: those of its App, and its own, which come in the place of those with their name. */
export function carryOutPolicies(
  ofApp: readonly PolicyMark[],
  own: readonly PolicyMark[],
  subject: PolicySubject,
): PolicyOutcome {
  const byName = new Map([...ofApp, ...own].map((policy) => [policy.name, policy]));
  const findings: CollectedFinding[] = [];
  const problems: Problem[] = [];
  for (const { name, severity, check } of byName.values()) {
    if (!check || severity === 'off') continue;
    try {
      for (const finding of check(subject)) findings.push({ policy: name, ...finding });
    } catch (error) {
      problems.push({
        code: 'POLICY_FAILED',
        message: `policy ${name} failed in environment ${subject.environment}: ${messageOf(error)}`,
        hint: 'A policy returns what it finds; it throws nothing.',
      });
    }
  }
  const policies = [...byName.values()].map(
    ({ name, severity, isStarter, admission }): CollectedPolicy => ({
      name,
      isStarter,
      ...(admission && { admission }),
      ...(severity !== undefined && { severity }),
    }),
  );
  return { policies, findings, problems };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
