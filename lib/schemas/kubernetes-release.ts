/** The kinds of one Kubernetes release, read from releases.data.json. */
import { existsSync, readFileSync } from 'node:fs';
import { compareText } from '../objects/index.ts';
import type { CompactSchema, Header } from './releases/data.ts';
import { SchemaType } from './schema-type.ts';

export interface ServedKind {
  readonly isNamespaced: boolean;
  /** What an object of the kind looks like. */
  readonly type: SchemaType;
}

/** What Kubernetes says of a version of a kind. Numbers are minor versions of Kubernetes 1. */
export interface Lifecycle {
  readonly deprecated: number;
  /** From then on it is not served any more. */
  readonly removed: number;
  readonly replacement?: { readonly apiVersion: string; readonly kind: string };
}

export interface KubernetesRelease {
  /** `1.37.2` */
  readonly version: string;
  readonly minor: number;
  /** @returns undefined when the release does not serve it; the resource may still be one of a definition */
  kind(apiVersion: string, kind: string): ServedKind | undefined;
  /** Kinds that the release serves in a group version; none when it does not have the group version. */
  kindsOf(apiVersion: string): readonly string[];
  /** The group versions in which the release serves a kind of that name, the most mature first. */
  versionsOf(kind: string): readonly string[];
  /** The first of the known releases that serves it, as minor version; undefined when none does. */
  firstServed(apiVersion: string, kind: string): number | undefined;
  lifecycle(apiVersion: string, kind: string): Lifecycle | undefined;
}

interface Data {
  readonly header: Header;
  schema(line: number): CompactSchema;
}

/** Built files lie in build/lib/schemas; the package keeps the data once, beside the sources. */
const PLACES = ['releases/releases.data.json', '../../../lib/schemas/releases/releases.data.json'];

let loaded: Data | undefined;
const releases = new Map<number, KubernetesRelease>();

/** @param minor 33 for Kubernetes 1.33
 * @throws RangeError when it is none of {@link knownReleases} */
export function kubernetesRelease(minor: number): KubernetesRelease {
  const known = releases.get(minor);
  if (known) return known;
  loaded ??= load();
  const release = readRelease(loaded, minor);
  releases.set(minor, release);
  return release;
}

/** Minor versions of the releases that are known, ascending. */
export function knownReleases(): readonly number[] {
  loaded ??= load();
  return loaded.header.releases.map(minorOf);
}

function minorOf(version: string): number {
  return Number(version.split('.')[1]);
}

function load(): Data {
  const files = PLACES.map((place) => new URL(place, import.meta.url));
  const file = files.find((url) => existsSync(url)) ?? files[0]!; // named in the error that follows
  const [first = '', ...lines] = readFileSync(file, 'utf8').split('\n');
  const member = (line: string): unknown => JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line);
  return {
    header: member(first.slice(1)) as Header, // written by compact.ts
    schema: (line) => member(lines[line] ?? '') as CompactSchema,
  };
}

const LIFECYCLES_OF_OTHERS: Header['lifecycle'] = {
  // Kinds whose types are not in k8s.io/api, or no longer (Kubernetes, "Deprecated API Migration Guide").
  'apiextensions.k8s.io/v1beta1 CustomResourceDefinition': [
    16,
    22,
    'apiextensions.k8s.io/v1 CustomResourceDefinition',
  ],
  'apiregistration.k8s.io/v1beta1 APIService': [19, 22, 'apiregistration.k8s.io/v1 APIService'],
  'autoscaling/v2beta1 HorizontalPodAutoscaler': [22, 25, 'autoscaling/v2 HorizontalPodAutoscaler'],
  'autoscaling/v2beta2 HorizontalPodAutoscaler': [23, 26, 'autoscaling/v2 HorizontalPodAutoscaler'],
  'extensions/v1beta1 PodSecurityPolicy': [10, 16],
  'policy/v1beta1 PodSecurityPolicy': [21, 25],
};

function readRelease({ header, schema }: Data, minor: number): KubernetesRelease {
  const index = header.releases.findIndex((version) => minorOf(version) === minor);
  if (index < 0) throw new RangeError(`no schemas of Kubernetes 1.${minor}`);
  const types = new Map<number, SchemaType>();
  const typeAt = (place: number): SchemaType => {
    const known = types.get(place);
    if (known) return known;
    const type = new SchemaType(
      schema(lineAt(header.schemas[place] ?? [], index)),
      typeAt,
      header.names[place],
    );
    types.set(place, type);
    return type;
  };
  const served = new Map<string, ServedKind | undefined>();
  const read = (text: string): ServedKind | undefined => {
    const found = Object.hasOwn(header.kinds, text) ? header.kinds[text] : undefined;
    if (found === undefined || index < found[2] || index > found[3]) return undefined;
    return { isNamespaced: found[1] === 1, type: typeAt(found[0]) };
  };
  // Asked for only where something is wrong.
  const names = (): readonly [apiVersion: string, kind: string][] =>
    Object.entries(header.kinds).flatMap(([text, [, , first, last]]) =>
      index < first || index > last ? [] : [text.split(' ') as [apiVersion: string, kind: string]],
    );
  return {
    version: header.releases[index] ?? '',
    minor,
    kind(apiVersion, kind) {
      const text = `${apiVersion} ${kind}`;
      let found = served.get(text);
      if (found === undefined) {
        found = read(text);
        served.set(text, found);
      }
      return found;
    },
    kindsOf: (apiVersion) => names().flatMap(([version, kind]) => (version === apiVersion ? [kind] : [])),
    versionsOf: (wanted) =>
      names()
        .flatMap(([version, kind]) => (kind === wanted ? [version] : []))
        .sort((a, b) => maturity(a) - maturity(b) || compareText(b, a)),
    firstServed(apiVersion, kind) {
      const text = `${apiVersion} ${kind}`;
      const found = Object.hasOwn(header.kinds, text) ? header.kinds[text] : undefined;
      return found && minorOf(header.releases[found[2]] ?? '');
    },
    lifecycle(apiVersion, kind) {
      const text = `${apiVersion} ${kind}`;
      const found = [header.lifecycle, LIFECYCLES_OF_OTHERS].find((table) => Object.hasOwn(table, text))?.[
        text
      ];
      if (found === undefined) return undefined;
      const [deprecated, removed, replaced] = found;
      const [version, replacement] = replaced?.split(' ') ?? [];
      return {
        deprecated,
        removed,
        ...(version !== undefined &&
          replacement !== undefined && { replacement: { apiVersion: version, kind: replacement } }),
      };
    },
  };
}

/** The line that holds for a release. */
function lineAt(runs: readonly number[], release: number): number {
  let line = -1;
  for (let at = 0; at < runs.length && runs[at]! <= release; at += 2) line = runs[at + 1]!; // pairs, see data.ts
  return line;
}

/** Stable before beta before alpha. */
const maturity = (apiVersion: string): number =>
  apiVersion.includes('alpha') ? 2 : apiVersion.includes('beta') ? 1 : 0;
