/** What a server refuses of a custom resource that is created or updated, in its words: by the schema of its kind, then by its rules. */
import { Correlation } from './correlation.ts';
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

/** @param object with defaults, and without fields that the schema does not know
 * @param former what the object was; undefined for a new one. What is wrong already, and stays as it is, is let be. */
export function judgeCustom(schema: SchemaNode, object: unknown, former?: unknown): CustomVerdict {
  const isKnown = former === undefined ? () => false : knownBefore(schema, object, former);
  const problems: CustomVerdict['problems'][number][] = [];
  walkSchema(schema, object, (path, problem) => {
    if (!isKnown(path, problem)) problems.push({ path, problem, error: errorOf(path, problem) });
  });
  return problems.some(({ error }) => BLOCKING.has(error.type))
    ? { problems, refusals: [], hasUnaskedRules: hasRules(schema) }
    : { problems, refusals: ruleErrors(schema, object, former), hasUnaskedRules: false };
}

/** Tells what was wrong before, and is let be: what is wrong with a value that is what it was, and lists that hold something
 * twice, where lists of the object did so before (apiextensions-apiserver, customresource strategy, ValidateUpdate). */
function knownBefore(schema: SchemaNode, object: unknown, former: unknown) {
  const root = new Correlation(schema, object, former);
  let hadDuplicates: boolean | undefined;
  return (path: Path, problem: SchemaProblem): boolean => {
    if (problem.is === 'duplicate') {
      hadDuplicates ??= hasDuplicates(schema, former);
      return hadDuplicates;
    }
    const isAboutParent = problem.is === 'missing' || problem.is === 'unknown';
    let nearest = root;
    for (const step of isAboutParent ? path.slice(0, -1) : path) {
      const below = nearest.below(step);
      if (!below) break;
      nearest = below;
    }
    return nearest.isUnchanged;
  };
}

function hasDuplicates(schema: SchemaNode, value: unknown): boolean {
  let found = false;
  walkSchema(schema, value, (_, { is }) => {
    found ||= is === 'duplicate';
  });
  return found;
}
