/** Object ids, and the hash that makes them. */
import { createHash, hash } from 'node:crypto';

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

/** Small objects, which are nearly all, are put behind their header here, so that hashing them takes no memory. */
const scratch = Buffer.allocUnsafeSlow(16_384);
const MAX_HEADER_BYTES = 32;

/** The id that Git gives an object (Git Internals, "Git Objects"). */
export function hashObject(type: ObjectType, body: Uint8Array): Oid {
  const header = `${type} ${body.length}\0`;
  if (body.length > scratch.length - MAX_HEADER_BYTES)
    return asOid(createHash('sha1').update(header).update(body).digest('hex'));
  const start = scratch.write(header, 0, 'latin1');
  scratch.set(body, start);
  return asOid(hash('sha1', scratch.subarray(0, start + body.length), 'hex'));
}
