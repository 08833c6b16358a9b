/** What a promotion brings: images, out of the objects that it changes. */
import { diffReleases, type RenderedRelease } from '../../lib/branch/index.ts';
import {
  type DesiredApplication,
  formatKey,
  type KubernetesObject,
  type RenderedEnvironment,
} from '../../lib/objects/index.ts';
import { desiredFromRendered } from '../../lib/plan/index.ts';
import type { ImageCommits } from '../review/index.ts';

export interface ImageChange {
  /** Absent for an image that is new. */
  readonly before?: string;
  readonly after: string;
  /** As `formatKey` writes it. */
  readonly object: string;
  /** What it has that the one before has not, as far as that is known. */
  readonly commits?: ImageCommits;
}

/** @param release what the environment has; undefined where that is nothing */
export async function changedImages(
  release: RenderedRelease | undefined,
  rendered: RenderedEnvironment,
): Promise<readonly ImageChange[]> {
  const applications = rendered.applications.map(desiredFromRendered);
  const { added, changed } = diffReleases(release, { applications });
  const pairs = [...added.map((after) => ({ before: undefined, after })), ...changed];
  const found: ImageChange[] = [];
  for (const { before, after } of pairs) {
    const old = before && (await imagesOf(release?.applications ?? [], before));
    for (const [container, image] of await imagesOf(applications, after)) {
      const was = old?.get(container);
      if (was === image) continue;
      const object = formatKey(after.object.key);
      found.push({ ...(was !== undefined && { before: was }), after: image, object });
    }
  }
  return found;
}

type InRelease = ReturnType<typeof diffReleases>['added'][number];

/** By container. */
async function imagesOf(
  applications: readonly DesiredApplication[],
  { application, object }: InRelease,
): Promise<ReadonlyMap<string, string>> {
  const owner = applications.find(({ name }) => name === application);
  const [content] = (await owner?.load([object])) ?? [];
  return new Map(containersIn(content));
}

function containersIn(object: KubernetesObject | undefined): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (!/^(?:containers|initContainers|ephemeralContainers)$/.test(key) || !Array.isArray(inner))
        look(inner);
      else {
        for (const { name, image } of inner.map((one) => Object(one) as { name?: unknown; image?: unknown }))
          if (typeof image === 'string') found.push([`${key}/${String(name)}`, image]);
      }
    }
  };
  look(object?.spec);
  return found;
}
