/** What a release brought, what it was made of, and the whole of a review: by the command line, as people use it. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../git/scratch.ts';
import { project } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import type { Project } from './project.ts';
import { withResult } from './workbench.ts';

const program = (a: string) => staging('shop', { web: { settings: configMap({ a }) } });

async function render(at: Project, a: string, subject: string, flags: readonly string[] = []) {
  at.commit(subject, { 'main.ts': program(a) });
  const rendered = await at.truekeel(['render', '--environment', 'staging', '--no-typecheck', ...flags]);
  expect(rendered.exit, rendered.stderr).toBe(0);
}

const verify = async (at: Project) =>
  withResult('verify', await at.truekeel(['verify', '--environment', 'staging', '-o', 'json']));

describe('verify', () => {
  it('holds the provenance to the commit, and asks for a signature where rendered commits need one', async () => {
    const at = project();
    const key = join(scratch(), 'keel');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'keel', '-f', key]);
    const allowed = join(scratch(), 'allowed_signers');
    writeFileSync(allowed, `keel@example.org ${readFileSync(`${key}.pub`, 'utf8')}`);
    await render(at, '1', 'One');
    const plain = await verify(at);
    expect(plain.exit, plain.stderr).toBe(0);
    expect(plain.result).toMatchObject({ matches: true, provenance: {} });

    const config = `export default { signatures: { rendered: { allowedSigners: ${JSON.stringify(allowed)} } } };`;
    at.write({ 'truekeel.config.ts': config });
    await render(at, '2', 'Two', ['--sign', `ssh:${key}`]);
    const signed = await verify(at);
    expect(signed.exit, signed.stderr).toBe(0);
    expect(signed.result.provenance).toEqual({ signedBy: 'keel@example.org' });

    const ref = '--ref=truekeel-provenance';
    const note = at.git('notes', ref, 'show', 'rendered/staging');
    at.git(
      'notes',
      ref,
      'add',
      '--force',
      '-m',
      note.replace('"payload":"', '"payload":"e30K'),
      'rendered/staging',
    );
    const tampered = await at.truekeel(['verify', '--environment', 'staging']);
    expect(tampered.exit).toBe(4);
    expect(tampered.stderr).toContain('PROVENANCE_INVALID');
    const { payload } = JSON.parse(note) as { readonly payload: string };
    const unsigned = Buffer.from(payload, 'base64').toString('utf8');
    at.git('notes', ref, 'add', '--force', '-m', unsigned, 'rendered/staging');
    const refused = await at.truekeel(['verify', '--environment', 'staging']);
    expect(refused.exit).toBe(8);
    expect(refused.stderr).toContain('nobody signed the provenance');
    at.git('update-ref', '-d', 'refs/notes/truekeel-provenance');
    const missing = await at.truekeel(['verify', '--environment', 'staging']);
    expect(missing.exit).toBe(4);
    expect(missing.stderr).toContain('PROVENANCE_MISSING');
  });
});

describe('changelog', () => {
  it('is Markdown for people, with addresses where the forge is known, and JSON for the rest', async () => {
    const at = project();
    await render(at, '1', 'One');
    await render(at, '2', 'feat(web): a second (#7)');
    const args = ['changelog', '--environment', 'staging'];
    const env = { PATH: process.env.PATH, HOME: process.env.HOME };
    const bare = await at.truekeel(args, { env });
    expect(bare.exit, bare.stderr).toBe(0);
    expect(bare.stdout).toContain('**Features**');
    expect(bare.stdout).toContain('- **web** a second (&#35;7) · ');
    at.git('remote', 'add', 'origin', 'git@github.com:shop/web.git');
    const linked = await at.truekeel(args, { env });
    expect(linked.stdout).toContain('a second ([&#35;7](https://github.com/shop/web/pull/7))');
    const { result } = withResult('changelog', await at.truekeel([...args, '-o', 'json'], { env }));
    expect(result).toMatchObject({
      environment: 'staging',
      from: { rendered: at.git('rev-parse', 'rendered/staging~1') },
      entries: [{ description: 'a second', type: 'feat', scope: 'web', pullRequest: 7 }],
      complete: true,
    });
    const nowhere = await at.truekeel([...args, '--from', 'v1.4'], { env });
    expect(nowhere.exit).toBe(3);
    expect(nowhere.stderr).toContain('UNKNOWN_REVISION');
  });
});

describe('the page of a review', () => {
  it('is written where it is asked for, and said to be wrong where it cannot be', async () => {
    const at = project();
    at.commit('A program', { 'main.ts': program('1') });
    at.git('checkout', '--quiet', '-b', 'change');
    at.commit('A change', { 'main.ts': program('2') });
    const args = ['review', '--base', 'main', '--no-typecheck', '--offline'];
    const file = join(scratch(), 'pages', 'review.html');
    const reviewed = await at.truekeel([...args, '--page', file]);
    expect(reviewed.exit, reviewed.stderr).toBe(0);
    const page = readFileSync(file, 'utf8');
    expect(page).toContain('<!DOCTYPE html>');
    expect(page).toContain('ConfigMap shop/settings');
    const refused = await at.truekeel([...args, '--page', '/dev/null/review.html']);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('FILE_UNREADABLE');
    const wrong = await at.truekeel([...args, '--page-url', 'javascript:alert(1)']);
    expect(wrong.exit).toBe(3);
  });
});
