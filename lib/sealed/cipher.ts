/** Single values as SOPS seals them: AES-256 in Galois/counter mode, with the place of the value as additional data, so that
 * a value cannot be moved. aes/cipher.go of SOPS. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { SEALED_VALUE } from './document/document.ts';
import type { Leaf } from './document/tree.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 32;

/** The key of one file: 32 bytes. */
export type DataKey = Buffer;

/** The value of a key of the file, as additional data: `stringData:password:`. */
export function placeText(path: readonly string[]): string {
  return `${path.join(':')}:`;
}

/** A value that cannot be opened with this key at this place. */
export class WrongSeal extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WrongSeal';
  }
}

/** @returns undefined for a sealed comment, which is no value
 * @throws WrongSeal */
export function openValue(sealed: string, key: DataKey, place: string): Leaf | undefined {
  if (sealed === '') return { type: 'str', text: '' };
  const match = SEALED_VALUE.exec(sealed);
  if (!match) throw new WrongSeal('is no sealed value');
  const [, data = '', nonce = '', tag = '', type = ''] = match;
  const text = decrypt({ data, nonce, tag }, key, place);
  if (type === 'comment') return undefined;
  if (type === 'str' || type === 'bytes' || type === 'time') return { type: 'str', text };
  if (type === 'int' || type === 'float') return { type, text };
  if (type === 'bool') return { type, text: /^(?:1|t|T|true|True|TRUE)$/.test(text) ? 'True' : 'False' };
  throw new WrongSeal(`has the type ${type}, which SOPS does not have`);
}

function decrypt(
  { data, nonce, tag }: { readonly data: string; readonly nonce: string; readonly tag: string },
  key: DataKey,
  place: string,
): string {
  const [iv, authTag] = [Buffer.from(nonce, 'base64'), Buffer.from(tag, 'base64')];
  // A shorter tag would be easier to guess, and Node would take it.
  if (authTag.length !== 16 || iv.length === 0) throw new WrongSeal('is no sealed value');
  const decipher = createDecipheriv(ALGORITHM, key, iv, { authTagLength: 16 });
  decipher.setAAD(Buffer.from(place));
  decipher.setAuthTag(authTag);
  try {
    return Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8');
  } catch {
    throw new WrongSeal('was changed, moved, or sealed with another key');
  }
}

export function sealValue({ type, text }: Leaf, key: DataKey, place: string): string {
  if (type === 'null' || (type === 'str' && text === '')) return '';
  const iv = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, iv, { authTagLength: 16 });
  cipher.setAAD(Buffer.from(place));
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  const [sealed, nonce, tag] = [data, iv, cipher.getAuthTag()].map((bytes) => bytes.toString('base64'));
  return `ENC[AES256_GCM,data:${sealed},iv:${nonce},tag:${tag},type:${type}]`;
}
