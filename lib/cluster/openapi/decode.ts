/** Reads an object of a built-in kind as the server's typed decoder does: unknown fields are dropped and told, nulls
 * and empty collections vanish, structs that are always written appear, quantities take their canonical form. */

import { canonicalQuantity } from '../../objects/index.ts';
import type { Resource } from '../resources/resource.ts';
import { badRequest } from '../status.ts';
import { referenceName, type SchemaNode, type SchemaResolver } from './schema.ts';
import { type ResourceType, typeOf } from './types.ts';

const RESOURCE_QUANTITY = 'io.k8s.apimachinery.pkg.api.resource.Quantity';
const INT_OR_STRING = 'io.k8s.apimachinery.pkg.util.intstr.IntOrString';

/** Reads one value. Paths of fields that the schema does not know are added to `unknownFields`.
 * @throws ApiError 400 when a value is not of its field's type */
export function decodeTyped(
  type: ResourceType,
  object: Readonly<Record<string, unknown>>,
  unknownFields: string[],
): Record<string, unknown> {
  const decoder: Decoder = { resolver: type.resolver, unknownFields, handledAs: describeKind(object) };
  return decodeStruct(decoder, type.node, object, '', structName(type.name));
}

/** The status of a new object: what its struct's encoder always writes. */
export function emptyStatus(resource: Resource): Record<string, unknown> {
  const type = typeOf(resource);
  const status = type?.node.properties?.status;
  if (!type || !status) return {};
  const decoder: Decoder = { resolver: type.resolver, unknownFields: [], handledAs: '' };
  return decodeStruct(decoder, type.resolver.resolve(status), {}, 'status', 'status');
}

interface Decoder {
  readonly resolver: SchemaResolver;
  readonly unknownFields: string[];
  readonly handledAs: string;
}

function describeKind(object: Readonly<Record<string, unknown>>): string {
  const version = String(object.apiVersion ?? '').replace(/^.*\//, '');
  return `${object.kind} in version ${JSON.stringify(version)} cannot be handled as a ${object.kind}`;
}

function decodeStruct(
  decoder: Decoder,
  node: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  path: string,
  name: string,
): Record<string, unknown> {
  const properties = node.properties ?? {};
  const result: Record<string, unknown> = {};
  for (const [field, content] of Object.entries(value)) {
    const at = path === '' ? field : `${path}.${field}`;
    const property = properties[field];
    if (!property) {
      decoder.unknownFields.push(at);
      continue;
    }
    if (content === null || content === undefined) continue;
    const decoded = decodeValue(decoder, property, content, at, name);
    const isGone =
      isEmptyCollection(decoded, decoder.resolver.resolve(property)) &&
      !node.required?.includes(field) &&
      !REFUSED_WHEN_EMPTY.has(field);
    if (isGone) continue;
    result[field] = decoded;
  }
  for (const field of alwaysWritten(decoder.resolver, node)) {
    result[field] ??= decodeStruct(decoder, decoder.resolver.resolve(properties[field]!), {}, field, field);
  }
  for (const [field, zero] of zeroFields(node)) result[field] ??= zero;
  return result;
}

const knownZeroFields = new WeakMap<SchemaNode, readonly (readonly [string, unknown])[]>();

/** Required numbers and booleans are there even when nobody set them. */
function zeroFields(node: SchemaNode): readonly (readonly [string, unknown])[] {
  const known = knownZeroFields.get(node);
  if (known) return known;
  const fields = Object.entries(node.properties ?? {}).flatMap(
    ([field, property]): (readonly [string, unknown])[] => {
      const isWritten =
        node.required?.includes(field) || property.default === 0 || property.default === false;
      if (!isWritten) return [];
      if (property.type === 'integer') return [[field, 0]];
      return property.type === 'boolean' ? [[field, false]] : [];
    },
  );
  knownZeroFields.set(node, fields);
  return fields;
}

const alwaysWrittenFields = new WeakMap<SchemaNode, readonly string[]>();

/** Fields that hold a struct by value: the document gives them the default `{}`, and the encoder never leaves them out. */
function alwaysWritten(resolver: SchemaResolver, node: SchemaNode): readonly string[] {
  const known = alwaysWrittenFields.get(node);
  if (known) return known;
  const fields = Object.entries(node.properties ?? {})
    .filter(([, property]) => {
      const { default: initial } = property;
      return (
        typeof initial === 'object' &&
        initial !== null &&
        Object.keys(initial).length === 0 &&
        resolver.resolve(property).properties !== undefined
      );
    })
    .map(([field]) => field);
  alwaysWrittenFields.set(node, fields);
  return fields;
}

/** Lists (those of an autoscaler's behavior) of which an empty one is refused, where an absent one is filled in. */
const REFUSED_WHEN_EMPTY = new Set(['policies']);

/** Empty maps and lists are not written; empty structs are, since they stand for a pointer that is set. */
function isEmptyCollection(value: unknown, node: SchemaNode): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return (
    typeof value === 'object' &&
    value !== null &&
    node.additionalProperties !== undefined &&
    Object.keys(value).length === 0
  );
}

