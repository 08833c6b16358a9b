/** Carries out the admission policies of an environment. */
import type { CollectedPolicy } from '../../render/index.ts';
import { eachWithin } from '../../validate/index.ts';
import type { Finding, JudgedApplication } from '../rule.ts';
import type { AdmissionPolicy } from './admission-policy.ts';
import { AdmissionEvaluator, type WithDefaults } from './evaluate.ts';

interface AdmissionFindings {
  readonly findings: readonly (Finding & {
    readonly policy: string;
    readonly severity: 'error' | 'warning';
  })[];
  /** What is wrong with policies themselves. */
  readonly failed: readonly string[];
}

/** Of one policy over all objects; far more than a server takes for one of them. */
const LONGEST_MS = 10_000;

export function admissionFindings(
  policies: readonly CollectedPolicy[],
  applications: readonly JudgedApplication[],
  withDefaults: WithDefaults | undefined,
): AdmissionFindings {
  const wanted = policies.filter(({ admission, severity }) => admission && severity !== 'off');
  if (wanted.length === 0) return { findings: [], failed: [] };
  const places = new Map(
    applications.flatMap(({ name, objects }) =>
      objects.map((object) => [object.object, { application: name, object }] as const),
    ),
  );
  const evaluator = new AdmissionEvaluator([...places.keys()], withDefaults);
  const findings: AdmissionFindings['findings'][number][] = [];
  const failed: string[] = [];
  const carryOut = ({ name, admission }: CollectedPolicy): void => {
    const { policy, parameters = [] } = admission ?? {};
    try {
      // It comes from the process of a program; what is not a policy fails.
      for (const { object, message, severity } of evaluator.evaluate(policy as AdmissionPolicy, parameters)) {
        const place = places.get(object);
        if (place) findings.push({ ...place, policy: name, message, severity });
      }
    } catch (error) {
      failed.push(`policy ${name} failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const { name } of eachWithin(LONGEST_MS, wanted, carryOut)) {
    failed.push(`policy ${name} failed: it takes longer than ${LONGEST_MS / 1_000} seconds`);
  }
  return { findings, failed };
}
