/** Custom resources whose definition is among the objects. */
import { formatApiVersion, type KubernetesObject, nearest, parseApiVersion } from '../objects/index.ts';
import {
  applySchemaDefaults,
  type FieldError,
  isSchemaNode,
  judgeCustom as judgeContent,
  prune,
  type SchemaNode,
  sayProblem,
} from '../schemas/index.ts';
import type { Finding, Judgement } from './judgement.ts';

/** What CustomResourceDefinitions say of a kind. */
interface Definition {
  /** By `group/version`; undefined for a version without a schema that can be read. */
  readonly schemas: ReadonlyMap<string, SchemaNode | undefined>;
}

/** By `group Kind`. */
export type Definitions = ReadonlyMap<string, Definition>;

export function definitionsIn(objects: Iterable<{ readonly object: KubernetesObject }>): Definitions {
  const found = new Map<string, Definition>();
  for (const { object } of objects) {
    if (object.kind !== 'CustomResourceDefinition' || object.apiVersion !== 'apiextensions.k8s.io/v1')
      continue;
    const group: unknown = object.spec?.group;
    const kind: unknown = object.spec?.names?.kind;
    const versions: unknown = object.spec?.versions;
    if (typeof group !== 'string' || typeof kind !== 'string' || !Array.isArray(versions)) continue;
    found.set(`${group} ${kind}`, { schemas: new Map(servedVersions(group, versions)) });
  }
  return found;
}

function* servedVersions(
  group: string,
  versions: readonly unknown[],
): Iterable<[string, SchemaNode | undefined]> {
  for (const version of versions) {
    const { name, served, schema } = Object(version) as {
      name?: unknown;
      served?: unknown;
      schema?: unknown;
    };
    if (served !== true || typeof name !== 'string') continue;
    const { openAPIV3Schema } = Object(schema) as { readonly openAPIV3Schema?: unknown };
    yield [formatApiVersion(group, name), isSchemaNode(openAPIV3Schema) ? openAPIV3Schema : undefined];
  }
}

/** @returns whether a definition says what the object is */
export function judgeCustom(judgement: Judgement, definitions: Definitions): boolean {
  if (definitions.size === 0) return false;
  const { apiVersion, kind } = judgement.object;
  const definition = definitions.get(`${parseApiVersion(apiVersion).group} ${kind}`);
  if (definition === undefined) return false;
  if (!definition.schemas.has(apiVersion)) {
    judgement.add({
      severity: 'error',
      code: 'API_NOT_SERVED',
      message: `is of ${apiVersion}, which the definition of ${kind} does not serve`,
      hint: `The CustomResourceDefinition in the program serves ${[...definition.schemas.keys()].join(', ') || 'no version'}.`,
    });
    return true;
  }
  const schema = definition.schemas.get(apiVersion);
  if (schema) judgeBySchema(judgement, schema);
  return true;
}

/** As a server: fields that are not in the schema, then defaults, then the rest. */
function judgeBySchema(judgement: Judgement, schema: SchemaNode): void {
  const unknown: string[] = [];
  const { metadata, ...content } = prune(schema, judgement.object, unknown);
  for (const field of unknown) {
    const name = field.slice(field.lastIndexOf('.') + 1);
    const like = nearest(name, fieldsBeside(schema, field));
    judgement.add({
      severity: 'error',
      code: 'UNKNOWN_FIELD',
      field,
      message: 'does not exist',
      ...(like !== undefined && { hint: `Did you mean ${like}?` }),
    });
  }
  applySchemaDefaults(schema, content);
  const { problems, refusals } = judgeContent(schema, { ...content, metadata });
  for (const { path: below, problem, error } of problems) {
    const { path, problem: message } = sayProblem(below, problem);
    add(judgement, error, path, message);
  }
  for (const error of refusals) add(judgement, error, error.field, `is refused: ${error.message}`);
}

const CODES: Partial<Readonly<Record<FieldError['type'], Finding['code']>>> = {
  FieldValueRequired: 'MISSING_FIELD',
  FieldValueTypeInvalid: 'WRONG_TYPE',
  FieldValueDuplicate: 'DUPLICATE_ITEM',
};

function add(judgement: Judgement, { type }: FieldError, field: string, message: string): void {
  const code = CODES[type] ?? 'INVALID_FIELD';
  judgement.add({ severity: 'error', code, ...(field !== '' && { field }), message });
}

/** Names of the fields that there are where an unknown one stands. */
function fieldsBeside(schema: SchemaNode, path: string): readonly string[] {
  let at: SchemaNode | undefined = schema;
  for (const step of path.split('.').slice(0, -1)) {
    const [name = '', ...indexes] = step.split('[');
    at =
      at?.properties?.[name] ??
      (typeof at?.additionalProperties === 'object' ? at.additionalProperties : undefined);
    for (const _ of indexes) at = at?.items;
  }
  return Object.keys(at?.properties ?? {});
}
