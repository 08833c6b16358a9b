/** Finds the binaries of a control plane: in `KUBEBUILDER_ASSETS`, else in the cache, where `build.ts` puts
 * them. Looks at files only; builds nothing. */
import { execFileSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { API_BINARIES, type Binary, cacheDirectory, NODE_BINARIES } from './binaries.ts';

/** `api`: etcd and kube-apiserver. `nodes`: controllers, scheduler and fake nodes too. */
export type Part = 'api' | 'nodes';

export interface Assets {
  /** Path of each binary that was found, by name. */
  readonly paths: ReadonlyMap<string, string>;
  /** KWOK's configuration; undefined when it was not found. */
  readonly stages: string | undefined;
}

export interface Search {
  readonly assets: Assets;
  /** What is wanted but is nowhere. Building puts it into the cache. */
  readonly missing: readonly Binary[];
  readonly missingStages: boolean;
}

/** The places that are searched. */
export interface Places {
  /** Value of `KUBEBUILDER_ASSETS`: a folder of binaries, as envtest of controller-runtime has it. */
  readonly kubebuilderAssets: string | undefined;
  readonly cache: string;
}

export function placesFrom(environment: NodeJS.ProcessEnv): Places {
  return {
    kubebuilderAssets: environment.KUBEBUILDER_ASSETS || undefined,
    cache: cacheDirectory(environment),
  };
}

function binariesOf(part: Part): readonly Binary[] {
  return part === 'api' ? API_BINARIES : [...API_BINARIES, ...NODE_BINARIES];
}

/** Searches every binary of its own, since `KUBEBUILDER_ASSETS` has no controllers and no KWOK. */
export function findAssets(part: Part, places: Places): Search {
  const paths = new Map<string, string>();
  const missing: Binary[] = [];
  for (const binary of binariesOf(part)) {
    const candidates = [join(places.cache, 'bin', binary.name)];
    if (places.kubebuilderAssets !== undefined)
      candidates.unshift(join(places.kubebuilderAssets, binary.name));
    const path = candidates.find(isExecutable);
    if (path === undefined) missing.push(binary);
    else paths.set(binary.name, path);
  }
  const stages = join(places.cache, 'stages.yaml');
  const hasStages = existsSync(stages);
  return {
    assets: { paths, stages: hasStages ? stages : undefined },
    missing,
    missingStages: part === 'nodes' && !hasStages,
  };
}

/** @throws Error when it was not found */
export function pathOf(assets: Assets, name: string): string {
  const path = assets.paths.get(name);
  if (path === undefined) throw new Error(`${name} was neither found nor built`);
  return path;
}

export function isComplete(search: Search): boolean {
  return search.missing.length === 0 && !search.missingStages;
}

/** Path of the `go` command, undefined when there is none that understands the modules' go.mod files (Go older
 * than 1.21 cannot fetch the toolchain that they ask for). */
export function findGo(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const go = (environment.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'go'))
    .find(isExecutable);
  if (go === undefined) return undefined;
  const version = /go(\d+)\.(\d+)/.exec(
    execFileSync(go, ['version'], { encoding: 'utf8', env: environment }),
  );
  const [major = 0, minor = 0] = (version ?? []).slice(1).map(Number);
  return major > 1 || (major === 1 && minor >= 21) ? go : undefined;
}

/** Why there is no control plane, as one sentence for people. */
export function whyMissing(search: Search, places: Places): string {
  const names = search.missing.map((binary) => binary.name);
  if (search.missingStages) names.push('stages.yaml');
  const where =
    places.kubebuilderAssets === undefined
      ? 'KUBEBUILDER_ASSETS is not set and the cache does not have them'
      : `neither KUBEBUILDER_ASSETS (${places.kubebuilderAssets}) nor the cache has them`;
  return `no control plane: ${names.join(', ')} missing (${where}), and no Go 1.21 or newer to build with`;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
