import type { ApiResource } from '../kube/index.ts';
import type { Digest, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { Annotation, keyOf, Label, ownFieldsDigest } from '../objects/index.ts';

/** What is remembered of a live object: enough to tell whether it is as we left it, and nothing of its content. */
export interface Observation {
  readonly key: ObjectKey;
  readonly resource: ApiResource;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly application?: string;
  /** Id of the inventory that it says it belongs to. */
  readonly partOf?: string;
  /** What we wrote into its digest annotation: the digest of the rendered bytes. */
  readonly digest?: string;
  /** Digest of the fields that we hold. */
  readonly ownFields?: Digest;
  readonly deletionTimestamp?: string;
}

export function observationOf(resource: ApiResource, object: ObjectMetadata): Observation {
  const { uid = '', resourceVersion = '', labels, annotations, deletionTimestamp } = object.metadata;
  const application = labels?.[Label.application];
  const partOf = labels?.[Label.partOf];
  const digest = annotations?.[Annotation.digest];
  const ownFields = ownFieldsDigest(object.metadata);
  return {
    key: keyOf(object),
    resource,
    uid,
    resourceVersion,
    ...(application !== undefined && { application }),
    ...(partOf !== undefined && { partOf }),
    ...(digest !== undefined && { digest }),
    ...(ownFields !== undefined && { ownFields }),
    ...(deletionTimestamp !== undefined && { deletionTimestamp }),
  };
}
