/** Signatures of commits: made by `ssh-keygen` or `gpg`, which hold the keys, and checked by Git. */
import { spawn } from 'node:child_process';
import { type GitContext, tryGit } from './context.ts';
import { GitError } from './errors.ts';
import type { ObjectFormat, Oid } from './oid.ts';
import { childEnvironment } from './process.ts';

/** Whose key signs. */
export type Signer =
  /** Path of a private key without a passphrase, or of a public one whose private key an agent holds. */
  | { readonly kind: 'ssh'; readonly key: string }
  /** Id, fingerprint or address of a key in the keyring. */
  | { readonly kind: 'openpgp'; readonly key: string };

/** Whose signatures count. */
export interface TrustedSigners {
  /** Path of a list of SSH keys (ssh-keygen, "ALLOWED SIGNERS"). */
  readonly allowedSigners?: string;
  /** Fingerprints of OpenPGP keys that are in the keyring: 40 or 64 hexadecimal digits. */
  readonly openpgp?: readonly string[];
}

/** Signs the body of a commit, or other bytes.
 * @param namespace what an SSH signature is for (ssh-keygen, "-n"): what is signed for one thing counts for no other.
 * Default `git`, as commits have it
 * @returns the signature, in its armour. With the same SSH key of type ed25519 it is always the same
 * @throws GitError `SIGNING_FAILED` */
export async function sign(body: Buffer, signer: Signer, namespace = 'git'): Promise<string> {
  const [program, args] =
    signer.kind === 'ssh'
      ? (['ssh-keygen', ['-Y', 'sign', '-n', namespace, '-f', signer.key]] as const)
      : (['gpg', ['--batch', '--no-tty', '--armor', '--detach-sign', '--local-user', signer.key]] as const);
  const { exitCode, stdout, stderr } = await run(program, args, body);
  if (exitCode === 0 && stdout.startsWith('-----BEGIN ')) return stdout;
  throw new GitError(
    'SIGNING_FAILED',
    `${program} did not sign with ${signer.key}: ${stderr.trim().slice(0, 500)}`,
    {
      hint: 'The key has to be there and to need no passphrase: keep it in an agent, or take one for machines.',
    },
  );
}

/** A commit with its signature: a header of its own, whose lines are continued by a space. */
export function withSignature(body: Buffer, signature: string, format: ObjectFormat = 'sha1'): Buffer {
  const end = body.indexOf('\n\n');
  const name = format === 'sha1' ? 'gpgsig' : 'gpgsig-sha256';
  const header = `\n${name} ${signature.trimEnd().replaceAll('\n', '\n ')}`;
  return Buffer.concat([body.subarray(0, end), Buffer.from(header, 'latin1'), body.subarray(end)]);
}

/** Checks that somebody trusted signed a commit.
 * @returns who: the principal of the list, or the fingerprint
 * @throws GitError `SIGNATURE_REFUSED` */
export async function verifyCommit(
  context: GitContext,
  commit: Oid,
  trusted: TrustedSigners,
): Promise<string> {
  const result = await tryGit(context, ['verify-commit', '--raw', '--end-of-options', commit], {
    configuration: [
      // Whatever a repository says about its own signatures does not count.
      ['gpg.ssh.allowedSignersFile', trusted.allowedSigners ?? '/dev/null'],
      ['gpg.ssh.revocationFile', ''],
      ['gpg.program', 'gpg'],
      ['gpg.openpgp.program', 'gpg'],
      ['gpg.ssh.program', 'ssh-keygen'],
      ['gpg.minTrustLevel', 'undefined'],
    ],
  });
  const said = `${result.stdout.toString('utf8')}\n${result.stderr}`;
  const who = result.exitCode === 0 ? signerOf(said, trusted) : undefined;
  if (who !== undefined) return who;
  throw new GitError(
    'SIGNATURE_REFUSED',
    `${commit} is not signed by anybody who is trusted: ${reasonOf(said)}`,
    {
      hint: 'Sign it with a key of the list, or add the key to the list after checking whose it is.',
    },
  );
}

export function signerOf(said: string, trusted: TrustedSigners): string | undefined {
  const ssh = /^Good "git" signature for (.+) with \S+ key SHA256:\S+$/m.exec(said)?.[1];
  if (ssh !== undefined) return trusted.allowedSigners === undefined ? undefined : ssh;
  // The last field is the fingerprint of the primary key (GnuPG, doc/DETAILS, "VALIDSIG").
  const fingerprint = /^\[GNUPG:\] VALIDSIG .*?([0-9A-F]{40,64})$/m.exec(said)?.[1];
  const good = /^\[GNUPG:\] GOODSIG /m.test(said);
  return good && trusted.openpgp?.some((key) => key.toUpperCase() === fingerprint) ? fingerprint : undefined;
}

export function reasonOf(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('[GNUPG:]'));
  return lines.join('; ').slice(0, 300) || 'it has no signature, or one of a key that is not listed';
}

export function run(
  program: string,
  args: readonly string[],
  input: Buffer,
): Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { env: childEnvironment({}), stdio: ['pipe', 'pipe', 'pipe'] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.stdin.on('error', () => undefined);
    child.on('error', (error) =>
      reject(
        new GitError('SIGNING_FAILED', `${program} could not be started: ${error.message}`, {
          hint: `Install ${program} and put it on PATH.`,
          cause: error,
        }),
      ),
    );
    child.on('close', (code) =>
      resolve({
        exitCode: code ?? 1,
        stdout: Buffer.concat(stdout).toString('latin1'),
        stderr: Buffer.concat(stderr).toString('utf8'),
      }),
    );
    child.stdin.end(input);
  });
}
