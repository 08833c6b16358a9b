/** Object ids, and the hash that makes them. */
import { createHash, hash } from 'node:crypto';

/** The id of a Git object: 40 lower-case hexadecimal digits, or 64 in a repository of SHA-256. */
export type Oid = string & { readonly [oidBrand]: true };
declare const oidBrand: unique symbol;

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

/** Which hash the ids of a repository are made with. */
export type ObjectFormat = 'sha1' | 'sha256';

/** Bytes of an id. */
export const ID_BYTES: Readonly<Record<ObjectFormat, number>> = { sha1: 20, sha256: 32 };

const OID = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;

export function isOid(text: string): text is Oid {
  return OID.test(text);
}

/** Whether it is an id of SHA-1, the only ones that are spoken of over HTTP here. */
export function isSha1(text: string): text is Oid {
  return text.length === 40 && isOid(text);
}

/** @throws RangeError when the text is not an object id */
export function asOid(text: string): Oid {
  if (!isOid(text)) throw new RangeError(`not an object id: ${JSON.stringify(text)}`);
  return text;
}

/** The tree without entries; Git knows it even when it is not stored. */
export const EMPTY_TREE: Oid = asOid('4b825dc642cb6eb9a060e54bf8d69288fbee4904');

/** The tree without entries in a repository of either kind. */
export const EMPTY_TREES: Readonly<Record<ObjectFormat, Oid>> = {
  sha1: EMPTY_TREE,
  sha256: asOid('6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321'),
};

/** What stands for no object in a command. */
export function noObject(format: ObjectFormat): string {
  return '0'.repeat(ID_BYTES[format] * 2);
}

/** Small objects, which are nearly all, are put behind their header here, so that hashing them takes no memory. */
const scratch = Buffer.allocUnsafeSlow(16_384);
const MAX_HEADER_BYTES = 32;

/** The id that Git gives an object (Git Internals, "Git Objects"). */
export function hashObject(type: ObjectType, body: Uint8Array, format: ObjectFormat = 'sha1'): Oid {
  const header = `${type} ${body.length}\0`;
  if (body.length > scratch.length - MAX_HEADER_BYTES)
    return asOid(createHash(format).update(header).update(body).digest('hex'));
  const start = scratch.write(header, 0, 'latin1');
  scratch.set(body, start);
  return asOid(hash(format, scratch.subarray(0, start + body.length), 'hex'));
}
