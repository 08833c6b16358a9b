import { isForgeError } from './error.ts';

const TRIES = 3;

/** Makes something that must not be there twice. Whether a request whose answer got lost was carried out is not known, nor
 * what an earlier run did before it died: so it looks first, and again after each failure that leaves it open.
 * @throws ForgeError what `create` or `find` throws */
export async function createOnce<T>(
  find: () => Promise<T | undefined>,
  create: () => Promise<T>,
): Promise<{ readonly value: T; readonly created: boolean }> {
  for (let attempt = 1; ; attempt++) {
    const found = await find();
    if (found !== undefined) return { value: found, created: false };
    try {
      return { value: await create(), created: true };
    } catch (error) {
      if (isForgeError(error, 'FORGE_UNREACHABLE') && attempt < TRIES) continue;
      // Another run may have been quicker: then it is there now.
      const other = isForgeError(error, 'FORGE_CONFLICT', 'FORGE_INVALID') ? await find() : undefined;
      if (other === undefined) throw error;
      return { value: other, created: false };
    }
  }
}
