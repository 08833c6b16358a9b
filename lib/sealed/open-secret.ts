/** Opens rendered Secrets, in memory and right before they are looked at or sent. */
import { formatKey, type KubernetesObject, keyOf, TruekeelError } from '../objects/index.ts';
import type { AgeIdentity } from './age.ts';
import type { SealedDocument } from './document/document.ts';
import { asSecret, sealedContent } from './document/sealed-object.ts';
import type { SecretEntry } from './document/secret-entries.ts';
import type { Leaf } from './document/tree.ts';
import { openDocument } from './open.ts';

/** Opens a sealed Secret.
 * @throws TruekeelError `SECRET_KEY_MISSING`, `SECRET_KEY_UNREADABLE`, `SEALED_CHANGED`, `SEALED_UNREADABLE` */
export type OpenSecret = (sealed: KubernetesObject) => Promise<KubernetesObject>;

/** @param identities asked for each Secret, so that keys that were changed are taken */
export function secretOpener(identities: () => Promise<readonly AgeIdentity[]>): OpenSecret {
  return async (object) => {
    try {
      return await openSecret(object, await identities());
    } catch (error) {
      throw error instanceof TruekeelError && error.key === undefined ? withKey(error, object) : error;
    }
  };
}

/** Opens nothing, and says who could. */
export const NO_KEYS: OpenSecret = secretOpener(async () => []);

async function openSecret(
  object: KubernetesObject,
  identities: readonly AgeIdentity[],
): Promise<KubernetesObject> {
  const { document, entries } = sealedContent(object);
  const values = await openValues(document, entries, identities);
  return asSecret(object, document, entries, ({ key }) => values.get(key)!);
}

/** The values of a sealed file by their keys in the Secret.
 * @throws TruekeelError as {@link OpenSecret} */
export async function openValues(
  document: SealedDocument,
  entries: readonly SecretEntry[],
  identities: readonly AgeIdentity[],
): Promise<ReadonlyMap<string, Buffer>> {
  const { leaves } = await openDocument(document, identities);
  const byPlace = new Map(leaves.map(({ path, leaf }) => [JSON.stringify(path), leaf]));
  return new Map(
    entries.map((entry) => [
      entry.key,
      bytesOf(document, entry, byPlace.get(JSON.stringify(entry.path)) ?? entry.leaf),
    ]),
  );
}

function bytesOf({ file }: SealedDocument, { encoding, path }: SecretEntry, { type, text }: Leaf): Buffer {
  // As SOPS writes it out.
  const value = type === 'bool' ? text.toLowerCase() : text;
  if (encoding === 'text') return Buffer.from(value);
  const plain = value.replaceAll(/\s/g, '');
  const bytes = Buffer.from(plain, 'base64');
  if (bytes.toString('base64') === plain) return bytes;
  throw new TruekeelError(`${file}: the value at ${path.join('.')} is no base64`, {
    code: 'SEALED_UNREADABLE',
    family: 'validation',
    hint: 'Write text into stringData, and bytes in base64 into data.',
  });
}

function withKey(error: TruekeelError, object: KubernetesObject): TruekeelError {
  const key = keyOf(object);
  return new TruekeelError(`${formatKey(key)}: ${error.message}`, {
    code: error.code,
    family: error.family,
    key,
    ...(error.hint !== undefined && { hint: error.hint }),
    cause: error,
  });
}
