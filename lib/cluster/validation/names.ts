/** Names, labels and annotations (apimachinery, util/validation). The wording is Kubernetes' own. */
import type { KindRules } from '../kinds/rules.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';

const DNS_LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';
const DNS_SUBDOMAIN = `${DNS_LABEL}(\\.${DNS_LABEL})*`;
const DNS_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?';
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]';
const LABEL_VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?';

const subdomainPattern = new RegExp(`^${DNS_SUBDOMAIN}$`);
const labelPattern = new RegExp(`^${DNS_LABEL}$`);
const dns1035Pattern = new RegExp(`^${DNS_1035}$`);
const qualifiedPattern = new RegExp(`^${QUALIFIED}$`);
const labelValuePattern = new RegExp(`^${LABEL_VALUE}$`);

/** What is wrong with a name, as sentences; none when it is right. */
export function nameProblems(name: string, format: KindRules['nameFormat']): string[] {
  switch (format) {
    case 'path-segment':
      return pathSegmentProblems(name);
    case 'dns-1123-label':
      return [
        ...(name.length > 63 ? ['must be no more than 63 characters'] : []),
        ...(labelPattern.test(name)
          ? []
          : [
              `a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '${DNS_LABEL}')`,
            ]),
      ];
    case 'dns-1035-label':
      return [
        ...(name.length > 63 ? ['must be no more than 63 characters'] : []),
        ...(dns1035Pattern.test(name)
          ? []
          : [
              `a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '${DNS_1035}')`,
            ]),
      ];
    default:
      return [
        ...(name.length > 253 ? ['must be no more than 253 characters'] : []),
        ...(subdomainPattern.test(name)
          ? []
          : [
              `a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '${DNS_SUBDOMAIN}')`,
            ]),
      ];
  }
}

function pathSegmentProblems(name: string): string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%']
    .filter((character) => name.includes(character))
    .map((character) => `may not contain '${character}'`);
}

const ANNOTATIONS_LIMIT = 262_144;

/** Checks name, labels and annotations of an object's metadata. */
export function metadataErrors(object: MutableObject, rules: KindRules): FieldError[] {
  const { metadata } = object;
  const name = nameProblems(metadata.name, rules.nameFormat).map(
    (problem): FieldError => invalidValue('metadata.name', metadata.name, problem),
  );
  return [
    ...name,
    ...labelErrors(metadata.labels, 'metadata.labels'),
    ...annotationErrors(metadata.annotations),
  ];
}

export function labelErrors(
  labels: Readonly<Record<string, string>> | undefined,
  field: string,
): FieldError[] {
  return Object.entries(labels ?? {}).flatMap(([key, value]) => [
    ...qualifiedNameProblems(key).map((problem) => invalidValue(field, key, problem)),
    ...labelValueProblems(value).map((problem) => invalidValue(field, value, problem)),
  ]);
}

function annotationErrors(annotations: Readonly<Record<string, string>> | undefined): FieldError[] {
  const entries = Object.entries(annotations ?? {});
  const size = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  return [
    ...entries.flatMap(([key]) =>
      qualifiedNameProblems(key.toLowerCase()).map((problem) =>
        invalidValue('metadata.annotations', key, problem),
      ),
    ),
    ...(size > ANNOTATIONS_LIMIT
      ? [
          {
            type: 'FieldValueTooLong',
            field: 'metadata.annotations',
            message: `Too long: may not be more than ${ANNOTATIONS_LIMIT} bytes`,
          } as const,
        ]
      : []),
  ];
}

function qualifiedNameProblems(key: string): string[] {
  const slash = key.indexOf('/');
  const prefix = slash < 0 ? undefined : key.slice(0, slash);
  const name = slash < 0 ? key : key.slice(slash + 1);
  return [
    ...(prefix === undefined
      ? []
      : nameProblems(prefix, undefined).map((problem) => `prefix part ${problem}`)),
    ...(name === '' ? ['name part must be non-empty'] : []),
    ...(name.length > 63 ? ['name part must be no more than 63 characters'] : []),
    ...(qualifiedPattern.test(name)
      ? []
      : [
          `name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '${QUALIFIED}')`,
        ]),
  ];
}

function labelValueProblems(value: string): string[] {
  return [
    ...(value.length > 63 ? ['must be no more than 63 characters'] : []),
    ...(labelValuePattern.test(value)
      ? []
      : [
          `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`,
        ]),
  ];
}

export function invalidValue(field: string, value: unknown, why: string): FieldError {
  return { type: 'FieldValueInvalid', field, message: `Invalid value: ${JSON.stringify(value)}: ${why}` };
}

export function required(field: string, why = ''): FieldError {
  return {
    type: 'FieldValueRequired',
    field,
    message: why === '' ? 'Required value' : `Required value: ${why}`,
  };
}

export function immutable(field: string, value: unknown): FieldError {
  return invalidValue(field, value, 'field is immutable');
}
