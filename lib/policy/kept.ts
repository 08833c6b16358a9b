/** What is held against a release, or a folder of files, before it is applied: by those who apply it, and not by those
 * who wrote it. */
import type { PolicyRecord, TruekeelError } from '../objects/index.ts';
import type { CollectedAdmission, CollectedPolicy, Verdict } from '../render/index.ts';
import type { WithDefaults } from './admission/evaluate.ts';
import { endOf } from './exceptions.ts';
import { judgePolicies } from './judge.ts';
import { policyError } from './policy-error.ts';
import type { JudgedApplication, Severity } from './rule.ts';

export interface KeptPolicies {
  /** How bad it is to violate each, by name, `true` for as usual; `starter` stands for all of them. */
  readonly starter?: Readonly<Record<string, Severity | true>> | undefined;
  /** ValidatingAdmissionPolicies by name. */
  readonly admission?: Readonly<Record<string, CollectedAdmission>> | undefined;
}

interface KeptOptions {
  /** What the release says of itself: its exceptions are in force here too. */
  readonly record?: PolicyRecord | undefined;
  /** Milliseconds since 1970, for exceptions that end. */
  readonly now: number;
  readonly withDefaults?: WithDefaults | undefined;
}

export function judgeKept(
  { starter = {}, admission = {} }: KeptPolicies,
  applications: readonly JudgedApplication[],
  { record, now, withDefaults }: KeptOptions,
): Verdict {
  const policies: readonly CollectedPolicy[] = [
    ...Object.entries(starter).map(([name, severity]) => ({
      name,
      isStarter: true,
      ...(severity !== true && { severity }),
    })),
    ...Object.entries(admission).map(([name, rule]) => ({ name, isStarter: false, admission: rule })),
  ];
  const { errors, warnings } = judgePolicies(
    {
      name: '',
      declared: true,
      cluster: {},
      promotesFrom: [],
      applications: [],
      policies,
      exceptions: record?.exceptions ?? [],
    },
    applications,
    { now, withDefaults },
  );
  // Whoever wrote the exceptions may have made them from policies that are not kept here.
  return { errors, warnings: warnings.filter(({ code }) => code !== 'UNUSED_POLICY_EXCEPTION') };
}

/** What is wrong with a release by its own record: policies that did not judge it and should have, and exceptions
 * that have ended since.
 * @param required names of policies */
export function recordedErrors(
  record: PolicyRecord | undefined,
  required: readonly string[],
  now: number,
): { readonly missing: readonly TruekeelError[]; readonly ended: readonly TruekeelError[] } {
  const judgedBy = new Set(record?.judgedBy.map(({ name }) => name));
  const missing = required
    .filter((name) => !judgedBy.has(name))
    .map((name) =>
      policyError(
        `the release was not judged by policy ${name}`,
        {},
        {
          code: 'POLICY_NOT_KEPT',
          hint: 'Add it to the policies of the program and render again, or take it off requiredPolicies of the configuration.',
        },
      ),
    );
  const ended = (record?.exceptions ?? [])
    .filter(({ expires }) => now >= endOf(expires))
    .map(({ policy, constructPath, reason, expires }) =>
      policyError(
        `the release has an exception from ${policy} that ended on ${expires}: ${reason}`,
        { constructPath },
        {
          code: 'POLICY_EXCEPTION_ENDED',
          hint: 'Put right what it was made for, or give it another day, and render again.',
        },
      ),
    );
  return { missing, ended };
}
