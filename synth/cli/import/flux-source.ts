/** Renders the folder of a Kustomization of Flux as kustomize-controller does: what the Kustomization says is put into its
 * kustomization.yaml, and where there is none, one is made of all manifests (fluxcd/pkg, kustomize/kustomize_generator.go). */
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type FluxKustomization,
  substituteVariables,
  type Variables,
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

const SUBSTITUTE = 'kustomize.toolkit.fluxcd.io/substitute';

/** @param copy of the repository, in which files are changed and put back
 * @param variables of the Kustomization, with those that it takes from objects
 * @param kustomize asked for only where it is needed
 * @returns undefined where variables have a form that is not understood */
export async function renderFluxSource(
  copy: string,
  kustomization: FluxKustomization,
  variables: Variables,
  kustomize: () => Promise<Kustomize>,
): Promise<readonly KubernetesObject[] | undefined> {
  const { path, commonMetadata } = kustomization;
  const texts = await textsOf(join(copy, path), kustomization, variables, kustomize);
  const file = path || '.';
  const objects: KubernetesObject[] = [];
  for (const text of texts) {
    for (const part of Object.keys(variables).length > 0 ? text.split(/^---$/m) : [text]) {
      const substituted = substituteIn(part, variables, file);
      if (substituted === undefined) return undefined;
      for (const { value } of flattenLists(parseYaml(substituted, { file }))) {
        // What is no object is told when it is assembled.
        const object = value as unknown as KubernetesObject;
        objects.push(object?.metadata ? withCommonMetadata(object, commonMetadata) : object);
      }
    }
  }
  return objects;
}

/** An object can say that nothing is to be replaced in it. */
function substituteIn(document: string, variables: Variables, file: string): string | undefined {
  if (Object.keys(variables).length === 0 || !document.includes('$')) return document;
  const isOff = parseYaml(document, { file }).some(({ value }) => {
    const { labels, annotations } = Object((value as unknown as KubernetesObject | null)?.metadata);
    return [labels, annotations].some((map) => map?.[SUBSTITUTE] === 'disabled');
  });
  return isOff ? document : substituteVariables(document, variables);
}

async function textsOf(
  directory: string,
  { overlay, ignoresMissingComponents }: FluxKustomization,
  variables: Variables,
  kustomize: () => Promise<Kustomize>,
): Promise<readonly string[]> {
  const name = KUSTOMIZATION_FILES.find((file) => existsSync(join(directory, file)));
  const resources = name === undefined ? manifestsBelow(directory, '') : [];
  const isPlain = name === undefined && resources.every((resource) => /\.ya?ml$/.test(resource));
  if (isPlain && Object.keys(overlay).length === 0) {
    const texts = resources.map((resource) => readFileSync(join(directory, resource), 'utf8'));
    // Variables are looked for in what kustomize prints, where texts are in quotes only if they have to be.
    if (Object.keys(variables).length === 0 || !texts.some((text) => text.includes('$'))) return texts;
  }
  const file = join(directory, name ?? 'kustomization.yaml');
  const original = name === undefined ? undefined : readFileSync(file, 'utf8');
  const components = (Array.isArray(overlay.components) ? overlay.components : []).map(String);
  const there = ignoresMissingComponents
    ? { ...overlay, components: components.filter((one) => existsSync(join(directory, one))) }
    : overlay;
  writeFileSync(file, withOverlay(original ?? emitYaml({ resources }), there, 'merged'));
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
