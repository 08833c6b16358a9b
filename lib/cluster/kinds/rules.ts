/** What is particular to a kind, beside its schema: defaults, fields that may not change, what counts for generation. */
import type { KubernetesObject } from '../../objects/index.ts';
import type { MutableObject } from '../mutable.ts';
import type { FieldError } from '../status.ts';

export interface KindRules {
  /** Fills defaults in, as the versioned defaulting functions do; runs on everything that is read in. */
  readonly setDefaults?: (object: MutableObject) => void;
  /** Runs once, when the object is new. */
  readonly prepareCreate?: (object: MutableObject, place: Surroundings) => void;
  /** May carry over from the old object what the server assigned. */
  readonly prepareUpdate?: (object: MutableObject, old: KubernetesObject, place: Surroundings) => void;
  readonly validate?: (object: MutableObject) => readonly FieldError[];
  readonly validateUpdate?: (object: MutableObject, old: KubernetesObject) => readonly FieldError[];
  /** Members whose change makes a new generation; absent: the kind has no generation. */
  readonly generationOf?: readonly string[];
  /** The name must be `dns-1123-subdomain` unless said otherwise. */
  readonly nameFormat?: 'dns-1123-label' | 'dns-1035-label' | 'path-segment';
  /** Whether an update of an object that is not there creates it. */
  readonly createOnUpdate?: boolean;
  /** Whether an update must carry a resourceVersion. */
  readonly conditionalUpdate?: boolean;
  /** Put on when it is to be deleted, for what has to go before it. */
  readonly deletionFinalizer?: string;
  /** Called of an object that came from elsewhere, with what it was given there. */
  readonly held?: (object: KubernetesObject, place: Surroundings) => void;
  /** Called after an object is gone. */
  readonly released?: (object: KubernetesObject, place: Surroundings) => void;
}

/** What rules may need from the cluster. */
export interface Surroundings {
  readonly serviceAddresses: AddressPool;
  readonly nodePorts: AddressPool;
  readonly now: () => Date;
  readonly newUid: () => string;
}

/** Addresses, or ports, that are given to one object at a time. */
export interface AddressPool {
  /** Takes the next free one. */
  allocate(): string;
  /** Takes a certain one. False when it is taken. */
  claim(address: string): boolean;
  release(address: string): void;
  /** Whether it is one of the pool's, free or taken. */
  includes(address: string): boolean;
}
