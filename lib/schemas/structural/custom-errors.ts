/** What a server refuses of a custom resource that is created, in its words: by the schema of its kind, then by its rules. */
import { errorOf } from './errors.ts';
import type { FieldError } from './field-error.ts';
import { hasRules, ruleErrors } from './rules/rule-errors.ts';
import type { SchemaNode } from './schema-node.ts';
import { type Path, type SchemaProblem, walkSchema } from './walk.ts';

/** With these, a server does not ask the rules (apiextensions-apiserver, customresource strategy, hasBlockingErr). */
const BLOCKING: ReadonlySet<FieldError['type']> = new Set([
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
] as const);

export interface CustomVerdict {
  /** What its schema does not allow. */
  readonly problems: readonly {
    readonly path: Path;
    readonly problem: SchemaProblem;
    readonly error: FieldError;
  }[];
  /** What its rules refuse. */
  readonly refusals: readonly FieldError[];
  /** Whether there are rules that were not asked because of the problems. */
  readonly hasUnaskedRules: boolean;
}

/** @param object with defaults, and without fields that the schema does not know */
export function judgeCustom(schema: SchemaNode, object: unknown): CustomVerdict {
  const problems: CustomVerdict['problems'][number][] = [];
  walkSchema(schema, object, (path, problem) => {
    problems.push({ path, problem, error: errorOf(path, problem) });
  });
  return problems.some(({ error }) => BLOCKING.has(error.type))
    ? { problems, refusals: [], hasUnaskedRules: hasRules(schema) }
    : { problems, refusals: ruleErrors(schema, object), hasUnaskedRules: false };
}
