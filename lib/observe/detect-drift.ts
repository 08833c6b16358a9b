import type { DesiredObject, Digest, FieldWriter, ObjectMetadata } from '../objects/index.ts';
import { Annotation, lastApplied, lastForeignWriters, ownFieldsDigest } from '../objects/index.ts';

/** What our own write left behind, remembered: admission may change what we send, so only the answer says which
 * fields are ours. A plan that finds an object up to date is as good a source as a write. */
export interface Baseline {
  readonly uid: string;
  /** Digest of the rendered bytes that it was written from. */
  readonly digest: string;
  /** Digest of the fields that we held then. */
  readonly ownFields: Digest;
}

export type Drift =
  | { readonly state: 'up-to-date' }
  | { readonly state: 'missing' }
  /** Somebody deleted it, and it is not gone yet. */
  | { readonly state: 'deleting' }
  /** It was written from other bytes than those desired now, or never by us. */
  | { readonly state: 'changed' }
  /** Written from the desired bytes, and nothing says how it looked then: only its content can tell. */
  | { readonly state: 'unknown' }
  /** Somebody changed or removed a field that we hold, or made the object anew.
   * `writers`: who wrote since, the last one first; empty when the trace is gone. */
  | { readonly state: 'drifted'; readonly writers: readonly FieldWriter[] };

/** The baseline that an object gives right after our own write.
 * @returns undefined when it does not carry our marks */
export function baselineOf(written: ObjectMetadata): Baseline | undefined {
  const { uid = '', annotations } = written.metadata;
  const digest = annotations?.[Annotation.digest];
  const ownFields = ownFieldsDigest(written.metadata);
  return digest === undefined || ownFields === undefined ? undefined : { uid, digest, ownFields };
}

/** Whether a live object is as we left it, from its metadata alone. Pure.
 * @param baseline absent after a restart, say: then `unknown` is the best that can be said of an object that
 * carries the right digest */
export function detectDrift(
  desired: Pick<DesiredObject, 'digest'>,
  live: ObjectMetadata | undefined,
  baseline: Baseline | undefined,
): Drift {
  if (!live) return { state: 'missing' };
  const { metadata } = live;
  if (metadata.deletionTimestamp !== undefined) return { state: 'deleting' };
  const ownFields = ownFieldsDigest(metadata);
  // A baseline of other bytes (somebody else applied since) says nothing about these.
  if (baseline?.digest === desired.digest) {
    const isAsLeft = baseline.uid === metadata.uid && baseline.ownFields === ownFields;
    return isAsLeft ? { state: 'up-to-date' } : drifted(live);
  }
  if (metadata.annotations?.[Annotation.digest] !== desired.digest) return { state: 'changed' };
  return ownFields === undefined ? drifted(live) : { state: 'unknown' };
}

/** Those who wrote since our last apply. Times are whole seconds, so whoever wrote in the same second counts. */
function drifted({ metadata }: ObjectMetadata): Drift {
  const since = lastApplied(metadata) ?? '';
  const writers = lastForeignWriters(metadata).filter(
    ({ subresource, time = '' }) => subresource !== 'status' && time >= since,
  );
  return { state: 'drifted', writers };
}
