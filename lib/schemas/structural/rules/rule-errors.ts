/** `x-kubernetes-validations` of structural schemas, asked as a server asks them when an object is created or updated. What this
 * CEL cannot do is left to the server: what is refused here, it refuses too. */
import { Correlation, formerItem } from '../correlation.ts';
import type { FieldError } from '../field-error.ts';
import type { SchemaNode } from '../schema-node.ts';
import { isMap } from '../walk.ts';
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

/** Whether there are rules at all. */
export function hasRules(schema: SchemaNode): boolean {
  return planOf(schema) !== undefined;
}

/** What rules refuse of an object that its schema allows.
 * @param object with defaults, and without fields that the schema does not know
 * @param former what the object was; undefined for a new one */
export function ruleErrors(schema: SchemaNode, object: unknown, former?: unknown): readonly FieldError[] {
  const plan = planOf(schema);
  if (!plan) return [];
  const errors: FieldError[] = [];
  const correlation = former === undefined ? undefined : new Correlation(schema, object, former);
  new Walk(errors).ask(plan, {
    ...{ schema, value: object, path: '', isResource: true, former },
    correlation,
    nearest: correlation,
  });
  return errors;
}

/** A value, its schema, and where it stands. */
interface Place {
  readonly schema: SchemaNode;
  readonly value: unknown;
  readonly path: string;
  readonly isResource: boolean;
  /** What `oldSelf` is. */
  readonly former: unknown;
  /** By which it is told whether the value is what it was. */
  readonly correlation: Correlation | undefined;
  /** That of the value, or of what is around it. */
  readonly nearest: Correlation | undefined;
  /** As rules see it, when that was made together with what is around it. */
  readonly typed?: unknown;
}

class Walk {
  readonly #errors: FieldError[];
  #isOver = false;

  constructor(errors: FieldError[]) {
    this.#errors = errors;
  }

  ask(plan: Plan, place: Place): void {
    const { schema, value, isResource } = place;
    if (value === null || value === undefined || this.#isOver) return;
    let { typed } = place;
    if (plan.rules.length > 0 && typed === undefined) {
      typed = typedOrNothing(schema, value, isResource);
    }
    if (typed !== undefined) this.#askRules(plan.rules, { ...place, typed });
    // What a branch says is taken for a change only where what is around it was one.
    const { nearest } = place;
    for (const branch of plan.branches)
      this.ask(branch, { ...place, typed, correlation: undefined, nearest });
    if (Array.isArray(value)) this.#askItems(plan, { ...place, typed }, value);
    else if (typeof value === 'object') this.#askFields(plan, { ...place, typed });
  }

  #askRules(rules: readonly CompiledRule[], place: Place): void {
    const { schema, value, path, isResource, typed, former, correlation, nearest } = place;
    const oldSelf =
      former !== undefined && former !== null && rules.some(({ isAboutChanges }) => isAboutChanges)
        ? typedOrNothing(schema, former, isResource)
        : undefined;
    const isUnchanged = (correlation ?? nearest)?.isUnchanged ?? false;
    for (const rule of rules) {
      const refused = rule.errorOf({ self: typed, value, oldSelf }, isUnchanged);
      if (!refused) continue;
      const { isLast = false, ...error } = refused;
      const field = isLast ? path : `${path}${rule.below}`;
      this.#errors.push({ ...error, field: field.startsWith('.') ? field.slice(1) : field });
      this.#isOver = isLast;
      if (isLast) return;
    }
  }

  #askItems({ items: plan }: Plan, place: Place, value: readonly unknown[]): void {
    const { schema, path, typed, former } = place;
    const { items } = schema;
    if (!plan || !items) return;
    const seen = [...((typed as Iterable<unknown> | undefined) ?? [])]; // the view of a list is a list or a set
    for (const [index, item] of value.entries()) {
      this.#askBelow(plan, place, index, {
        ...{ schema: items, value: item, path: `${path}[${index}]`, typed: seen[index] },
        former: formerItem(schema, item, former),
      });
    }
  }

  #askFields({ properties, values }: Plan, place: Place): void {
    const { schema, value, path, typed, former } = place;
    const fields = value as Readonly<Record<string, unknown>>; // a JSON object
    const seen = typed as ReadonlyMap<string, unknown> | undefined; // the view of an object is a map
    const formerOf = (name: string): unknown =>
      isMap(former) && Object.hasOwn(former, name) && schema['x-kubernetes-map-type'] !== 'atomic'
        ? former[name]
        : undefined;
    for (const [name, plan] of properties) {
      const property = schema.properties?.[name];
      if (!property || !Object.hasOwn(fields, name)) continue;
      const escaped = escapedName(name);
      this.#askBelow(plan, place, name, {
        ...{ schema: property, value: fields[name], path: path === '' ? name : `${path}.${name}` },
        former: formerOf(name),
        typed: escaped === undefined ? undefined : seen?.get(escaped),
      });
    }
    const { additionalProperties } = schema;
    if (!values || typeof additionalProperties !== 'object') return;
    for (const [name, field] of Object.entries(fields)) {
      this.#askBelow(values, place, name, {
        ...{ schema: additionalProperties, value: field, path: `${path}[${name}]` },
        former: formerOf(name),
        typed: seen?.get(name),
      });
    }
  }

  #askBelow(
    plan: Plan,
    { correlation: above, nearest }: Place,
    step: string | number,
    { typed, ...place }: Pick<Place, 'schema' | 'value' | 'path' | 'former' | 'typed'>,
  ): void {
    const isResource = place.schema['x-kubernetes-embedded-resource'] === true;
    const correlation = above?.below(step);
    this.ask(plan, {
      ...place,
      isResource,
      correlation,
      nearest: above ?? nearest,
      ...(typed !== undefined && { typed }),
    });
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
