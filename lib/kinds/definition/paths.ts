/** Paths into objects of a definition: of columns, of scale, and of fields that objects are selected by. */
import { isSchemaNode, type SchemaNode } from '../../schemas/index.ts';
import {
  duplicate,
  enumErrors,
  type FieldError,
  type Fields,
  invalidValue,
  required,
} from '../field-errors.ts';

function simplePathErrors(path: string, field: string): FieldError[] {
  return path.startsWith('.')
    ? []
    : [invalidValue(field, path, 'must be a simple json path starting with .')];
}

const TYPES = ['boolean', 'date', 'integer', 'number', 'string'];
const FORMATS = ['byte', 'date', 'date-time', 'double', 'float', 'int32', 'int64', 'password'];

export function columnErrors({ name, type, format, jsonPath }: Fields, at: string): FieldError[] {
  return [
    ...(name ? [] : [required(`${at}.name`)]),
    ...(!type
      ? [required(`${at}.type`, `must be one of ${TYPES.join(',')}`)]
      : TYPES.includes(type)
        ? []
        : [invalidValue(`${at}.type`, type, `must be one of ${TYPES.join(',')}`)]),
    ...(format && !FORMATS.includes(format)
      ? [invalidValue(`${at}.format`, format, `must be one of ${FORMATS.join(',')}`)]
      : []),
    ...(jsonPath ? simplePathErrors(jsonPath, `${at}.JSONPath`) : [required(`${at}.JSONPath`)]),
  ];
}

export function scaleErrors(scale: Fields, at: string): FieldError[] {
  return [
    ...placedErrors(scale.specReplicasPath, 'spec', `${at}.specReplicasPath`, true),
    ...placedErrors(scale.statusReplicasPath, 'status', `${at}.statusReplicasPath`, true),
    ...(scale.labelSelectorPath?.startsWith('.spec.')
      ? []
      : placedErrors(scale.labelSelectorPath, 'status', `${at}.labelSelectorPath`, false)),
  ];
}

function placedErrors(
  path: string | null | undefined,
  below: string,
  field: string,
  isRequired: boolean,
): FieldError[] {
  if (!path) return isRequired ? [required(field)] : [];
  const errors = simplePathErrors(path, field);
  if (errors.length > 0 || path.startsWith(`.${below}.`)) return errors;
  const why = isRequired
    ? `should be a json path under .${below}`
    : 'should be a json path under either .spec or .status';
  return [invalidValue(field, path, why)];
}

const MOST = 8;

export function selectableErrors(fields: readonly Fields[], schema: unknown, at: string): FieldError[] {
  const paths = fields.map(({ jsonPath }): string => jsonPath ?? '');
  const errors: FieldError[] = [];
  for (const [i, path] of paths.entries()) {
    const field = `${at}[${i}].jsonPath`;
    if (path === '') {
      errors.push(required(field));
      continue;
    }
    if (paths.indexOf(path) < i) errors.push(duplicate(field, path));
    if (isSchemaNode(schema)) errors.push(...selectableError(path, schema, field));
  }
  if (errors.length === 0 && fields.length > MOST) {
    const message = `Too many: ${fields.length}: must have at most ${MOST} items`;
    errors.push({ type: 'FieldValueTooMany', field: at, message });
  }
  return errors;
}

const SELECTABLE = ['boolean', 'integer', 'string'];

function selectableError(path: string, schema: SchemaNode, field: string): FieldError[] {
  const wrong = (why: string) => [invalidValue(field, path, `is an invalid path: ${why}`)];
  if (!path.startsWith('.')) return wrong('does not refer to a valid field');
  const steps = path.slice(1).split('.');
  if (steps[0] === 'metadata') return [invalidValue(field, path, 'must not point to fields in metadata')];
  let at: SchemaNode | undefined = schema;
  for (const step of steps) at = at?.properties?.[step];
  if (!at) return wrong('does not refer to a valid field');
  return enumErrors(SELECTABLE.includes(at.type ?? '') ? undefined : (at.type ?? ''), SELECTABLE, field).map(
    () =>
      invalidValue(
        field,
        path,
        `must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.`,
      ),
  );
}