function decodeValue(
  decoder: Decoder,
  property: SchemaNode,
  value: unknown,
  path: string,
  owner: string,
): unknown {
  const reference = referenceName(property);
  if (reference === RESOURCE_QUANTITY) return decodeQuantity(decoder, value, path);
  if (reference === INT_OR_STRING) return value;
  const node = decoder.resolver.resolve(property);
  const goPath = path.replace(/\[[^\]]*\]/g, '');
  const wrong = (): never => {
    throw badRequest(
      `${decoder.handledAs}: json: cannot unmarshal ${goKind(value)} into Go struct field ${owner}.${goPath} of type ${goType(decoder.resolver, property)}`,
    );
  };
  switch (node.type) {
    case 'object':
      if (typeof value !== 'object' || Array.isArray(value) || value === null) return wrong();
      return decodeObject(
        decoder,
        node,
        value as Readonly<Record<string, unknown>>,
        path,
        reference ?? owner,
      ); // a JSON object
    case 'array':
      if (!Array.isArray(value)) return wrong();
      return value.map((item, i) =>
        item === null ? item : decodeValue(decoder, node.items ?? {}, item, `${path}[${i}]`, owner),
      );
    case 'string':
      if (typeof value !== 'string') return wrong();
      return node.format === 'byte' ? decodeBytes(decoder, value) : value;
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong();
    case 'integer':
      return typeof value === 'number' && Number.isInteger(value) ? value : wrong();
    case 'number':
      return typeof value === 'number' ? value : wrong();
    default:
      return value;
  }
}

function decodeObject(
  decoder: Decoder,
  node: SchemaNode,
  value: Readonly<Record<string, unknown>>,
  path: string,
  name: string,
): unknown {
  if (node.properties) return decodeStruct(decoder, node, value, path, structName(name));
  const additional = node.additionalProperties;
  if (typeof additional !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [
        key,
        item === null
          ? zeroValue(decoder.resolver.resolve(additional))
          : decodeValue(decoder, additional, item, path, name),
      ]),
  );
}

/** What Go makes of a null in a map. */
function zeroValue(node: SchemaNode): unknown {
  return node.type === 'string' ? '' : null;
}

/** Base64 in its canonical form: without the line breaks that readers skip. */
function decodeBytes(decoder: Decoder, text: string): string {
  const wrong = illegalBase64(text);
  if (wrong === undefined) return text.replace(/[\r\n]/g, '');
  throw badRequest(`${decoder.handledAs}: illegal base64 data at input byte ${wrong}`);
}

/** Where Go's encoding/base64 stops reading; undefined when the text is right. */
function illegalBase64(text: string): number | undefined {
  const [, digits = '', padding = ''] = /^([A-Za-z0-9+/\r\n]*)([=\r\n]*)/.exec(text) ?? [];
  const read = digits.length + padding.length;
  if (read < text.length) return read;
  const count = digits.replace(/[\r\n]/g, '').length;
  const pads = padding.replace(/[\r\n]/g, '').length;
  const missing = (4 - (count % 4)) % 4;
  if (pads === missing && missing < 3) return undefined;
  if (pads === 0) return text.length - (count % 4);
  return pads < missing && missing < 3 ? text.length : digits.length + Math.min(missing, 2);
}

function decodeQuantity(decoder: Decoder, value: unknown, path: string): string {
  const canonical =
    typeof value === 'string' || typeof value === 'number' ? canonicalQuantity(String(value)) : undefined;
  if (canonical === undefined) {
    throw badRequest(
      `${decoder.handledAs}: quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$' (${path})`,
    );
  }
  return canonical;
}

function structName(reference: string): string {
  return reference.slice(reference.lastIndexOf('.') + 1);
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' && !Number.isInteger(value) ? `number ${value}` : typeof value;
}

function goType(resolver: SchemaResolver, property: SchemaNode): string {
  const reference = referenceName(property);
  if (reference !== undefined) {
    const parts = reference.split('.');
    return `${parts.at(-2)}.${parts.at(-1)}`;
  }
  const node = resolver.resolve(property);
  switch (node.type) {
    case 'boolean':
      return 'bool';
    case 'integer':
      return node.format ?? 'int64';
    case 'number':
      return 'float64';
    case 'array':
      return `[]${goType(resolver, node.items ?? {})}`;
    case 'object':
      return `map[string]${typeof node.additionalProperties === 'object' ? goType(resolver, node.additionalProperties) : 'interface {}'}`;
    default:
      return 'string';
  }
}
