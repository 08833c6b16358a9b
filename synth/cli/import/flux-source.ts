/** Renders the folder of a Kustomization of Flux as kustomize-controller does: what the Kustomization says is put into its
 * kustomization.yaml, and where there is none, one is made of all manifests (fluxcd/pkg, kustomize/kustomize_generator.go). */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FluxKustomization,
  substituteVariables,
  withCommonMetadata,
} from '../../../lib/import/index.ts';
import {
  compareText,
  emitYaml,
  flattenLists,
  type KubernetesObject,
  parseYaml,
} from '../../../lib/objects/index.ts';
import { KUSTOMIZATION_FILES } from './folders.ts';
import { type Kustomize, withOverlay } from './kustomize.ts';

const NOT_SUBSTITUTED = /^\s*kustomize\.toolkit\.fluxcd\.io\/substitute: ["']?disabled["']?$/m;

/** @param copy of the repository, in which files are changed and put back
 * @param kustomize asked for only where it is needed
 * @returns undefined where variables have a form that is not understood */
export async function renderFluxSource(
  copy: string,
  kustomization: FluxKustomization,
  kustomize: () => Promise<Kustomize>,
): Promise<readonly KubernetesObject[] | undefined> {
  const directory = join(copy, kustomization.path);
  const texts = await textsOf(directory, kustomization, kustomize);
  const { substitute, path, commonMetadata } = kustomization;
  const objects: KubernetesObject[] = [];
  for (const text of texts) {
    const substituted = substitute ? substituteIn(text, substitute) : text;
    if (substituted === undefined) return undefined;
    for (const { value } of flattenLists(parseYaml(substituted, { file: path || '.' }))) {
      // What is no object is told when it is assembled.
      const object = value as unknown as KubernetesObject;
      objects.push(object?.metadata ? withCommonMetadata(object, commonMetadata) : object);
    }
  }
  return objects;
}

/** Document by document, as each can say that nothing is to be replaced in it. */
function substituteIn(text: string, values: Readonly<Record<string, string>>): string | undefined {
  const documents = text
    .split(/^---$/m)
    .map((document) => (NOT_SUBSTITUTED.test(document) ? document : substituteVariables(document, values)));
  return documents.includes(undefined) ? undefined : documents.join('---');
}

async function textsOf(
  directory: string,
  { overlay }: FluxKustomization,
  kustomize: () => Promise<Kustomize>,
): Promise<readonly string[]> {
  const name = KUSTOMIZATION_FILES.find((file) => existsSync(join(directory, file)));
  const resources = name === undefined ? manifestsBelow(directory, '') : [];
  const isPlain = name === undefined && resources.every((resource) => /\.ya?ml$/.test(resource));
  if (isPlain && Object.keys(overlay).length === 0) {
    return resources.map((resource) => readFileSync(join(directory, resource), 'utf8'));
  }
  const file = join(directory, name ?? 'kustomization.yaml');
  const original = name === undefined ? undefined : readFileSync(file, 'utf8');
  writeFileSync(file, withOverlay(original ?? emitYaml({ resources }), overlay));
  try {
    return [await (await kustomize()).build(directory)];
  } finally {
    if (original === undefined) rmSync(file);
    else writeFileSync(file, original);
  }
}

/** Files, and folders that have a kustomization of their own, relative to the folder. */
function manifestsBelow(directory: string, below: string): readonly string[] {
  return readdirSync(join(directory, below))
    .sort(compareText)
    .flatMap((entry) => {
      const path = below === '' ? entry : `${below}/${entry}`;
      if (entry.startsWith('.')) return [];
      if (!statSync(join(directory, path)).isDirectory()) return /\.ya?ml$/.test(entry) ? [path] : [];
      const isKustomized = KUSTOMIZATION_FILES.some((file) => existsSync(join(directory, path, file)));
      return isKustomized ? [path] : manifestsBelow(directory, path);
    });
}
