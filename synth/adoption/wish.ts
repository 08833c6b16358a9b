/** What is to be adopted: fields of live objects, and who changed them. */
import type { JsonValue, ObjectKey, SourceLocation } from '../../lib/objects/index.ts';
import type { FieldPath } from '../../lib/plan/index.ts';

/** A field of an object, as it is rendered and as it is live. */
export interface Wish {
  readonly application: string;
  readonly key: ObjectKey;
  readonly path: FieldPath;
  /** The path for people: `spec.replicas`. */
  readonly field: string;
  /** As rendered; absent when the program does not set it. */
  readonly before: JsonValue | undefined;
  /** As it is live; absent when somebody removed it. */
  readonly after: JsonValue | undefined;
  /** Absent when nobody holds the field any more. */
  readonly writer?: Writer;
  readonly constructPath?: string;
  readonly source?: SourceLocation;
}

/** Who wrote a field, as the API server keeps it. */
export interface Writer {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource?: string;
  /** RFC 3339: when the manager wrote last; maybe another field than this. */
  readonly time?: string;
}

/** What is live and not adopted, and why. */
export interface LeftField {
  readonly key: ObjectKey;
  /** Absent: it is about the object. */
  readonly field?: string;
  readonly because: string;
}
