import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { ANN, bare, git, gitInput, opened, scratch } from '../../test/git/scratch.ts';
import type { Repository } from './repository.ts';
import type { Signer } from './signing.ts';

const refused = expect.objectContaining({ code: 'SIGNATURE_REFUSED' });
const files = new Map([['file', Buffer.from('content')]]);

beforeEach(() => {
  vi.stubEnv('HOME', scratch());
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** A new SSH key. */
function sshKey(name: string) {
  const key = join(scratch(), name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key]);
  return { key, publicKey: execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' }).trim() };
}

function listOf(...lines: readonly string[]): string {
  const path = join(scratch(), 'allowed_signers');
  writeFileSync(path, lines.join('\n'));
  return path;
}

/** A new OpenPGP key in a keyring of its own, which the child processes use. */
function openpgpKey(): string {
  const home = scratch();
  vi.stubEnv('GNUPGHOME', home);
  const gpg = (...args: readonly string[]) =>
    execFileSync('gpg', ['--batch', '--quiet', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  onTestFinished(() => void execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']));
  gpg('--passphrase', '', '--quick-generate-key', 'Ann <ann@example.org>', 'ed25519', 'sign', 'never');
  return /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys'))![1]!;
}

const written = async (repository: Repository, sign?: Signer) =>
  (
    await repository.writeCommit({
      files,
      parents: [],
      author: ANN,
      committer: ANN,
      message: 'signed\n\nwith a body\n',
      ...(sign && { sign }),
    })
  ).commit;

describe('a commit signed with an SSH key', () => {
  test('is one that Git takes, is the same each time, and names its signer', async () => {
    const { key, publicKey } = sshKey('ann');
    const directory = bare();
    const repository = await opened(directory);
    const commit = await written(repository, { kind: 'ssh', key });
    expect(await written(repository, { kind: 'ssh', key })).toBe(commit);
    expect(git(directory, 'fsck', '--strict', '--no-dangling')).not.toContain('error');
    const [read] = await repository.commits([commit]);
    expect(read).toMatchObject({ signed: true, subject: 'signed', message: 'signed\n\nwith a body\n' });
    const allowedSigners = listOf(`ann@example.org namespaces="git" ${publicKey}`);
    expect(await repository.verifyCommit(commit, { allowedSigners })).toBe('ann@example.org');
  });

  test('is refused when its key is not listed, is for other things, or was changed afterwards', async () => {
    const [ann, eve] = [sshKey('ann'), sshKey('eve')];
    const directory = bare();
    const repository = await opened(directory);
    const commit = await written(repository, { kind: 'ssh', key: eve.key });
    for (const trusted of [
      { allowedSigners: listOf(`ann@example.org ${ann.publicKey}`) },
      { allowedSigners: listOf(`eve@example.org namespaces="file" ${eve.publicKey}`) },
      { allowedSigners: listOf(`eve@example.org valid-before="20200101" ${eve.publicKey}`) },
      { openpgp: ['A'.repeat(40)] },
      {},
    ])
      await expect(repository.verifyCommit(commit, trusted)).rejects.toThrow(refused);
    const changed = git(directory, 'cat-file', 'commit', commit).replace('with a body', 'with another');
    const forged = gitInput(directory, `${changed}\n`, 'hash-object', '-t', 'commit', '-w', '--stdin');
    const allowedSigners = listOf(`eve@example.org ${eve.publicKey}`);
    await expect(repository.verifyCommit(commit, { allowedSigners })).resolves.toBe('eve@example.org');
    await expect(
      repository.verifyCommit(await repository.resolve(forged), { allowedSigners }),
    ).rejects.toThrow(refused);
  });

  test('is not to be had with a key that is not there', async () => {
    const sign: Signer = { kind: 'ssh', key: join(scratch(), 'gone') };
    await expect(written(await opened(bare()), sign)).rejects.toThrow(
      expect.objectContaining({ code: 'SIGNING_FAILED' }),
    );
  });
});

test('a commit signed with an OpenPGP key counts when its fingerprint is listed', async () => {
  const fingerprint = openpgpKey();
  const repository = await opened(bare());
  const commit = await written(repository, { kind: 'openpgp', key: fingerprint });
  expect(await repository.verifyCommit(commit, { openpgp: [fingerprint.toLowerCase()] })).toBe(fingerprint);
  await expect(repository.verifyCommit(commit, { openpgp: ['A'.repeat(40)] })).rejects.toThrow(refused);
  await expect(repository.verifyCommit(commit, {})).rejects.toThrow(refused);
});

test('a commit without a signature is refused, whatever the repository says of itself', async () => {
  const directory = bare();
  const repository = await opened(directory);
  const commit = await written(repository);
  git(directory, 'config', 'gpg.program', '/bin/true');
  git(directory, 'config', 'gpg.ssh.program', '/bin/true');
  await expect(repository.verifyCommit(commit, { openpgp: ['A'.repeat(40)] })).rejects.toThrow(refused);
});
