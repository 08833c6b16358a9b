import type { Digest, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { Annotation, Label, ownFieldsDigest, parseApiVersion } from '../objects/index.ts';
import { Pool } from './pool.ts';

/** What is remembered of a live object: enough to tell whether it is as we left it, and nothing of its content. */
export interface Observation {
  readonly key: ObjectKey;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly application: string | undefined;
  /** Id of the inventory that it says it belongs to. */
  readonly partOf: string | undefined;
  /** What we wrote into its digest annotation: the digest of the rendered bytes. */
  readonly digest: string | undefined;
  /** Digest of the fields that we hold. */
  readonly ownFields: Digest | undefined;
  /** Whether those are the fields that our last apply was to leave us, by the annotation that it carried. */
  readonly isAsRecorded: boolean;
  /** What happens to it when it leaves the program, where it says so. */
  readonly prune: string | undefined;
  /** What it needs, by its annotation: that decides the order when it leaves. */
  readonly after: string | undefined;
  /** What it is a version of, and since when: the newest stay when they leave. */
  readonly versionOf: string | undefined;
  readonly creationTimestamp: string | undefined;
  readonly deletionTimestamp: string | undefined;
}

/** @param pool shares what many objects have in common */
export function observationOf(object: ObjectMetadata, pool: Pool = new Pool()): Observation {
  const {
    name,
    namespace = '',
    uid = '',
    resourceVersion = '',
    labels,
    annotations,
    creationTimestamp,
    deletionTimestamp,
  } = object.metadata;
  const versionOf = annotations?.[Annotation.versionOf];
  const ownFields = ownFieldsDigest(object.metadata);
  // Every member is always there, so that all observations have one shape in memory.
  return {
    key: {
      group: pool.share(parseApiVersion(object.apiVersion).group),
      kind: pool.share(object.kind),
      namespace: pool.share(namespace),
      name,
    },
    uid,
    resourceVersion,
    application: pool.share(labels?.[Label.application]),
    // An inventory is no member of one.
    partOf: labels?.[Label.applySetId] === undefined ? pool.share(labels?.[Label.partOf]) : undefined,
    digest: annotations?.[Annotation.digest],
    ownFields: pool.share(ownFields),
    isAsRecorded: ownFields !== undefined && annotations?.[Annotation.fields] === ownFields,
    prune: pool.share(annotations?.[Annotation.prune]),
    after: pool.share(annotations?.[Annotation.after]),
    versionOf: pool.share(versionOf),
    creationTimestamp: versionOf === undefined ? undefined : creationTimestamp,
    deletionTimestamp,
  };
}
