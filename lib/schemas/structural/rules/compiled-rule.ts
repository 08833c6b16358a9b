/** One rule, ready to be asked for objects that are about to be created or changed. */
import { type Expression, identifiersOf, isBudgetSpent } from '../../../expressions/index.ts';
import type { FieldError } from '../field-error.ts';
import type { SchemaNode, ValidationRule } from '../schema-node.ts';
import { parseRule } from './parse-rule.ts';

/** What a server says of a value. */
export type RuleError = Omit<FieldError, 'field'> & {
  /** That the server asks no further rules. */
  readonly isLast?: boolean;
};

/** A value as rules see it, and as it stands in the object. */
export interface Asked {
  readonly self: unknown;
  readonly value: unknown;
  /** What stood in its place; undefined where nothing did, or there is no such place. */
  readonly oldSelf: unknown;
}

export class CompiledRule {
  readonly #rule: ValidationRule;
  readonly #schema: SchemaNode;
  readonly #expression: Expression;
  readonly #message: Expression | undefined;
  /** From the value to the field that is to blame, as it is appended to a path. */
  readonly below: string;
  /** Whether it is about what changes: then it is asked only where something stood there before. */
  readonly isAboutChanges: boolean;

  private constructor(rule: ValidationRule, schema: SchemaNode, expression: Expression) {
    this.isAboutChanges = identifiersOf(expression.ast).has('oldSelf');
    this.#rule = rule;
    this.#schema = schema;
    this.#expression = expression;
    this.#message = rule.messageExpression === undefined ? undefined : parsed(rule.messageExpression);
    this.below = rule.fieldPath === undefined ? '' : pathBelow(rule.fieldPath, schema);
  }

  /** @returns undefined for a rule that only a server can judge */
  static of(rule: ValidationRule, schema: SchemaNode): CompiledRule | undefined {
    const expression = parsed(rule.rule);
    return expression && new CompiledRule(rule, schema, expression);
  }

  /** @param isUnchanged whether the value is what it was: then only what is about changes refuses it
   * @returns undefined when the rule is kept, and when it cannot be judged here */
  errorOf({ self, value, oldSelf }: Asked, isUnchanged: boolean): RuleError | undefined {
    const isOptional = this.#rule.optionalOldSelf === true;
    if (this.isAboutChanges && oldSelf === undefined && !isOptional) return undefined;
    const plain = { self, oldSelf: oldSelf ?? null };
    try {
      const outcome: unknown = this.#expression(isOptional ? { self, oldSelf: optional(oldSelf) } : plain);
      if (outcome !== false || (isUnchanged && !this.isAboutChanges)) return undefined;
      return this.#refusal(plain, value);
    } catch (error) {
      const { message, rule } = this.#rule;
      const named = (message || rule).trim();
      if (isBudgetSpent(error)) {
        return {
          ...this.#failure(
            `'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${named}`,
          ),
          isLast: true,
        };
      }
      const missing = missingKey(error);
      if (missing === undefined) return undefined;
      return this.#failure(`no such key: ${missing} evaluating rule: ${named}`);
    }
  }

  #failure(what: string): RuleError {
    const type = JSON.stringify(this.#schema.type ?? '');
    return { type: 'FieldValueInvalid', message: `Invalid value: ${type}: ${what}` };
  }

  #refusal(scope: Readonly<Record<string, unknown>>, value: unknown): RuleError {
    const said = this.#say(scope);
    const shown = typeof value === 'object' ? '' : `: ${JSON.stringify(value)}`;
    switch (this.#rule.reason) {
      case 'FieldValueForbidden':
        return { type: 'FieldValueForbidden', message: `Forbidden: ${said}` };
      case 'FieldValueRequired':
        return { type: 'FieldValueRequired', message: `Required value: ${said}` };
      case 'FieldValueDuplicate':
        return { type: 'FieldValueDuplicate', message: `Duplicate value${shown}` };
      default:
        return { type: 'FieldValueInvalid', message: `Invalid value${shown}: ${said}` };
    }
  }

  /** A message that cannot be made gives way to the one that is written down, as a server has it. */
  #say(scope: Readonly<Record<string, unknown>>): string {
    const { rule, message } = this.#rule;
    try {
      const made: unknown = this.#message?.(scope);
      const text = typeof made === 'string' ? made.trim() : '';
      if (text !== '' && !text.includes('\n')) return text;
    } catch {
      // See above.
    }
    return message ? message.trim() : `failed rule: ${rule.trim()}`;
  }
}

function parsed(text: string): Expression | undefined {
  try {
    return parseRule(text);
  } catch {
    return undefined;
  }
}

function optional(oldSelf: unknown): unknown {
  if (oldSelf === undefined) return parseRule('optional.none()')({ self: null, oldSelf: null });
  return parseRule('optional.of(self)')({ self: oldSelf, oldSelf: null });
}

/** The key of a map that a rule asks for, and that is not there. */
function missingKey(error: unknown): string | undefined {
  const { code, summary } = Object(error) as { readonly code?: unknown; readonly summary?: unknown };
  if (code !== 'no_such_key' || typeof summary !== 'string') return undefined;
  return /^No such key: (\w+)$/.exec(summary)?.[1];
}

/** `.spec['a-b']` → `.spec.a-b`; keys of maps stay in brackets. */
function pathBelow(fieldPath: string, schema: SchemaNode): string {
  let at: SchemaNode | undefined = schema;
  let path = '';
  for (const [, plain, quoted = ''] of fieldPath.matchAll(/\.([^.[\]]+)|\['((?:\\.|[^'\\])*)'\]/g)) {
    const name = plain ?? quoted.replaceAll(/\\(.)/g, '$1');
    const property: SchemaNode | undefined = at?.properties?.[name];
    path += at?.properties ? `.${name}` : `[${name}]`;
    const values: SchemaNode | boolean | undefined = at?.additionalProperties;
    at = property ?? (typeof values === 'object' ? values : undefined);
  }
  return path;
}
