/** Object ids, and the hash that makes them. */
import { hash } from 'node:crypto';

/** The id of a Git object: 40 lower-case hexadecimal digits (SHA-1). */
export type Oid = string & { readonly [oidBrand]: true };
declare const oidBrand: unique symbol;

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

const OID = /^[0-9a-f]{40}$/;

export function isOid(text: string): text is Oid {
  return OID.test(text);
}

/** @throws RangeError when the text is not an object id */
export function asOid(text: string): Oid {
  if (!isOid(text)) throw new RangeError(`not an object id: ${JSON.stringify(text)}`);
  return text;
}

/** The tree without entries; Git knows it even when it is not stored. */
export const EMPTY_TREE: Oid = asOid('4b825dc642cb6eb9a060e54bf8d69288fbee4904');

/** The id that Git gives an object (Git Internals, "Git Objects"). */
export function hashObject(type: ObjectType, body: Uint8Array): Oid {
  return asOid(hash('sha1', Buffer.concat([Buffer.from(`${type} ${body.length}\0`), body]), 'hex'));
}
