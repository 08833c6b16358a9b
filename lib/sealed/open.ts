/** Opens sealed files: the key of the file by age, each value by that key, and all of them together by the authentication
 * code. Nothing of a file is handed out before all of it was found to be as it was sealed. */
import { timingSafeEqual } from 'node:crypto';
import { TruekeelError } from '../objects/index.ts';
import { type AgeIdentity, recipientOf, unwrapKey } from './age.ts';
import { type DataKey, openValue, placeText, WrongSeal } from './cipher.ts';
import type { SealedDocument } from './document/document.ts';
import { isSealedPath } from './document/metadata.ts';
import { leavesOf, type PlacedLeaf } from './document/tree.ts';
import { macOf } from './mac.ts';

export interface OpenDocument {
  readonly key: DataKey;
  /** All values but sealed comments, in the order of the file. */
  readonly leaves: readonly PlacedLeaf[];
}

/** @throws TruekeelError `SECRET_KEY_MISSING` when no identity fits, `SEALED_CHANGED` when the file is not as it was
 * sealed. Neither says anything of a value or a key. */
export async function openDocument(
  document: SealedDocument,
  identities: readonly AgeIdentity[],
): Promise<OpenDocument> {
  const key = await dataKey(document, identities);
  const { metadata } = document;
  const leaves = leavesOf(document.content).flatMap(({ path, leaf }): PlacedLeaf[] => {
    if (leaf.type === 'null' || !isSealedPath(path, metadata.rule)) return [{ path, leaf }];
    const opened = open(document, leaf.text, key, path);
    return opened ? [{ path, leaf: opened }] : [];
  });
  const mac = openMac(document, key);
  const [given, found] = [Buffer.from(mac), Buffer.from(macOf(leaves, metadata))];
  if (given.length !== found.length || !timingSafeEqual(given, found))
    throw changed(document, 'its authentication code is that of other content');
  return { key, leaves };
}

function open(document: SealedDocument, sealed: string, key: DataKey, path: readonly string[]) {
  try {
    return openValue(sealed, key, placeText(path));
  } catch (error) {
    if (!(error instanceof WrongSeal)) throw error;
    throw changed(document, `the value at ${path.join('.')} ${error.message}`);
  }
}

function openMac({ metadata, ...document }: SealedDocument, key: DataKey): string {
  try {
    return openValue(metadata.mac, key, metadata.lastModified)?.text ?? '';
  } catch (error) {
    if (!(error instanceof WrongSeal)) throw error;
    throw changed(document, 'its authentication code cannot be opened');
  }
}

async function dataKey(document: SealedDocument, identities: readonly AgeIdentity[]): Promise<DataKey> {
  const { age } = document.metadata;
  const ours = new Set(await Promise.all(identities.map(recipientOf)));
  let failure: string | undefined;
  // Those that are said to be for us first: their failure is the file's, and no matter of keys.
  for (const wrapped of [...age].sort(
    (a, b) => Number(ours.has(b.recipient)) - Number(ours.has(a.recipient)),
  )) {
    if (identities.length === 0) break;
    try {
      const key = Buffer.from(await unwrapKey(wrapped, identities));
      if (key.length === 32) return key;
      failure = 'its key is no key';
    } catch {
      if (ours.has(wrapped.recipient)) failure = `its key for ${wrapped.recipient} cannot be unwrapped`;
    }
  }
  if (failure !== undefined) throw changed(document, failure);
  throw keyMissing(document, identities.length);
}

function keyMissing({ file, metadata }: SealedDocument, tried: number): TruekeelError {
  const recipients = metadata.age.map(({ recipient }) => recipient).join(', ');
  const which = tried === 0 ? 'there is no private key' : `none of ${tried} private keys fits`;
  return new TruekeelError(`${file} cannot be opened: ${which}. It is sealed for ${recipients}`, {
    code: 'SECRET_KEY_MISSING',
    family: 'usage',
    hint: 'Give the private key of one of them: --age-key-file FILE, SOPS_AGE_KEY_FILE or SOPS_AGE_KEY.',
  });
}

function changed({ file }: Pick<SealedDocument, 'file'>, why: string): TruekeelError {
  return new TruekeelError(`${file} is not as it was sealed: ${why}`, {
    code: 'SEALED_CHANGED',
    family: 'validation',
    hint: 'Nothing of it is used. Take the file as it was from Git, or seal its values again.',
  });
}
