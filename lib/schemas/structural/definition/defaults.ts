/** Defaults have to be values of their schema, and whole (apiextensions-apiserver, pkg/apiserver/schema/defaulting). */
import { judgeCustom } from '../custom-errors.ts';
import type { FieldError } from '../field-error.ts';
import { prune } from '../prune.ts';
import type { SchemaNode } from '../schema-node.ts';
import { isMap } from '../walk.ts';
import { invalid } from './said.ts';

const ENVELOPE = ['apiVersion', 'kind', 'metadata'];

/** Not of what is in maps: there the server looks for none. What it says of metadata depends on more, and is left to it. */
export function defaultErrors(schema: SchemaNode, path: string, isResource = true): FieldError[] {
  const isObject = isResource || schema['x-kubernetes-embedded-resource'] === true;
  return [
    ...(schema.default === undefined || schema.default === null ? [] : valueErrors(schema, path)),
    ...(schema.items ? defaultErrors(schema.items, `${path}.items`, false) : []),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
      isObject && ENVELOPE.includes(name)
        ? []
        : defaultErrors(property, `${path}.properties[${name}]`, false),
    ),
  ];
}

const VALUE = 'value';

function valueErrors(schema: SchemaNode, path: string): FieldError[] {
  const field = `${path}.default`;
  const value = schema.default;
  const { default: _, ...plain } = schema;
  const holder: SchemaNode = { type: 'object', properties: { [VALUE]: plain } };
  const unknown: string[] = [];
  if (isMap(value) || Array.isArray(value)) prune(holder, { [VALUE]: value }, unknown);
  const { problems, refusals } = judgeCustom(holder, { [VALUE]: value });
  // Of items that are there twice the server says nothing here.
  const wrong = problems.filter(({ problem }) => problem.is !== 'duplicate').map(({ error }) => error);
  return [
    ...(unknown.length > 0 ? [invalid(field, value, 'must not have unknown fields')] : []),
    ...[...wrong, ...refusals].map((error) => within(error, field)),
  ];
}

/** An error of the value, told where the default stands. */
function within(error: FieldError, field: string): FieldError {
  const below = error.field.slice(VALUE.length).replace(/^\./, '');
  return {
    ...error,
    field: below === '' ? field : `${field}.${below}`,
    message: error.message.replace(`: ${error.field} in body`, `: ${below} in body`),
  };
}
