/** Of a sealed Secret, opened, what it takes to seal it again. */
import type { AgeIdentity } from './age.ts';
import type { SealedDocument } from './document/document.ts';
import { secretEntries, secretType } from './document/secret-entries.ts';
import { isBranch, member, textMember } from './document/tree.ts';
import { openValues } from './open-secret.ts';
import type { SecretContent } from './seal.ts';

const MEMBERS = new Set(['apiVersion', 'kind', 'metadata', 'type', 'data', 'stringData']);

/** @returns undefined for a file that is no Secret, or that has more to it than name, type and values
 * @throws TruekeelError `SECRET_KEY_MISSING`, `SEALED_CHANGED`, `SEALED_UNREADABLE` */
export async function secretContent(
  document: SealedDocument,
  identities: readonly AgeIdentity[],
): Promise<SecretContent | undefined> {
  const { content } = document;
  const metadata = member(content, 'metadata');
  if (textMember(content, 'kind') !== 'Secret' || !isBranch(metadata)) return undefined;
  const name = textMember(metadata, 'name');
  const isSimple = content.entries.every(([key]) => MEMBERS.has(key)) && metadata.entries.length === 1;
  if (!isSimple || name === undefined) return undefined;
  const type = secretType(document);
  return {
    name,
    ...(type !== undefined && { type }),
    values: await openValues(document, secretEntries(document), identities),
  };
}
