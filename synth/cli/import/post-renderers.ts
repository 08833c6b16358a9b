/** What a HelmRelease of Flux has done to the objects that Helm made: kustomize by its postRenderers, then the labels and
 * annotations that all get. Flux documentation, "Helm Releases", "Post renderers", "Common metadata". */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FluxRelease, withCommonMetadata } from '../../../lib/import/index.ts';
import { emitYaml, flattenLists, type KubernetesObject, parseYaml } from '../../../lib/objects/index.ts';
import type { Kustomize } from './kustomize.ts';
import type { PostRender } from './releases.ts';

/** @returns undefined where it has nothing done */
export function postRender(
  { postRenderers, postRenderStrategy, commonMetadata }: FluxRelease,
  kustomize: () => Promise<Kustomize>,
): PostRender | undefined {
  if (postRenderers.length === 0 && Object.keys(commonMetadata).length === 0) return undefined;
  return async (made) => {
    const isGiven = ({ object, template }: (typeof made)[number]) => {
      if (/^[^/]+\/(?:charts\/.+\/)?crds\//.test(template)) return false; // Helm installs these by themselves
      return postRenderStrategy !== 'nohooks' || !isHook(object);
    };
    const given = made.filter(isGiven).map(({ object }) => object);
    const groups =
      postRenderStrategy === 'separate'
        ? [given.filter((object) => !isHook(object)), given.filter(isHook)]
        : [given];
    const rendered: KubernetesObject[] = [];
    for (const group of groups) {
      let objects: readonly KubernetesObject[] = group;
      for (const fields of objects.length > 0 ? postRenderers : []) {
        objects = await kustomized(objects, fields, await kustomize());
      }
      rendered.push(...objects.map((object) => withCommonMetadata(object, commonMetadata)));
    }
    const others = made.filter((one) => !isGiven(one)).map(({ object }) => object);
    return { objects: [...others, ...rendered], common: others.length === 0 ? commonMetadata : {} };
  };
}

async function kustomized(
  objects: readonly KubernetesObject[],
  fields: FluxRelease['postRenderers'][number],
  kustomize: Kustomize,
): Promise<readonly KubernetesObject[]> {
  const directory = mkdtempSync(join(tmpdir(), 'truekeel-post-render-'));
  try {
    writeFileSync(join(directory, 'all.yaml'), objects.map((object) => emitYaml(object)).join('---\n'));
    writeFileSync(join(directory, 'kustomization.yaml'), emitYaml({ resources: ['all.yaml'], ...fields }));
    const text = await kustomize.build(directory);
    return flattenLists(parseYaml(text, { file: 'kustomize' })).map(
      ({ value }) => value as unknown as KubernetesObject, // kustomize prints objects
    );
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function isHook({ metadata }: KubernetesObject): boolean {
  return metadata.annotations?.['helm.sh/hook'] !== undefined;
}
