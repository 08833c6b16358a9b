/** The key of a file, wrapped and unwrapped by age. The library is large for a program that has nothing sealed: it is
 * loaded when it is needed. */
import type { WrappedKey } from './document/metadata.ts';

/** A private key as `age-keygen` writes it: `AGE-SECRET-KEY-1…`. */
export type AgeIdentity = string;

const load = () => import('age-encryption');

/** @throws RangeError for what is no recipient of age */
export async function wrapKey(key: Uint8Array, recipient: string): Promise<WrappedKey> {
  const { armor, Encrypter } = await load();
  const encrypter = new Encrypter();
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw new RangeError(`${recipient} is no recipient of age`, { cause: error });
  }
  const enc = armor.encode(await encrypter.encrypt(key));
  return { recipient, enc: enc.endsWith('\n') ? enc : `${enc}\n` };
}

/** @throws Error when the identity does not fit, or what is wrapped is damaged; the two cannot always be told apart */
export async function unwrapKey(
  { enc }: WrappedKey,
  identities: readonly AgeIdentity[],
): Promise<Uint8Array> {
  const { armor, Decrypter } = await load();
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  return decrypter.decrypt(armor.decode(enc));
}

/** The recipient that an identity opens what is sealed for. @throws Error for what is no identity of age */
export async function recipientOf(identity: AgeIdentity): Promise<string> {
  return (await load()).identityToRecipient(identity);
}

/** A new private key. */
export async function newIdentity(): Promise<AgeIdentity> {
  return (await load()).generateX25519Identity();
}
