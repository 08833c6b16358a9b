/** Makes releases.data.json; README.md says how to run it. */
import { globSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { CompactSchema, CompactType, Header, Runs } from './data.ts';

const [apiSource, ...sources] = process.argv.slice(2);
if (apiSource === undefined || sources.length === 0) {
  process.stderr.write(
    'usage: node lib/schemas/releases/compact.ts <k8s.io/api source> <version>=<kubernetes source>…\n',
  );
  process.exit(3);
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

interface Node {
  readonly $ref?: string;
  readonly allOf?: readonly Node[];
  readonly type?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly items?: Node;
  readonly additionalProperties?: Node | boolean;
  readonly 'x-kubernetes-list-type'?: string;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: string;
  readonly 'x-kubernetes-patch-strategy'?: string;
  readonly 'x-kubernetes-patch-merge-key'?: string;
  readonly 'x-kubernetes-group-version-kind'?: readonly GroupVersionKind[];
}

/** Types that are not what their schema says: their JSON is read by code of their own (apimachinery). */
const OWN_FORM: Readonly<Record<string, CompactType>> = {
  'apimachinery.pkg.api.resource.Quantity': 'q',
  'apimachinery.pkg.util.intstr.IntOrString': 'x',
  'apimachinery.pkg.apis.meta.v1.Time': 't',
  'apimachinery.pkg.apis.meta.v1.MicroTime': 't',
  'apimachinery.pkg.runtime.RawExtension': ['@', '*'],
  'apimachinery.pkg.apis.meta.v1.FieldsV1': 'o',
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.JSON': '*',
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': '*',
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': '*',
  'apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrStringArray': '*',
};

const names: string[] = [];
const placeOf = new Map<string, number>();

function place(name: string): number {
  let found = placeOf.get(name);
  if (found === undefined) {
    found = names.push(name) - 1;
    placeOf.set(name, found);
  }
  return found;
}

const shortName = (name: string): string => name.replace(/^io\.k8s\./, '');
const referred = (reference: string): string => shortName(reference.slice(reference.lastIndexOf('/') + 1));

const apiVersionOf = (group: string, version: string): string =>
  group === '' ? version : `${group}/${version}`;

/** A schema where it is used. */
function typeOf(node: Node): CompactType {
  const reference = node.$ref ?? (node.allOf?.length === 1 ? node.allOf[0]?.$ref : undefined);
  const { default: initial } = node;
  if (reference !== undefined) {
    const name = referred(reference);
    const own = OWN_FORM[name];
    const type = own ?? place(name);
    const mapType = node['x-kubernetes-map-type'];
    if (mapType !== undefined) {
      return withDefault(mapType === 'atomic' ? ['@', type] : ['~', type], initial);
    }
    const isEmpty = typeof initial === 'object' && initial !== null && Object.keys(initial).length === 0;
    return isEmpty && typeof type === 'number' ? -1 - type : withDefault(type, isEmpty ? undefined : initial);
  }
  return withDefault(inlineType(node), initial);
}

function withDefault(type: CompactType, initial: unknown): CompactType {
  return initial === undefined ? type : ['=', type, initial];
}

function inlineType(node: Node): CompactType {
  switch (node.type) {
    case 'array':
      return listType(node);
    case 'object': {
      const { additionalProperties } = node;
      const type: CompactType =
        typeof additionalProperties === 'object'
          ? ['{', typeOf({ ...additionalProperties, default: undefined })]
          : 'o';
      return node['x-kubernetes-map-type'] === 'atomic' ? ['@', type] : type;
    }
    case 'boolean':
      return 'b';
    case 'integer':
      return node.format === 'int32' ? 'i' : 'l';
    case 'number':
      return 'n';
    case 'string':
      if (node.format === 'date-time') return 't';
      return node.format === 'byte' ? 'y' : 's';
    case undefined:
      return '*';
    default:
      throw new Error(`unknown type ${node.type}`);
  }
}

function listType(node: Node): CompactType {
  const items = typeOf({ ...node.items, default: undefined });
  const { 'x-kubernetes-list-type': type, 'x-kubernetes-patch-merge-key': mergeKey } = node;
  const merges = node['x-kubernetes-patch-strategy']?.split(',').includes('merge') ?? false;
  // Lists without a type go by their patch strategy (kube-openapi, schemaconv).
  if (type === 'map') return ['[', items, 'm', ...(node['x-kubernetes-list-map-keys'] ?? [])];
  if (type === 'set') return ['[', items, 's'];
  if (type === undefined && merges)
    return mergeKey === undefined ? ['[', items, 's'] : ['[', items, 'm', mergeKey];
  return ['[', items];
}

function schemaOf(name: string, node: Node): CompactSchema {
  const own = OWN_FORM[name];
  if (own !== undefined) return own;
  if (node.properties === undefined) return inlineType(node);
  return {
    p: Object.fromEntries(Object.entries(node.properties).map(([field, of]) => [field, typeOf(of)])),
    ...(node.required && { r: node.required }),
    ...(node['x-kubernetes-map-type'] === 'atomic' && { a: 1 }),
  };
}

const lines: string[] = [];
const lineOf = new Map<string, number>();

function line(schema: CompactSchema): number {
  const text = JSON.stringify(schema);
  let found = lineOf.get(text);
  if (found === undefined) {
    found = lines.push(text) - 1;
    lineOf.set(text, found);
  }
  return found;
}

type Kind = [schema: number, namespaced: 0 | 1, first: number, last: number];

const runs = new Map<number, number[]>();
const kinds = new Map<string, Kind>();

const COLLECTION = /^\/apis?(?:\/[^/]+){1,2}(\/namespaces\/\{namespace\})?\/[^/{]+$/;

function readRelease(source: string, release: number): void {
  const folder = join(source, 'api/openapi-spec/v3');
  const here = new Map<string, string>();
  const defined = new Map<string, string>();
  /** Kinds that can be made, and whether in a namespace. */
  const served = new Map<string, boolean>();
  for (const file of readdirSync(folder).sort()) {
    const { components, paths } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as {
      components?: { schemas?: Record<string, Node> };
      paths: Record<string, { post?: { 'x-kubernetes-group-version-kind'?: GroupVersionKind } }>;
    };
    for (const [path, { post }] of Object.entries(paths)) {
      const match = COLLECTION.exec(path);
      const kind = post?.['x-kubernetes-group-version-kind'];
      if (match && kind)
        served.set(`${apiVersionOf(kind.group, kind.version)} ${kind.kind}`, match[1] !== undefined);
    }
    for (const [full, node] of Object.entries(components?.schemas ?? {})) {
      const name = shortName(full);
      const text = JSON.stringify(schemaOf(name, node));
      if ((here.get(name) ?? text) !== text)
        throw new Error(`${name} differs between documents of ${source}`);
      here.set(name, text);
      for (const { group, version, kind } of node['x-kubernetes-group-version-kind'] ?? []) {
        defined.set(`${apiVersionOf(group, version)} ${kind}`, name);
      }
    }
  }
  for (const [name, text] of here) {
    const at = place(name);
    const run = runs.get(at) ?? [];
    const found = line(JSON.parse(text) as CompactSchema);
    if (run.at(-1) !== found) run.push(release, found);
    runs.set(at, run);
  }
  for (const [at, run] of runs) {
    if (!here.has(names[at] ?? '') && run.at(-1) !== -1) run.push(release, -1);
  }
  for (const [text, isNamespaced] of served) addKind(text, defined.get(text), isNamespaced, release);
}

function addKind(text: string, schema: string | undefined, isNamespaced: boolean, release: number): void {
  if (schema === undefined) throw new Error(`${text} has no schema`);
  const known = kinds.get(text);
  if (known === undefined) kinds.set(text, [place(schema), isNamespaced ? 1 : 0, release, release]);
  else if (known[3] !== release - 1) throw new Error(`${text} went away and came back`);
  else if (known[0] !== place(schema)) throw new Error(`${text} changed its schema's name`);
  else known[3] = release;
}

/** Deprecated, removed and replaced, as the types of k8s.io/api say it themselves. */
function readLifecycle(): Header['lifecycle'] {
  const found: Record<string, [number, number, string?]> = {};
  for (const file of globSync('*/v*/zz_generated.prerelease-lifecycle.go', { cwd: apiSource }).sort()) {
    const folder = join(apiSource!, dirname(file));
    const group = /GroupName\s*=\s*"([^"]*)"/.exec(readFileSync(join(folder, 'register.go'), 'utf8'))?.[1];
    if (group === undefined) throw new Error(`no group in ${folder}`);
    const text = readFileSync(join(apiSource!, file), 'utf8');
    const minor = (kind: string, what: string): number | undefined => {
      const match = new RegExp(`\\*${kind}\\) APILifecycle${what}\\(\\)[^{]*\\{\\s*return 1, (\\d+)`).exec(
        text,
      );
      return match ? Number(match[1]) : undefined;
    };
    for (const [, kind] of text.matchAll(/\*(\w+)\) APILifecycleRemoved\(/g)) {
      if (kind === undefined || kind.endsWith('List')) continue;
      const removed = minor(kind, 'Removed');
      const deprecated = minor(kind, 'Deprecated') ?? removed;
      if (deprecated === undefined || removed === undefined) throw new Error(`${file}: ${kind}`);
      const replaced = new RegExp(
        `\\*${kind}\\) APILifecycleReplacement\\(\\)[^{]*\\{\\s*return schema\\.GroupVersionKind\\{Group: "([^"]*)", Version: "([^"]*)", Kind: "([^"]*)"`,
      ).exec(text);
      const entry: [number, number, string?] = [deprecated, removed];
      // The API names the list of a kind in one place where it means the kind.
      if (replaced)
        entry.push(
          `${apiVersionOf(replaced[1] ?? '', replaced[2] ?? '')} ${replaced[3]?.replace(/List$/, '')}`,
        );
      found[`${apiVersionOf(group, basename(folder))} ${kind}`] = entry;
    }
  }
  return found;
}

const releases = sources.map((given) => {
  const split = given.indexOf('=');
  return { version: given.slice(0, split), source: given.slice(split + 1) };
});
for (const [index, { source }] of releases.entries()) readRelease(source, index);
const header: Header = {
  releases: releases.map(({ version }) => version),
  names,
  schemas: names.map((_, at): Runs => runs.get(at) ?? []),
  kinds: Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
  lifecycle: readLifecycle(),
};
writeFileSync(
  new URL('releases.data.json', import.meta.url),
  `[${JSON.stringify(header)},\n${lines.join(',\n')}\n]\n`,
);
