/** Loose objects: one file each, deflated, named by id (gitformat-loose). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { hashObject, type ObjectType, type Oid } from './oid.ts';
import { badPack, tooLarge } from './packs/bad-pack.ts';
import { MAX_OBJECT_BYTES } from './packs/entry.ts';
import type { Unpacked } from './packs/unpack.ts';

/** What stands before the object: type, space, size, NUL. */
const HEADER = /^(commit|tree|blob|tag) (\d{1,15})$/;
const MAX_HEADER_BYTES = 32;

function pathOf(objectsDirectory: string, oid: Oid): string {
  return join(objectsDirectory, oid.slice(0, 2), oid.slice(2));
}

export function hasLoose(objectsDirectory: string, oid: Oid): boolean {
  return existsSync(pathOf(objectsDirectory, oid));
}

/** @returns undefined when there is no such file
 * @throws GitError `BAD_PACK` when it is not what its name says, `OBJECT_TOO_LARGE` */
export function readLoose(objectsDirectory: string, oid: Oid): Unpacked | undefined {
  let deflated: Buffer;
  try {
    deflated = readFileSync(pathOf(objectsDirectory, oid));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const bytes = inflate(deflated, oid);
  const end = bytes.subarray(0, MAX_HEADER_BYTES).indexOf(0);
  const header = HEADER.exec(bytes.toString('latin1', 0, Math.max(0, end)));
  const body = bytes.subarray(end + 1);
  if (!header || Number(header[2]) !== body.length) throw badPack(`the object ${oid} is damaged`);
  const type = header[1] as ObjectType; // one of the four that the pattern names
  if (hashObject(type, body) !== oid) throw badPack(`the file of object ${oid} holds another one`);
  return { type, body, bytes: body.length };
}

function inflate(deflated: Buffer, oid: Oid): Buffer {
  try {
    return inflateSync(deflated, { maxOutputLength: MAX_OBJECT_BYTES + MAX_HEADER_BYTES });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE')
      throw tooLarge(MAX_OBJECT_BYTES + 1, MAX_OBJECT_BYTES);
    throw badPack(`the object ${oid} cannot be inflated`, error);
  }
}
