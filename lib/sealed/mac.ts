/** The message authentication code of a file: over all values in their order, so that none is changed, added or left out.
 * sops.go of SOPS, `Tree.Encrypt`. */
import { createHash } from 'node:crypto';
import { isSealedPath, type SopsMetadata } from './document/metadata.ts';
import type { PlacedLeaf } from './document/tree.ts';

/** Begins the code of files where it leaves out what is not sealed. sops.go, `MACOnlyEncryptedInitialization`. */
const MAC_ONLY_ENCRYPTED = createHash('sha256').update('sops').digest();

/** @param leaves opened, in the order of the file */
export function macOf(
  leaves: readonly PlacedLeaf[],
  { rule, macOnlyEncrypted }: Pick<SopsMetadata, 'rule' | 'macOnlyEncrypted'>,
): string {
  const hash = createHash('sha512');
  if (macOnlyEncrypted) hash.update(MAC_ONLY_ENCRYPTED);
  for (const { path, leaf } of leaves) {
    if (leaf.type === 'null') continue;
    if (!macOnlyEncrypted || isSealedPath(path, rule)) hash.update(leaf.text, 'utf8');
  }
  return hash.digest('hex').toUpperCase();
}
