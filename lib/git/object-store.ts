/** Puts new objects into a repository's object directory: few as loose files, many as one pack. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { GitContext } from './context.ts';
import { hashObject, type ObjectFormat, type ObjectType, type Oid } from './oid.ts';
import { encodePack, type Pack, type PackObject } from './pack.ts';

/** From this many objects on a pack is written. Git's own limit when it receives objects is 100
 * (`transfer.unpackLimit`). */
export const PACK_FROM = 100;

/** Collects objects, then writes them at once. Nothing of it is visible to readers before {@link flush}. */
export class ObjectWriter {
  readonly #objects = new Map<Oid, PackObject>();
  readonly #directory: string;
  readonly #format: ObjectFormat;

  constructor({ objectsDirectory, format }: Pick<GitContext, 'objectsDirectory' | 'format'>) {
    this.#directory = objectsDirectory;
    this.#format = format;
  }

  /** @param oid its id, where that is known already
   * @returns the object's id */
  add(type: ObjectType, body: Uint8Array, oid = hashObject(type, body, this.#format)): Oid {
    this.#objects.set(oid, { oid, type, body });
    return oid;
  }

  /** Writes what was added.
   * @returns how many objects were written */
  async flush(): Promise<number> {
    const objects = [...this.#objects.values()];
    this.#objects.clear();
    if (objects.length >= PACK_FROM) await this.#writePack(objects);
    else {
      // A commit last: what it names is there when it is.
      const { commits = [], others = [] } = Object.groupBy(objects, ({ type }) =>
        type === 'commit' ? 'commits' : 'others',
      );
      await Promise.all(others.map((object) => this.#writeLoose(object)));
      for (const commit of commits) await this.#writeLoose(commit);
    }
    return objects.length;
  }

  async #writePack(objects: readonly PackObject[]): Promise<void> {
    await publishPack(this.#directory, await encodePack(objects, this.#format));
  }

  async #writeLoose({ oid, type, body }: PackObject): Promise<void> {
    const path = join(this.#directory, oid.slice(0, 2), oid.slice(2));
    if (existsSync(path)) return;
    const header = Buffer.from(`${type} ${body.length}\0`, 'latin1');
    await publish(path, [deflateSync(Buffer.concat([header, body]), { level: 1 })], {
      sync: type === 'commit',
    });
  }
}

/** Puts a pack into an object directory.
 * @param options.promised its objects name others that are fetched when they are asked for (gitrepository-layout,
 * "partial clone") */
export async function publishPack(
  directory: string,
  { checksum, pack, index }: Pack,
  options: { readonly promised: boolean } = { promised: false },
): Promise<void> {
  const base = join(directory, 'pack', `pack-${checksum}`);
  if (options.promised) await publish(`${base}.promisor`, [], { sync: false });
  // The index last: a pack is there for readers when its index is.
  await publish(`${base}.pack`, pack, { sync: true });
  await publish(`${base}.idx`, [index], { sync: true });
}

/** Writes a file under another name and renames it, so that nobody sees half of it. The temporary name
 * starts with `tmp_`, which `git gc` clears away when a process died here. */
async function publish(
  path: string,
  chunks: readonly Buffer[],
  options: { readonly sync: boolean },
): Promise<void> {
  const directory = dirname(path);
  const temporary = join(directory, `tmp_obj_${randomBytes(8).toString('hex')}`);
  const file = await openIn(directory, temporary);
  try {
    for (const chunk of chunks) await file.writeFile(chunk);
    if (options.sync) await file.sync();
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await file.close();
  await rename(temporary, path);
}

async function openIn(directory: string, path: string): Promise<FileHandle> {
  try {
    return await open(path, 'wx', 0o444);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await mkdir(directory, { recursive: true });
    return open(path, 'wx', 0o444);
  }
}
