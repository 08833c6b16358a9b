/** `x-kubernetes-validations` of structural schemas, asked as a server asks them when an object is created. What this
 * CEL cannot do is left to the server: what is refused here, it refuses too. */
import type { FieldError } from '../field-error.ts';
import type { SchemaNode } from '../schema-node.ts';
import { CompiledRule } from './compiled-rule.ts';
import { escapedName } from './field-name.ts';
import { typedValue } from './typed-value.ts';

/** The rules of a schema and of what is below it; where there are none, there is no plan. */
interface Plan {
  readonly rules: readonly CompiledRule[];
  readonly properties: ReadonlyMap<string, Plan>;
  readonly values?: Plan;
  readonly items?: Plan;
  readonly branches: readonly Plan[];
}

const plans = new WeakMap<SchemaNode, { readonly plan: Plan | undefined }>();

function planOf(schema: SchemaNode): Plan | undefined {
  const known = plans.get(schema);
  if (known) return known.plan;
  const plan = makePlan(schema);
  plans.set(schema, { plan });
  return plan;
}

function makePlan(schema: SchemaNode): Plan | undefined {
  const { 'x-kubernetes-validations': written = [], additionalProperties, allOf = [] } = schema;
  const rules = written.flatMap((rule) => CompiledRule.of(rule, schema) ?? []);
  const values = typeof additionalProperties === 'object' ? planOf(additionalProperties) : undefined;
  const items = schema.items && planOf(schema.items);
  const branches = allOf.flatMap((branch) => planOf(branch) ?? []);
  const properties = new Map<string, Plan>();
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const plan = planOf(property);
    if (plan) properties.set(name, plan);
  }
  const isEmpty = rules.length + branches.length + properties.size === 0 && !values && !items;
  return isEmpty
    ? undefined
    : { rules, properties, branches, ...(values && { values }), ...(items && { items }) };
}

/** Whether there are rules at all that say something of new objects. */
export function hasRules(schema: SchemaNode): boolean {
  return planOf(schema) !== undefined;
}

/** What rules refuse of an object that its schema allows.
 * @param object with defaults, and without fields that the schema does not know */
export function ruleErrors(schema: SchemaNode, object: unknown): readonly FieldError[] {
  const plan = planOf(schema);
  if (!plan) return [];
  const errors: FieldError[] = [];
  new Walk(errors).ask(plan, { schema, value: object, path: '', isResource: true });
  return errors;
}

/** A value, its schema, and where it stands. */
interface Place {
  readonly schema: SchemaNode;
  readonly value: unknown;
  readonly path: string;
  readonly isResource: boolean;
  /** As rules see it, when that was made together with what is around it. */
  readonly typed?: unknown;
}

class Walk {
  readonly #errors: FieldError[];

  constructor(errors: FieldError[]) {
    this.#errors = errors;
  }

  ask(plan: Plan, place: Place): void {
    const { schema, value, path, isResource } = place;
    if (value === null || value === undefined) return;
    let { typed } = place;
    if (plan.rules.length > 0 && typed === undefined) {
      typed = typedOrNothing(schema, value, isResource);
    }
    if (typed !== undefined) this.#askRules(plan.rules, { ...place, typed });
    for (const branch of plan.branches) this.ask(branch, { ...place, typed });
    if (Array.isArray(value)) {
      if (plan.items && schema.items) {
        const items = [...((typed as Iterable<unknown> | undefined) ?? [])]; // the view of a list is a list or a set
        for (const [index, item] of value.entries()) {
          this.#askBelow(plan.items, schema.items, item, `${path}[${index}]`, items[index]);
        }
      }
    } else if (typeof value === 'object') this.#askFields(plan, { ...place, typed });
  }

  #askRules(rules: readonly CompiledRule[], { value, path, typed }: Place): void {
    for (const rule of rules) {
      const error = rule.errorOf(typed, value);
      if (!error) continue;
      const field = `${path}${rule.below}`;
      this.#errors.push({ ...error, field: field.startsWith('.') ? field.slice(1) : field });
    }
  }

  #askFields({ properties, values }: Plan, { schema, value, path, typed }: Place): void {
    const fields = value as Readonly<Record<string, unknown>>; // a JSON object
    const seen = typed as ReadonlyMap<string, unknown> | undefined; // the view of an object is a map
    for (const [name, plan] of properties) {
      const property = schema.properties?.[name];
      if (!property || !Object.hasOwn(fields, name)) continue;
      const escaped = escapedName(name);
      const part = escaped === undefined ? undefined : seen?.get(escaped);
      this.#askBelow(plan, property, fields[name], path === '' ? name : `${path}.${name}`, part);
    }
    const { additionalProperties } = schema;
    if (!values || typeof additionalProperties !== 'object') return;
    for (const [name, field] of Object.entries(fields)) {
      this.#askBelow(values, additionalProperties, field, `${path}[${name}]`, seen?.get(name));
    }
  }

  #askBelow(plan: Plan, schema: SchemaNode, value: unknown, path: string, typed: unknown): void {
    const isResource = schema['x-kubernetes-embedded-resource'] === true;
    this.ask(plan, { schema, value, path, isResource, ...(typed !== undefined && { typed }) });
  }
}

/** Nothing where a text is not of its format: then its rules are left to the server. */
function typedOrNothing(schema: SchemaNode, value: unknown, isResource: boolean): unknown {
  try {
    return typedValue(schema, value, isResource);
  } catch {
    return undefined;
  }
}
