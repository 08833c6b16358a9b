/** Digests and notations of Sprig and Argo CD. */
import { createHash } from 'node:crypto';
import { type JsonValue, parseYaml, TruekeelError } from '../../objects/index.ts';
import { type Call, ofTexts, taking, text } from './arguments.ts';
import {
  type Dictionary,
  dictionary,
  field,
  isDictionary,
  isList,
  Refusal,
  sortedNames,
  type Value,
} from './values.ts';

/** As Go writes JSON: names in order. */
function json(value: Value, escapesHtml: boolean, indent = ''): string {
  const written = JSON.stringify(plain(value), undefined, indent).replace(/[\u2028\u2029\x7f]/g, (sign) =>
    sign === '\x7f' ? sign : `\\u${sign.charCodeAt(0).toString(16)}`,
  );
  return escapesHtml
    ? written.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
    : written;
}

function plain(value: Value): JsonValue {
  if (value === undefined || value === null) return null;
  if (isList(value)) return value.map(plain);
  if (isDictionary(value)) {
    const names = sortedNames(value);
    // JavaScript puts numbers first.
    if (names.some((name) => /^(?:0|[1-9]\d*)$/.test(name) || name === '__proto__')) throw new Refusal();
    return Object.fromEntries(names.map((name) => [name, plain(field(value, name))]));
  }
  if (typeof value !== 'bigint') return value;
  if (!Number.isSafeInteger(Number(value))) throw new Refusal();
  return Number(value);
}

/** From JSON, whose numbers are all floats. */
function read(value: unknown): Value {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value === 'object' && value !== null) {
    return dictionary(Object.entries(value).map(([name, one]) => [name, read(one)]));
  }
  return value as Value; // what else JSON has
}

function fromJson(value: string): Value {
  try {
    return read(JSON.parse(value));
  } catch {
    throw new Refusal();
  }
}

function fromYaml(value: string): Value {
  try {
    const [document, ...more] = parseYaml(value, { file: 'template' });
    if (more.length > 0) throw new Refusal();
    return read(document?.value ?? null);
  } catch (error) {
    if (error instanceof TruekeelError) throw new Refusal();
    throw error;
  }
}

/** As Go writes YAML; texts that it would write over several lines, or in a way that depends on more than they are, are refused. */
function yaml(value: Value, indent: string): readonly string[] {
  if (isList(value) && value.length > 0) {
    return value.flatMap((item) => {
      const [first = '', ...others] = yaml(item, `${indent}  `);
      return [`${indent}- ${first.trimStart()}`, ...others];
    });
  }
  if (!isDictionary(value) || Object.keys(value).length === 0) return [indent + yamlScalar(value)];
  return yamlMap(value, indent);
}

function yamlMap(value: Dictionary, indent: string): readonly string[] {
  return sortedNames(value).flatMap((name) => {
    const key = yamlScalar(name);
    const one = field(value, name);
    const isNested = (isDictionary(one) && Object.keys(one).length > 0) || (isList(one) && one.length > 0);
    if (!isNested) return [`${indent}${key}: ${yamlScalar(one)}`];
    return [`${indent}${key}:`, ...yaml(one, isList(one) ? indent : `${indent}  `)];
  });
}

function yamlScalar(value: Value): string {
  if (value === undefined || value === null) return 'null';
  if (isList(value)) return '[]';
  if (isDictionary(value)) return '{}';
  if (typeof value !== 'string') {
    const written = String(value);
    if (typeof value === 'number' && !/^-?\d{1,6}(?:\.\d{1,6})?$/.test(written)) throw new Refusal();
    return written;
  }
  if (isPlainInYaml(value)) return value;
  if (value === '' || /^(?:true|false|null|yes|no|on|off|y|n|-?\d{1,9}(?:\.\d{1,9})?)$/i.test(value)) {
    return `"${value}"`;
  }
  throw new Refusal();
}

function isPlainInYaml(value: string): boolean {
  return (
    value.length < 70 &&
    /^[A-Za-z/](?:[\w/.-]|:(?=[^\s]))*$/.test(value) &&
    !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(value)
  );
}

const digest = (algorithm: string) =>
  ofTexts(1, (value) => createHash(algorithm).update(value!).digest('hex'));

function decoded(value: string): string {
  const bytes = Buffer.from(value, 'base64');
  const made = bytes.toString('utf8');
  if (bytes.toString('base64') !== value || !Buffer.from(made).equals(bytes)) throw new Refusal();
  return made;
}

const toJson = taking(1, (value) => json(value, true));
const toPrettyJson = taking(1, (value) => json(value, true, '  '));
const toRawJson = taking(1, (value) => json(value, false));
const ofJson = ofTexts(1, (value) => fromJson(value!));

export const ENCODINGS: Readonly<Record<string, Call>> = {
  b64enc: ofTexts(1, (value) => Buffer.from(value!).toString('base64')),
  b64dec: ofTexts(1, (value) => decoded(value!)),
  sha1sum: digest('sha1'),
  sha256sum: digest('sha256'),
  sha512sum: digest('sha512'),
  toJson,
  mustToJson: toJson,
  toPrettyJson,
  mustToPrettyJson: toPrettyJson,
  toRawJson,
  mustToRawJson: toRawJson,
  fromJson: ofJson,
  mustFromJson: ofJson,
  toYaml: taking(1, (value) => yaml(value, '').join('\n')),
  fromYaml: taking(1, (value) => {
    const read = fromYaml(text(value));
    if (!isDictionary(read)) throw new Refusal();
    return read;
  }),
  fromYamlArray: taking(1, (value) => {
    const read = fromYaml(text(value));
    if (!isList(read)) throw new Refusal();
    return read;
  }),
};
