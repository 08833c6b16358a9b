/** The OpenAPI documents and the discovery document that Kubernetes publishes for its own kinds, without a
 * cluster. */
import { existsSync, readFileSync } from 'node:fs';
import { brotliDecompressSync } from 'node:zlib';
import type { GroupVersionKind, JsonValue } from '../../objects/index.ts';
import type { OpenApiSchema } from '../openapi-schema.ts';

/** built-in.data.json: the documents joined to one text, where each of them is in it, and the text compressed. */
export interface BuiltInData {
  readonly version: string;
  readonly openapi: Readonly<Record<string, readonly [offset: number, length: number]>>;
  readonly discovery: Readonly<Record<string, readonly [offset: number, length: number]>>;
  /** base64 */
  readonly brotli: string;
}

/** An OpenAPI v3 document, as `/openapi/v3/<path>` serves it. */
export interface OpenApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, OpenApiPath>>;
  readonly components?: { readonly schemas?: Readonly<Record<string, OpenApiSchema>> };
}

/** One path: an operation for each method, and the parameters that they share. */
export interface OpenApiPath {
  readonly parameters?: readonly JsonValue[];
  readonly get?: OpenApiOperation;
  readonly put?: OpenApiOperation;
  readonly post?: OpenApiOperation;
  readonly patch?: OpenApiOperation;
  readonly delete?: OpenApiOperation;
  readonly options?: OpenApiOperation;
  readonly head?: OpenApiOperation;
}

export interface OpenApiOperation {
  readonly operationId?: string;
  readonly parameters?: readonly JsonValue[];
  readonly responses?: JsonValue;
  readonly requestBody?: JsonValue;
  /** `list`, `get`, `patch`, `watchlist`, … */
  readonly 'x-kubernetes-action'?: string;
  readonly 'x-kubernetes-group-version-kind'?: GroupVersionKind;
}

export interface BuiltInOpenApi {
  /** The Kubernetes release that the documents are from: `1.37.2`. */
  readonly version: string;
  /** The paths of the documents as `/openapi/v3` lists them: `api/v1`, `apis/apps/v1`, `version`. */
  paths(): readonly string[];
  /** @param path one of {@link paths}
   * @returns undefined for any other path */
  document(path: string): OpenApiDocument | undefined;
  /** What the API server answers at a path without a resource: `api` (APIVersions), `apis` (APIGroupList),
   * `apis/apps` (APIGroup), `api/v1` and `apis/apps/v1` (APIResourceList); and as `aggregated_v2` the
   * APIGroupDiscoveryList of `/apis`.
   * @returns undefined for any other path */
  discovery(path: string): JsonValue | undefined;
}

let loaded: BuiltInOpenApi | undefined;

/** The documents of the Kubernetes release that Truekeel is developed against. The first call reads the data of
 * this package; documents are parsed when they are first asked for, and the same object is returned from then
 * on. */
export function builtInOpenApi(): BuiltInOpenApi {
  loaded ??= load();
  return loaded;
}

function load(): BuiltInOpenApi {
  const data = readData();
  let text: Buffer | undefined;
  const parse = ([offset, length]: readonly [number, number]): unknown => {
    text ??= brotliDecompressSync(Buffer.from(data.brotli, 'base64'));
    return JSON.parse(text.toString('utf8', offset, offset + length));
  };
  const once = (places: BuiltInData['openapi']): ((path: string) => unknown) => {
    const parsed = new Map<string, unknown>();
    return (path) => {
      const place = Object.hasOwn(places, path) ? places[path] : undefined;
      if (place !== undefined && !parsed.has(path)) parsed.set(path, parse(place));
      return parsed.get(path);
    };
  };
  return {
    version: data.version,
    paths: () => Object.keys(data.openapi),
    // compact.ts puts nothing else there, and JSON.parse returns JSON.
    document: once(data.openapi) as BuiltInOpenApi['document'],
    discovery: once(data.discovery) as BuiltInOpenApi['discovery'],
  };
}

/** Built files lie in build/lib/fields/openapi; the package keeps the data once, beside the sources. */
const PLACES = ['built-in.data.json', '../../../../lib/fields/openapi/built-in.data.json'];

function readData(): BuiltInData {
  const files = PLACES.map((place) => new URL(place, import.meta.url));
  const file = files.find((url) => existsSync(url)) ?? files[0]!;
  return JSON.parse(readFileSync(file, 'utf8')) as BuiltInData; // written by compact.ts
}
