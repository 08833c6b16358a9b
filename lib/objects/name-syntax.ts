/** Names, label keys and label values (apimachinery, util/validation). The wording is Kubernetes' own. */

/** A subdomain when absent. */
export type NameFormat = 'path-segment' | 'dns-1123-label' | 'dns-1035-label';

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
export function nameProblems(name: string, format: NameFormat | undefined): string[] {
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

/** What is wrong with the key of a label or annotation (an annotation's in lower case). */
export function qualifiedNameProblems(key: string): string[] {
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

/** What is wrong with the value of a label. */
export function labelValueProblems(value: string): string[] {
  return [
    ...(value.length > 63 ? ['must be no more than 63 characters'] : []),
    ...(labelValuePattern.test(value)
      ? []
      : [
          `a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '${LABEL_VALUE}')`,
        ]),
  ];
}
