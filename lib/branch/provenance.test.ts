import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { greeting } from '../../test/git/rendered.ts';
import { ANN, bare, commitAll, git, opened, scratch, workTree } from '../../test/git/scratch.ts';
import type { Oid, Repository, Signer } from '../git/index.ts';
import { type CommitOptions, commitRendered } from './commit.ts';
import { releaseHold } from './hold.ts';
import { PROVENANCE_REF } from './names.ts';
import { checkProvenance } from './provenance.ts';
import { rollback } from './rollback.ts';

const LOCK = '{"lockfileVersion": 3}\n';
const code = (expected: string) => expect.objectContaining({ code: expected });

let directory: string;
let repository: Repository;
beforeEach(async () => {
  vi.stubEnv('HOME', scratch());
  onTestFinished(() => void vi.unstubAllEnvs());
  directory = workTree();
  writeFileSync(join(directory, 'package-lock.json'), LOCK);
  commitAll(directory, 'web: say hello');
  repository = await opened(directory);
});

const render = (text: string, options: Partial<CommitOptions> = {}, into = repository) =>
  commitRendered(into, greeting(text), {
    sourceCommit: 'HEAD',
    program: 'main.ts',
    versions: { truekeel: '0.1.0' },
    ...options,
  });
const check = (rendered: string, trusted?: Parameters<typeof checkProvenance>[3]) =>
  checkProvenance(repository, greeting('hello'), rendered as Oid, trusted);
const note = (commit: string) => git(directory, 'notes', `--ref=${PROVENANCE_REF}`, 'show', commit);
const overwrite = (commit: string, text: string) =>
  git(directory, 'notes', `--ref=${PROVENANCE_REF}`, 'add', '--force', '--message', text, commit);

