/** Helm's records of its releases: Secrets of type `helm.sh/release.v1`, one for each revision, found by their labels. The
 * content is JSON, compressed, in Base64 (Helm, pkg/storage/driver). */
import { gunzipSync } from 'node:zlib';
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject, ObjectMeta, ObjectMetadata } from '../objects/index.ts';
import { parseYaml } from '../objects/index.ts';
import { isMap, stringOf } from './field-path.ts';
import { unlessForbidden } from './unreadable.ts';

export interface HelmReleaseName {
  readonly namespace: string;
  readonly name: string;
}

/** One revision of a release. */
export interface HelmRecord {
  readonly name: string;
  readonly uid: string;
}

/** Label values of `owner` on a record: what Helm looks for, and what it looks past. */
export const RECORD_OWNER = { label: 'owner', helm: 'helm', us: 'truekeel' } as const;

const SECRET = { group: '', version: 'v1', kind: 'Secret' } as const;

/** The release that an object is a part of, by the annotations that Helm puts on it. */
export function releaseOf({ annotations = {} }: ObjectMeta): HelmReleaseName | undefined {
  const name = annotations['meta.helm.sh/release-name'];
  const namespace = annotations['meta.helm.sh/release-namespace'];
  return name === undefined || namespace === undefined ? undefined : { namespace, name };
}

/** `shop/web`. */
export function formatRelease({ namespace, name }: HelmReleaseName): string {
  return `${namespace}/${name}`;
}

export function parseRelease(text: string): HelmReleaseName {
  const [namespace = '', name = ''] = text.split('/');
  return { namespace, name };
}

/** The records that Helm finds, the latest first; an error where we may not look.
 * @throws KubeError */
export async function readRecords(
  client: KubeClient,
  { namespace, name }: HelmReleaseName,
): Promise<readonly HelmRecord[] | KubeError> {
  const labelSelector = `${RECORD_OWNER.label}=${RECORD_OWNER.helm},name=${name}`;
  const list = await unlessForbidden(async () =>
    client.listMetadata(await client.resource(SECRET), { namespace, labelSelector }),
  );
  if (list instanceof KubeError) return list;
  return [...list.items]
    .sort((a, b) => revisionOf(b) - revisionOf(a))
    .map(({ metadata }) => ({ name: metadata.name, uid: metadata.uid ?? '' }));
}

function revisionOf({ metadata }: ObjectMetadata): number {
  return Number(metadata.labels?.version ?? 0);
}

/** The objects that `helm uninstall` would delete: those of the latest revision, without those that are to be kept
 * (Helm, pkg/action/resource_policy.go).
 * @returns undefined where the record cannot be read */
export async function objectsOf(
  client: KubeClient,
  release: HelmReleaseName,
  latest: HelmRecord,
): Promise<readonly KubernetesObject[] | undefined> {
  const resource = await client.resource(SECRET);
  const secret = await unlessForbidden(() =>
    client.get(resource, { namespace: release.namespace, name: latest.name }),
  );
  if (!secret || secret instanceof KubeError) return undefined;
  const manifest = manifestOf(secret.data?.release);
  if (manifest === undefined) return undefined;
  return parseYaml(manifest, { file: latest.name })
    .map(({ value }) => value as unknown) // what Helm has stored of a chart
    .filter(isObject)
    .filter(({ metadata }) => metadata.annotations?.['helm.sh/resource-policy'] !== 'keep');
}

function isObject(value: unknown): value is KubernetesObject {
  const { apiVersion, kind, metadata } = (value ?? {}) as Partial<KubernetesObject>; // looked at below
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}

/** @param data as it stands in the Secret: Base64 of what Helm wrote, which is Base64 itself */
function manifestOf(data: unknown): string | undefined {
  if (typeof data !== 'string') return undefined;
  try {
    const written = Buffer.from(Buffer.from(data, 'base64').toString('latin1'), 'base64');
    const isCompressed = written[0] === 0x1f && written[1] === 0x8b;
    const release: unknown = JSON.parse((isCompressed ? gunzipSync(written) : written).toString('utf8'));
    return isMap(release as never) ? stringOf(release as never, 'manifest') : undefined; // JSON, just parsed
  } catch {
    return undefined;
  }
}
