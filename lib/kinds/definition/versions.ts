/** The versions of a definition. What all of them have alike the server takes for the definition's own, and names so. */
import { canonicalJson, type JsonValue, nameProblems } from '../../objects/index.ts';
import { definitionSchemaErrors, isSchemaNode } from '../../schemas/index.ts';
import { type FieldError, type Fields, invalidValue, itemsOf, required, tooLong } from '../field-errors.ts';
import { columnErrors, scaleErrors, selectableErrors } from './paths.ts';

export function versionErrors(versions: readonly Fields[]): FieldError[] {
  const names = versions.map(({ name }): string => name ?? '');
  const storing = versions.filter(({ storage }) => storage);
  const stored = storing.length;
  return [
    ...versions.flatMap((version, i) => ownErrors(version, `spec.versions[${i}]`)),
    ...(names.some((name, i) => names.indexOf(name) < i)
      ? [invalidValue('spec.versions', versions, 'must contain unique version names')]
      : []),
    ...(stored === 1
      ? []
      : [invalidValue('spec.versions', versions, 'must have exactly one version marked as storage version')]),
    ...firstNameErrors(names[0]),
    ...(stored === 0
      ? [invalidValue('status.storedVersions', null, 'must have at least one stored version')]
      : []),
    ...(stored > 1
      ? [
          invalidValue(
            'status.storedVersions',
            [storing[0].name],
            `must have the storage version ${storing.at(-1).name}`,
          ),
        ]
      : []),
    ...schemaErrors(versions),
    ...partErrors(versions, 'subresources', (part, at) =>
      part.scale ? scaleErrors(part.scale, `${at}.scale`) : [],
    ),
    ...partErrors(versions, 'additionalPrinterColumns', (part, at) =>
      itemsOf(part).flatMap((column, i) => columnErrors(column, `${at}[${i}]`)),
    ),
    ...partErrors(versions, 'selectableFields', (part, at, version) =>
      selectableErrors(itemsOf(part), version.schema?.openAPIV3Schema, at),
    ),
  ];
}

/** The server has the name of the first version once more. */
function firstNameErrors(name: string | undefined): FieldError[] {
  const problems = name ? nameProblems(name, 'dns-1035-label') : [];
  return problems.length > 0 ? [invalidValue('spec.version', name, problems.join(','))] : [];
}

/** What does not show in a line (Go's unicode.IsPrint). */
const UNPRINTABLE = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

const WARNING_LENGTH = 256;

function ownErrors({ name, deprecated, deprecationWarning }: Fields, at: string): FieldError[] {
  const problems = nameProblems(name ?? '', 'dns-1035-label');
  const field = `${at}.deprecationWarning`;
  const errors = problems.length > 0 ? [invalidValue(`${at}.name`, name, problems.join(','))] : [];
  if (deprecationWarning == null) return errors;
  if (!deprecated)
    errors.push(invalidValue(field, deprecationWarning, 'can only be set for deprecated versions'));
  if (deprecationWarning.length > WARNING_LENGTH) errors.push(tooLong(field, WARNING_LENGTH));
  const unprintable = UNPRINTABLE.exec(deprecationWarning);
  if (unprintable) {
    const at = Buffer.byteLength(deprecationWarning.slice(0, unprintable.index));
    const why = `must only contain printable UTF-8 characters; non-printable character found at index ${at}`;
    errors.push(invalidValue(field, deprecationWarning, why));
  }
  if (deprecationWarning === '') errors.push(invalidValue(field, '', 'must not be an empty string'));
  return errors;
}

function schemaErrors(versions: readonly Fields[]): FieldError[] {
  const missing = versions.flatMap(({ schema }, i) =>
    schema?.openAPIV3Schema
      ? []
      : [required(`spec.versions[${i}].schema.openAPIV3Schema`, 'schemas are required')],
  );
  const hasStatus = versions.some(({ subresources }) => subresources?.status != null);
  return [
    ...missing,
    ...partErrors(versions, 'schema', ({ openAPIV3Schema: schema }, at) =>
      isSchemaNode(schema)
        ? definitionSchemaErrors(schema, `${at === 'spec.schema' ? 'spec.validation' : at}.openAPIV3Schema`, {
            hasStatus,
          })
        : [],
    ),
  ];
}

type PartCheck = (part: Fields, at: string, version: Fields) => FieldError[];

function partErrors(versions: readonly Fields[], name: string, check: PartCheck): FieldError[] {
  const [first] = versions;
  const isCommon =
    versions.length === 1 || new Set(versions.map((version) => textOf(version[name]))).size === 1;
  if (isCommon) return first?.[name] ? check(first[name], `spec.${name}`, first) : [];
  return versions.flatMap((version, i) =>
    version[name] ? check(version[name], `spec.versions[${i}].${name}`, version) : [],
  );
}

function textOf(part: unknown): string {
  return part === undefined ? '' : canonicalJson(part as JsonValue); // a part of an object
}
