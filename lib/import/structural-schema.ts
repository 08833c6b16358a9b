/** A structural schema (apiextensions.k8s.io/v1) as it stands in a CustomResourceDefinition, and what can be wrong with one
 * (Kubernetes documentation, "Specifying a structural schema"). */

export interface SchemaProblem {
  readonly path: readonly (string | number)[];
  readonly problem: string;
}

const TYPES: ReadonlySet<unknown> = new Set(['object', 'array', 'string', 'integer', 'number', 'boolean']);

const FORBIDDEN = ['$ref', 'definitions', 'dependencies', 'patternProperties', 'additionalItems'] as const;

/** What each member has to be. */
const MEMBERS: readonly (readonly [what: string, test: (value: unknown) => boolean, ...names: string[]])[] = [
  ['a string', (value) => typeof value === 'string', 'description', 'format', 'pattern'],
  ['a number', (value) => typeof value === 'number', 'minimum', 'maximum', 'multipleOf'],
  [
    'a whole number that is not negative',
    (value) => Number.isInteger(value) && Number(value) >= 0,
    ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
  ],
  [
    'true or false',
    (value) => typeof value === 'boolean',
    ...['nullable', 'exclusiveMinimum', 'exclusiveMaximum', 'x-kubernetes-int-or-string'],
    ...['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource'],
  ],
  ['a list', Array.isArray, 'enum', 'allOf', 'anyOf', 'oneOf', 'x-kubernetes-validations'],
  ['a list of names', isNames, 'required', 'x-kubernetes-list-map-keys'],
];

/** Everything that keeps a schema from being structural, or from being a schema. */
export function schemaProblems(
  schema: unknown,
  path: readonly (string | number)[],
): readonly SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  look(schema, path, { isRoot: true, isBranch: false }, problems);
  return problems;
}

interface Position {
  readonly isRoot: boolean;
  /** Within `allOf`, `anyOf`, `oneOf` or `not`, where types are not repeated. */
  readonly isBranch: boolean;
}

function look(
  schema: unknown,
  path: readonly (string | number)[],
  position: Position,
  problems: SchemaProblem[],
): void {
  const add = (problem: string, ...below: (string | number)[]): void => {
    problems.push({ path: [...path, ...below], problem });
  };
  if (!isMap(schema)) {
    add('has to be a schema');
    return;
  }
  const { type, properties, additionalProperties, items, not } = schema;
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  const preserved = schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (type === undefined) {
    if (!position.isBranch && !intOrString && (!preserved || position.isRoot)) add('has no type');
  } else if (!TYPES.has(type)) add(`has the type ${JSON.stringify(type)}, which there is not`, 'type');
  else if (position.isRoot && type !== 'object') add('has to be of type object', 'type');
  for (const [what, test, ...names] of MEMBERS) {
    for (const name of names) {
      const value = schema[name];
      if (value !== undefined && value !== null && !test(value)) add(`has to be ${what}`, name);
    }
  }
  for (const name of FORBIDDEN) if (schema[name] !== undefined) add('is not allowed in a definition', name);
  if (type === 'array' && !position.isBranch && items === undefined) add('is a list without items');
  if (properties !== undefined && additionalProperties !== undefined && additionalProperties !== false) {
    add('stands beside properties, which it excludes', 'additionalProperties');
  }
  lookBelow(schema, path, position, problems);
  if (schema['x-kubernetes-list-type'] === 'map' && !isNames(schema['x-kubernetes-list-map-keys'])) {
    add('is a map list without x-kubernetes-list-map-keys');
  }
  if (not !== undefined) look(not, [...path, 'not'], { isRoot: false, isBranch: true }, problems);
}

function lookBelow(
  { properties, additionalProperties, items, ...schema }: Readonly<Record<string, unknown>>,
  path: readonly (string | number)[],
  { isBranch }: Position,
  problems: SchemaProblem[],
): void {
  const below = { isRoot: false, isBranch };
  if (isMap(properties)) {
    for (const [name, property] of Object.entries(properties)) {
      const at = [...path, 'properties', name];
      if (name === '__proto__') problems.push({ path: at, problem: 'cannot be a field in JavaScript' });
      else look(property, at, below, problems);
    }
  } else if (properties !== undefined && properties !== null) {
    problems.push({ path: [...path, 'properties'], problem: 'has to be a map of schemas' });
  }
  if (additionalProperties !== undefined && typeof additionalProperties !== 'boolean') {
    look(additionalProperties, [...path, 'additionalProperties'], below, problems);
  }
  if (items !== undefined) look(items, [...path, 'items'], below, problems);
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) {
    const branches = schema[name];
    if (!Array.isArray(branches)) continue;
    for (const [index, branch] of branches.entries()) {
      look(branch, [...path, name, index], { isRoot: false, isBranch: true }, problems);
    }
  }
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function isNames(value: unknown): boolean {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}
