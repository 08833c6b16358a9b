/** Kubernetes' library of named formats (apiserver, pkg/cel/library/format.go; kube-openapi, pkg/validation/strfmt). What is said of
 * a text that is wrong is left to the server. */
import type { Environment, Optional } from '@marcbachmann/cel-js';
import { labelValueProblems, nameProblems, qualifiedNameProblems } from '../../objects/index.ts';
import { isRequestUrl } from './urls.ts';

class Format {
  readonly isValid: (text: string) => boolean;

  constructor(isValid: (text: string) => boolean) {
    this.isValid = isValid;
  }
}

class Formats {}

const label = (text: string) => nameProblems(text, 'dns-1123-label').length === 0;
const label1035 = (text: string) => nameProblems(text, 'dns-1035-label').length === 0;
const subdomain = (text: string) => nameProblems(text, undefined).length === 0;

/** A prefix may end with a dash, to which something is appended. */
const prefix = (isName: (text: string) => boolean) => (text: string) =>
  isName(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text);

function isDate(text: string): boolean {
  const time = new Date(`${text}T00:00:00Z`);
  return (
    /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(time.getTime()) && time.toISOString().startsWith(text)
  );
}

/** The sign before a fraction may be any, as a server has it. */
const CLOCK = /^([0-9]{2}):([0-9]{2}):([0-9]{2})(?:[^\n][0-9]+)?(?:z|[+-][0-9]{2}:[0-9]{2})$/;

const FORMATS: Readonly<Record<string, (text: string) => boolean>> = {
  dns1123Label: label,
  dns1123Subdomain: subdomain,
  dns1035Label: label1035,
  dns1123LabelPrefix: prefix(label),
  dns1123SubdomainPrefix: prefix(subdomain),
  dns1035LabelPrefix: prefix(label1035),
  qualifiedName: (text) => text.split('/').length < 3 && qualifiedNameProblems(text).length === 0,
  labelValue: (text) => labelValueProblems(text).length === 0,
  uuid: (text) => /^[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}$/i.test(text),
  byte: (text) =>
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{4})$/.test(text),
  uri: isRequestUrl,
  date: isDate,
  datetime: (text) => {
    const [day = '', clock = ''] = text.toLowerCase().split('t');
    const time = CLOCK.exec(clock);
    return isDate(day) && time !== null && time[1]! <= '23' && time[2]! <= '59' && time[3]! <= '59';
  },
};

/** @param cel the library's own type of optional values */
export function registerFormats(environment: Environment, cel: { readonly Optional: typeof Optional }): void {
  class Problems extends cel.Optional {
    override value(): never {
      throw new Error('what is wrong is said by the server');
    }
  }
  // Its types do not tell that it takes the value that it has.
  const problems: unknown = Reflect.construct(cel.Optional, [[]], Problems);
  environment
    .registerType('Format', { ctor: Format, fields: {} })
    .registerType('Formats', { ctor: Formats, fields: {} })
    .registerConstant('format', 'Formats', new Formats())
    .registerFunction('Format.validate(string): optional<list<string>>', (format: Format, text: string) =>
      format.isValid(text) ? cel.Optional.none() : problems,
    )
    .registerFunction('Formats.named(string): optional<Format>', (_: Formats, name: string) => {
      const isValid = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
      return isValid ? cel.Optional.of(new Format(isValid)) : cel.Optional.none();
    });
  for (const [name, isValid] of Object.entries(FORMATS)) {
    environment.registerFunction(`Formats.${name}(): Format`, () => new Format(isValid));
  }
}
