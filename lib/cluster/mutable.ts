import type { ManagedFieldsEntry, OwnerReference } from '../objects/index.ts';

/** An object while a request works on it. Once stored it is shared and never changed again. */
export interface MutableObject {
  apiVersion: string;
  kind: string;
  metadata: MutableMeta;
  // biome-ignore lint/suspicious/noExplicitAny: fields below the envelope are what the kind's schema says
  [field: string]: any;
}

export interface MutableMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: ManagedFieldsEntry[];
  selfLink?: string;
}
