/** Checks values against a schema, as an API server does when it gets them. What cannot be known before the
 * program is rendered is passed over. */
import {
  applySchemaDefaults,
  hasRules,
  ruleErrors,
  type SchemaProblem,
  sayProblem,
  type WalkPath,
  walkSchema,
} from '../schemas/structural/index.ts';
import type { CheckedSchema } from './schema.ts';
import { isDeferred } from './values.ts';

export interface FieldProblem {
  /** `spec.dnsNames[0]` */
  readonly path: string;
  /** What is wrong, as it follows the path: `must be at least 1, not 0`. */
  readonly problem: string;
}

/** Everything that is wrong with a value; what is made only when the program is rendered is passed over.
 * @param path of the value */
export function problemsOf(schema: CheckedSchema, value: unknown, path: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const report = (below: WalkPath, problem: SchemaProblem): void => {
    problems.push(sayProblem(below, problem, path));
  };
  walkSchema(schema, value, report, { findsUnknown: true, isDeferred });
  return problems;
}

/** What the rules of a kind refuse of an object that its schema allows, with the defaults that a server fills in.
 * @param object of JSON, with what identifies it */
export function ruleProblemsOf(schema: CheckedSchema, object: object): readonly FieldProblem[] {
  if (!hasRules(schema)) return [];
  const filled = structuredClone(object);
  applySchemaDefaults(schema, filled);
  return ruleErrors(schema, filled).map(({ field, message }) => ({
    path: field,
    problem: `is refused: ${message}`,
  }));
}
