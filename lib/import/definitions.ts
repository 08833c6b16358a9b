import {
  canonicalJson,
  flattenLists,
  type JsonValue,
  parseYaml,
  placeInYaml,
  type SourceLocation,
  TruekeelError,
  type YamlDocument,
} from '../objects/index.ts';
import type { SchemaNode } from '../schemas/index.ts';
import { isMap, schemaProblems } from './structural-schema.ts';

/** A CustomResourceDefinition, as far as it says what objects of its kind look like. */
export interface Definition {
  readonly group: string;
  readonly kind: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** Those that are served, the most stable and newest first, as kubectl chooses. At least one. */
  readonly versions: readonly DefinitionVersion[];
  readonly source: SourceLocation;
}

interface DefinitionVersion {
  readonly name: string;
  readonly schema: SchemaNode;
  /** What to do instead, or that it is deprecated. */
  readonly deprecation?: string;
}

export interface SourceFile {
  /** Named in errors. */
  readonly file: string;
  readonly text: string;
}

export interface ReadDefinitions {
  /** By group and kind. */
  readonly definitions: readonly Definition[];
  /** What is wrong with the others. */
  readonly errors: readonly TruekeelError[];
}

const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const KIND = /^[A-Za-z][A-Za-z0-9]*$/;
const VERSION = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;

/** Reads every CustomResourceDefinition of files in YAML or JSON; documents of other kinds are passed over. What is wrong
 * with one keeps it out, and nothing else: `INVALID_YAML`, `INVALID_DEFINITION`, `DUPLICATE_DEFINITION`. */
export function readDefinitions(files: readonly SourceFile[]): ReadDefinitions {
  const errors: TruekeelError[] = [];
  const found = new Map<string, { readonly definition: Definition; readonly spec: string }>();
  for (const file of files) {
    for (const document of documentsOf(file, errors)) {
      const definition = readDefinition(document, file, errors);
      if (!definition) continue;
      const id = `${definition.group}/${definition.kind}`;
      const spec = canonicalJson(definition.versions as unknown as JsonValue); // out of JSON
      const known = found.get(id);
      if (!known) found.set(id, { definition, spec });
      else if (known.spec !== spec) errors.push(duplicate(definition, known.definition));
    }
  }
  const ids = [...found.keys()].sort();
  return { definitions: ids.map((id) => found.get(id)!.definition), errors };
}

function documentsOf({ file, text }: SourceFile, errors: TruekeelError[]): readonly YamlDocument[] {
  try {
    return flattenLists(parseYaml(text, { file }));
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    errors.push(error);
    return [];
  }
}

function readDefinition(
  document: YamlDocument,
  { text }: SourceFile,
  errors: TruekeelError[],
): Definition | undefined {
  const { value, source } = document;
  if (!isMap(value) || value.kind !== 'CustomResourceDefinition') return undefined;
  const name = isMap(value.metadata) && typeof value.metadata.name === 'string' ? value.metadata.name : '';
  const before = errors.length;
  const refuse = (path: readonly (string | number)[], problem: string): void => {
    const place = placeInYaml(text, document, path);
    const what = name === '' ? 'a CustomResourceDefinition' : `CustomResourceDefinition ${name}`;
    errors.push(
      new TruekeelError(`${place.file}:${place.line}: ${what}: ${formatPath(path)} ${problem}`, {
        code: 'INVALID_DEFINITION',
        family: 'validation',
        source: place,
        hint: 'Mend it, or take the definition of another release; the other definitions are imported all the same.',
      }),
    );
  };
  if (value.apiVersion !== 'apiextensions.k8s.io/v1') {
    refuse(['apiVersion'], `is ${JSON.stringify(value.apiVersion)}, and must be apiextensions.k8s.io/v1`);
    return undefined;
  }
  const spec = isMap(value.spec) ? value.spec : {};
  const names = isMap(spec.names) ? spec.names : {};
  const { group, scope } = spec;
  const { kind } = names;
  if (!isText(group, DNS_NAME)) refuse(['spec', 'group'], 'has to be the name of an API group');
  if (!isText(kind, KIND)) refuse(['spec', 'names', 'kind'], 'has to be the name of a kind');
  if (scope !== 'Namespaced' && scope !== 'Cluster') {
    refuse(['spec', 'scope'], 'has to be Namespaced or Cluster');
  }
  const versions = readVersions(spec.versions, refuse);
  if (errors.length > before) return undefined;
  // Judged above.
  return { group, kind, scope, versions, source } as Definition;
}

function readVersions(
  versions: unknown,
  refuse: (path: readonly (string | number)[], problem: string) => void,
): readonly DefinitionVersion[] {
  if (!Array.isArray(versions) || versions.length === 0) {
    refuse(['spec', 'versions'], 'has to list the versions');
    return [];
  }
  const served = versions.flatMap((version: unknown, index): readonly DefinitionVersion[] => {
    const at = ['spec', 'versions', index];
    if (!isMap(version) || !isText(version.name, VERSION)) {
      refuse([...at, 'name'], 'has to be the name of a version');
      return [];
    }
    if (version.served === false) return [];
    const schema = isMap(version.schema) ? version.schema.openAPIV3Schema : undefined;
    const path = [...at, 'schema', 'openAPIV3Schema'];
    if (schema === undefined) {
      refuse(path, 'is missing');
      return [];
    }
    for (const { path: below, problem } of schemaProblems(schema, path)) refuse(below, problem);
    const warning = version.deprecationWarning;
    return [
      {
        name: version.name,
        schema: schema as SchemaNode, // what is wrong with it has been refused
        ...(version.deprecated === true && {
          deprecation: typeof warning === 'string' && warning !== '' ? warning : 'Use another version.',
        }),
      },
    ];
  });
  if (served.length === 0) refuse(['spec', 'versions'], 'has no version that is served');
  return served.sort((a, b) => compareVersions(a.name, b.name));
}

/** Kubernetes' order of versions: stable before beta before alpha, newer before older, and others last by name. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [versionRank(a), versionRank(b)];
  for (const [index, rank] of left.entries()) {
    const difference = right[index]! - rank;
    if (difference !== 0) return difference;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

function versionRank(version: string): readonly number[] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return [-1, 0, 0];
  const stability = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
  return [stability, Number(match[1]), Number(match[3] ?? 0)];
}

function duplicate({ group, kind, source }: Definition, first: Definition): TruekeelError {
  return new TruekeelError(
    `${source.file}:${source.line}: ${kind}.${group} is defined in ${first.source.file}:${first.source.line}, and differently`,
    {
      code: 'DUPLICATE_DEFINITION',
      family: 'validation',
      source,
      hint: 'Leave one of them out; the first one is imported.',
    },
  );
}

function isText(value: unknown, form: RegExp): value is string {
  return typeof value === 'string' && form.test(value);
}

function formatPath(path: readonly (string | number)[]): string {
  return path
    .map((part) => (typeof part === 'number' ? `[${part}]` : `.${part}`))
    .join('')
    .slice(1);
}
