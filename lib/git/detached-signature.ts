/** Signatures beside what they sign, by the same keys as those of commits. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GitError } from './errors.ts';
import { reasonOf, run, signerOf, type TrustedSigners } from './signing.ts';

/** Checks that somebody trusted signed some bytes.
 * @param namespace what an SSH signature has to be for
 * @returns who: the principal of the list, or the fingerprint
 * @throws GitError `SIGNATURE_REFUSED` */
export async function verifySignature(
  data: Buffer,
  signature: string,
  { trusted, namespace }: { readonly trusted: TrustedSigners; readonly namespace: string },
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'truekeel-signature-'));
  try {
    // Neither program takes both from standard input.
    const file = join(directory, 'signature');
    await writeFile(file, signature);
    const { who, said } = signature.startsWith('-----BEGIN SSH SIGNATURE-----')
      ? await verifySsh(data, file, trusted, namespace)
      : await verifyOpenpgp(data, file, trusted);
    if (who !== undefined) return who;
    throw new GitError('SIGNATURE_REFUSED', `it is not signed by anybody who is trusted: ${reasonOf(said)}`, {
      hint: 'Sign it with a key of the list, or add the key to the list after checking whose it is.',
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

interface Verdict {
  readonly who?: string;
  readonly said: string;
}

async function verifySsh(
  data: Buffer,
  file: string,
  { allowedSigners }: TrustedSigners,
  namespace: string,
): Promise<Verdict> {
  if (allowedSigners === undefined) return { said: 'there is no list of SSH keys' };
  const found = await run(
    'ssh-keygen',
    ['-Y', 'find-principals', '-s', file, '-f', allowedSigners],
    Buffer.alloc(0),
  );
  // One line of the list can name several people.
  const principals = found.exitCode === 0 ? found.stdout.split('\n').filter((line) => line !== '') : [];
  let said = found.stderr;
  for (const who of principals) {
    const args = ['-Y', 'verify', '-n', namespace, '-f', allowedSigners, '-I', who, '-s', file];
    const verified = await run('ssh-keygen', args, data);
    if (verified.exitCode === 0) return { who, said: '' };
    said = `${verified.stdout}\n${verified.stderr}`;
  }
  return { said };
}

async function verifyOpenpgp(data: Buffer, file: string, trusted: TrustedSigners): Promise<Verdict> {
  const args = ['--batch', '--no-tty', '--status-fd', '1', '--verify', file, '-'];
  const { exitCode, stdout, stderr } = await run('gpg', args, data);
  const said = `${stdout}\n${stderr}`;
  const who = exitCode === 0 ? signerOf(said, { openpgp: trusted.openpgp ?? [] }) : undefined;
  return { said, ...(who !== undefined && { who }) };
}