function sshKey(name: string) {
  const key = join(scratch(), name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', name, '-f', key]);
  const publicKey = execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' }).trim();
  const sign: Signer = { kind: 'ssh', key };
  return { sign, publicKey };
}

function listOf(...lines: readonly string[]): string {
  const path = join(scratch(), 'allowed_signers');
  writeFileSync(path, lines.join('\n'));
  return path;
}

describe('the provenance of a rendered commit', () => {
  test('is an in-toto statement of what it was made of, by SLSA’s words', async () => {
    const { commit, attested } = await render('hello');
    expect(attested).toBe(true);
    expect(JSON.parse(note(commit))).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        {
          name: 'rendered/production',
          digest: { gitCommit: commit, gitTree: git(directory, 'rev-parse', `${commit}^{tree}`) },
        },
      ],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://truekeel.dev/render/v1',
          externalParameters: { environment: 'production', program: 'main.ts' },
          resolvedDependencies: [
            { name: 'source', digest: { gitCommit: git(directory, 'rev-parse', 'HEAD') } },
            {
              name: 'package-lock.json',
              digest: { sha256: createHash('sha256').update(LOCK).digest('hex') },
            },
          ],
        },
        runDetails: { builder: { id: 'https://truekeel.dev/truekeel', version: { truekeel: '0.1.0' } } },
      },
    });
    expect(await check(commit)).toEqual({});
  });

  test('is the same on every machine, also its ref, and is pushed', async () => {
    const remote = bare();
    const { commit } = await render('hello', { remote });
    const other = await opened(workTree());
    git(other.root, 'fetch', '--quiet', directory, 'HEAD:refs/heads/theirs');
    const again = await render('hello', { sourceCommit: 'theirs' }, other);
    expect(again).toMatchObject({ commit, attested: true });
    const tips = [directory, other.root, remote].map((at) => git(at, 'rev-parse', PROVENANCE_REF));
    expect(new Set(tips).size).toBe(1);
  });

  test('is written by the next run where one died before, and not again', async () => {
    const { commit } = await render('hello');
    const before = git(directory, 'rev-parse', PROVENANCE_REF);
    git(directory, 'update-ref', '-d', PROVENANCE_REF);
    expect(await check(commit)).toBeUndefined();
    expect(await render('hello')).toMatchObject({ created: false, attested: true });
    await render('hello');
    expect(git(directory, 'rev-parse', PROVENANCE_REF)).toBe(before);
  });

  test('is refused when somebody changed it', async () => {
    const { commit } = await render('hello');
    const statement = note(commit);
    for (const text of [
      statement.replace('main.ts', 'other.ts'),
      statement.replace(/"gitTree": "./, '"gitTree": "f'),
      statement.replace('"https://truekeel.dev/truekeel"', '"https://example.org/"'),
      `${statement}{}`,
      'no statement at all',
      '{"payloadType":"text/plain","payload":"","signatures":[{"sig":""}]}',
    ]) {
      overwrite(commit, text);
      await expect(check(commit), text).rejects.toThrow(code('PROVENANCE_INVALID'));
    }
  });

  test('is not given to what has uncommitted changes in it', async () => {
    const { commit, attested } = await render('hello', { dirty: true });
    expect(attested).toBe(false);
    expect(await check(commit)).toBeUndefined();
  });

  test('says of a rollback what it took back', async () => {
    const first = await render('hello');
    writeFileSync(join(directory, 'main.ts'), 'more');
    commitAll(directory, 'web: say more');
    await render('more');
    const back = await rollback(repository, 'production', first.commit, { by: ANN });
    const { buildDefinition } = JSON.parse(note(back.commit)).predicate;
    expect(buildDefinition.externalParameters.reverts).toBe(back.reverts);
    expect(await check(back.commit)).toEqual({});
    const free = await releaseHold(repository, 'production', { by: ANN });
    expect(await check(free.commit)).toEqual({});
  });

  test('is signed with the key of the commits, as an envelope, for this and nothing else', async () => {
    const [ann, eve] = [sshKey('ann'), sshKey('eve')];
    const { commit } = await render('hello', { sign: ann.sign });
    const envelope = JSON.parse(note(commit));
    expect(envelope).toMatchObject({ payloadType: 'application/vnd.in-toto+json', signatures: [{}] });
    const allowedSigners = listOf(`ann@example.org namespaces="git,truekeel-provenance" ${ann.publicKey}`);
    expect(await check(commit, { allowedSigners })).toEqual({ signedBy: 'ann@example.org' });
    for (const trusted of [
      { allowedSigners: listOf(`eve@example.org ${eve.publicKey}`) },
      { allowedSigners: listOf(`bob@example.org namespaces="git" ${ann.publicKey}`) },
      { openpgp: ['A'.repeat(40)] },
    ])
      await expect(check(commit, trusted)).rejects.toThrow(code('SIGNATURE_REFUSED'));
    // Rendering again without a key leaves what was signed.
    await render('hello');
    expect(await check(commit, { allowedSigners })).toEqual({ signedBy: 'ann@example.org' });

    const other = { ...envelope, payloadType: 'application/json' };
    overwrite(commit, JSON.stringify(other));
    await expect(check(commit, { allowedSigners })).rejects.toThrow(code('PROVENANCE_INVALID'));
    const statement = Buffer.from(envelope.payload, 'base64').toString('utf8');
    overwrite(commit, statement);
    await expect(check(commit, { allowedSigners })).rejects.toThrow(code('SIGNATURE_REFUSED'));
    git(directory, 'update-ref', '-d', PROVENANCE_REF);
    await expect(check(commit, { allowedSigners })).rejects.toThrow(code('PROVENANCE_MISSING'));
  });
});

test('what an OpenPGP key signed counts when its fingerprint is listed', async () => {
  const home = scratch();
  vi.stubEnv('GNUPGHOME', home);
  onTestFinished(() => void execFileSync('gpgconf', ['--homedir', home, '--kill', 'all']));
  const gpg = (...args: readonly string[]) =>
    execFileSync('gpg', ['--batch', '--quiet', ...args], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  gpg('--passphrase', '', '--quick-generate-key', 'Ann <ann@example.org>', 'ed25519', 'sign', 'never');
  const fingerprint = /^fpr:+([0-9A-F]{40}):/m.exec(gpg('--with-colons', '--list-keys'))![1]!;
  const { commit } = await render('hello', { sign: { kind: 'openpgp', key: fingerprint } });
  expect(await check(commit, { openpgp: [fingerprint] })).toEqual({ signedBy: fingerprint });
  await expect(check(commit, { openpgp: ['A'.repeat(40)] })).rejects.toThrow(code('SIGNATURE_REFUSED'));
});
