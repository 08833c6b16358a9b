/** The form of releases.data.json: a JSON array with one member on each line, so that a reader can find a member by
 * its line and parse no other. The first is the {@link Header}, the others are {@link CompactSchema}s. */

/** Scalars and values of any kind: `s` string, `b` boolean, `i` 32-bit and `l` 64-bit integer, `n` number, `t`
 * date-time, `y` bytes (base64), `q` quantity, `x` integer or string, `o` any object, `*` anything. */
export type ScalarCode = 's' | 'b' | 'i' | 'l' | 'n' | 't' | 'y' | 'q' | 'x' | 'o' | '*';

export type CompactType =
  | ScalarCode
  /** The schema of that place in `names`; below zero, `-1 - place` with the default `{}`. */
  | number
  /** A list: items, then for lists that are not merged as a whole `s` (set) or `m` (map) and the keys. */
  | readonly ['[', CompactType]
  | readonly ['[', CompactType, 's']
  | readonly ['[', CompactType, 'm', ...string[]]
  /** A map from any name to that type. */
  | readonly ['{', CompactType]
  /** The type with a default. */
  | readonly ['=', CompactType, unknown]
  /** The type, merged as a whole where it is used. */
  | readonly ['@', CompactType]
  /** The type, merged field by field where it is used. */
  | readonly ['~', CompactType];

export interface CompactStruct {
  /** Fields. */
  readonly p: Readonly<Record<string, CompactType>>;
  /** Required fields. */
  readonly r?: readonly string[];
  /** Merged as a whole. */
  readonly a?: 1;
}

export type CompactSchema = CompactStruct | CompactType;

/** What a schema was from a release on: place of the release, line of the schema (-1: none); and so on. */
export type Runs = readonly number[];

export interface Header {
  /** `1.27.16`, ascending. */
  readonly releases: readonly string[];
  /** Names of the schemas without `io.k8s.`: `api.core.v1.PodSpec`. */
  readonly names: readonly string[];
  /** Of each name. */
  readonly schemas: readonly Runs[];
  /** `apps/v1 Deployment`: place in `names`, 1 when namespaced, places of the first and last release that serve it. */
  readonly kinds: Readonly<
    Record<string, readonly [schema: number, namespaced: 0 | 1, first: number, last: number]>
  >;
  /** `batch/v1beta1 CronJob`: minor versions since which it is deprecated and from which on it is not served, and
   * what replaces it. */
  readonly lifecycle: Readonly<
    Record<string, readonly [deprecated: number, removed: number, replacement?: string]>
  >;
}
