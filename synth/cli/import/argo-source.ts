/** Renders a source of an Application as Argo CD's repository server does: by kustomize where there is a kustomization, else the
 * manifests of the folder. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ArgoSource, matchesArgoGlob, normalised } from '../../../lib/import/index.ts';
import { compareText, flattenLists, type KubernetesObject, parseYaml } from '../../../lib/objects/index.ts';
import { KUSTOMIZATION_FILES } from './folders.ts';
import { type Kustomize, withOverlay } from './kustomize.ts';

/** @param copy of the repository, in which files are changed and put back */
export async function renderArgoSource(
  copy: string,
  source: ArgoSource,
  kustomize: () => Promise<Kustomize>,
): Promise<readonly KubernetesObject[]> {
  const path = normalised(source.path);
  const directory = join(copy, path);
  const name = KUSTOMIZATION_FILES.find((file) => existsSync(join(directory, file)));
  if (name !== undefined) {
    return objectsOf(await kustomized(join(directory, name), directory, source, kustomize), path);
  }
  const files = filesBelow(directory, '', source.recurse).filter(
    (file) =>
      /\.(?:ya?ml|json)$/.test(file) &&
      (source.include === undefined || matchesArgoGlob(source.include, file)) &&
      (source.exclude === undefined || !matchesArgoGlob(source.exclude, file)),
  );
  return files.flatMap((file) => objectsOf(readFileSync(join(directory, file), 'utf8'), `${path}/${file}`));
}

async function kustomized(
  file: string,
  directory: string,
  { overlay }: ArgoSource,
  kustomize: () => Promise<Kustomize>,
): Promise<string> {
  const original = readFileSync(file, 'utf8');
  try {
    if (Object.keys(overlay).length > 0) writeFileSync(file, withOverlay(original, overlay));
    return await (await kustomize()).build(directory);
  } finally {
    writeFileSync(file, original);
  }
}

function objectsOf(text: string, file: string): readonly KubernetesObject[] {
  // What is no object is told when it is assembled.
  return flattenLists(parseYaml(text, { file })).map(({ value }) => value as unknown as KubernetesObject);
}

/** Paths of files, relative to the folder. */
function filesBelow(directory: string, below: string, recurse: boolean): readonly string[] {
  return readdirSync(join(directory, below), { withFileTypes: true })
    .sort((a, b) => compareText(a.name, b.name))
    .flatMap((entry) => {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      if (entry.isDirectory()) return recurse ? filesBelow(directory, path, recurse) : [];
      return entry.isFile() ? [path] : [];
    });
}
