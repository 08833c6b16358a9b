/** Who signs, and who is trusted, as people write it. */
import {
  GitError,
  type Oid,
  type Repository,
  type Signer,
  type TrustedSigners,
} from '../../lib/git/index.ts';
import { TruekeelError } from '../../lib/objects/index.ts';

/** @param text `ssh:FILE` or `openpgp:KEY`
 * @throws TruekeelError `INVALID_SIGNER` */
export function parseSigner(text: string): Signer {
  const [, kind, key] = /^(ssh|openpgp):(.+)$/.exec(text) ?? [];
  if (kind !== undefined && key !== undefined) return { kind: kind as Signer['kind'], key }; // one of the two in the pattern
  throw new TruekeelError(`${JSON.stringify(text)} names no key to sign with`, {
    code: 'INVALID_SIGNER',
    family: 'usage',
    hint: 'Write ssh:FILE for a private SSH key, or openpgp:FINGERPRINT for a key of the keyring.',
  });
}

/** @returns undefined when nothing is said: signatures are not asked for then
 * @throws TruekeelError `INVALID_SIGNER` when a fingerprint is none */
export function trustedSigners(
  allowedSigners: string | undefined,
  openpgp: readonly string[],
): TrustedSigners | undefined {
  const wrong = openpgp.find((key) => !/^(?:[0-9A-F]{40}|[0-9A-F]{64})$/i.test(key));
  if (wrong !== undefined) {
    throw new TruekeelError(`${JSON.stringify(wrong)} is not the fingerprint of an OpenPGP key`, {
      code: 'INVALID_SIGNER',
      family: 'usage',
      hint: 'Take the 40 digits that "gpg --list-keys" prints; a short id can be made to fit another key.',
    });
  }
  if (allowedSigners === undefined && openpgp.length === 0) return undefined;
  return { ...(allowedSigners !== undefined && { allowedSigners }), openpgp };
}

/** Who has to have signed what. */
export interface RequiredSignatures {
  /** Rendered commits; nobody has to when absent. */
  readonly rendered?: TrustedSigners;
  /** The source commits that they were made of; nobody has to when absent. */
  readonly source?: TrustedSigners;
}

/** Who signed what, as far as it had to be signed: the principal of the list of SSH keys, or the fingerprint of the OpenPGP
 * key. */
export interface Signers {
  readonly rendered?: string;
  readonly source?: string;
}

/** Checks a rendered commit, and the source commit that it says it was made of.
 * @throws GitError `SIGNATURE_REFUSED` */
export async function requireSigned(
  repository: Repository,
  release: { readonly commit: Oid; readonly source: { readonly commit: Oid } },
  { rendered, source }: RequiredSignatures,
): Promise<Signers> {
  const ofRendered = rendered && (await repository.verifyCommit(release.commit, rendered));
  const signers = { ...(ofRendered !== undefined && { rendered: ofRendered }) };
  if (!source) return signers;
  if (await repository.has(release.source.commit))
    return { ...signers, source: await repository.verifyCommit(release.source.commit, source) };
  throw new GitError(
    'SIGNATURE_REFUSED',
    `${release.commit} was made of ${release.source.commit}, which has to be signed and is not here to be checked`,
    { hint: 'Fetch the source branch too.' },
  );
}
