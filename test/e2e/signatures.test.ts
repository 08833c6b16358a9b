import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scratch } from '../git/scratch.ts';
import { embeddedCluster, live } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import { Workbench } from './workbench.ts';

const greeting = (namespace: string, text: string) =>
  staging(namespace, { web: { settings: configMap({ greeting: text }) } });

/** A new SSH key, and the list that trusts it alone. */
function signer(name: string) {
  const key = join(scratch(), name);
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const list = `${key}.allowed`;
  writeFileSync(list, `${name}@example.org ${readFileSync(`${key}.pub`, 'utf8')}`);
  return { key, list, sign: `ssh:${key}` };
}

/** People's commits are signed with this key from now on. */
function signAs(bench: Workbench, key: string): void {
  for (const [name, value] of [
    ['gpg.format', 'ssh'],
    ['user.signingKey', key],
    ['commit.gpgSign', 'true'],
  ] as const)
    bench.project.git('config', name, value);
}

const config = (signatures: unknown) => ({
  'truekeel.config.ts': `export default ${JSON.stringify({ signatures })};\n`,
});

describe('signatures that are asked for', () => {
  const cluster = embeddedCluster();

  it('are looked for before a plan is made or anything is written', async () => {
    const bench = new Workbench(cluster());
    const { namespace } = bench;
    const [ci, ann, eve] = [signer('ci'), signer('ann'), signer('eve')];
    const settings = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'settings' };
    const refusedBy = async (verb: string, flags: readonly string[] = []) => {
      const { exit, stderr } = await bench.run(verb, flags);
      expect([verb, exit], stderr).toEqual([verb, 8]);
      expect(stderr).toContain('SIGNATURE_REFUSED');
      expect(await live(cluster(), settings)).toBeUndefined();
    };
    signAs(bench, ann.key);
    bench.project.commit('Ask for signatures', {
      ...config({ rendered: { allowedSigners: ci.list }, source: { allowedSigners: ann.list } }),
    });

    await bench.render(greeting(namespace, 'one'), 'Nobody signed what was rendered');
    for (const verb of ['plan', 'apply']) await refusedBy(verb);
    await refusedBy('apply', ['--yes']);
    await bench.render(greeting(namespace, 'two'), 'The wrong one signed it', ['--sign', eve.sign]);
    await refusedBy('apply', ['--yes']);

    const signed = await bench.render(greeting(namespace, 'three'), 'Signed', ['--sign', ci.sign]);
    expect(signed.exit, signed.stderr).toBe(0);
    // A list that is named with a flag is the one that counts, for both commits.
    await refusedBy('apply', ['--yes', '--allowed-signers', ci.list]);
    const applied = await bench.apply();
    expect(applied.exit, applied.stderr).toBe(0);
    expect((await live(cluster(), settings))?.data).toEqual({ greeting: 'three' });
  });

  it('keep a program of an unsigned source commit from running', async () => {
    const bench = new Workbench(cluster());
    const ann = signer('ann');
    bench.project.commit('Unsigned', { 'main.ts': 'throw new Error("it ran");\n' });
    const { exit, stderr } = await bench.json('render', ['--allowed-signers', ann.list]);
    expect([exit, stderr.includes('it ran')], stderr).toEqual([8, false]);
    expect(stderr).toContain('SIGNATURE_REFUSED');
  });

  it('are part of what verify checks', async () => {
    const bench = new Workbench(cluster());
    const [ci, ann] = [signer('ci'), signer('ann')];
    signAs(bench, ann.key);
    await bench.render(greeting('web', 'one'), 'One', ['--sign', ci.sign]);
    const flags = ['--environment', 'staging'];
    const both = join(scratch(), 'both');
    writeFileSync(both, readFileSync(ci.list, 'utf8') + readFileSync(ann.list, 'utf8'));
    const verified = await bench.json('verify', [...flags, '--allowed-signers', both]);
    expect([verified.exit, verified.result.matches], verified.stderr).toEqual([0, true]);
    expect(verified.result.signedBy).toEqual({ rendered: 'ci@example.org', source: 'ann@example.org' });
    const told = await bench.project.truekeel(['verify', ...flags, '--allowed-signers', both]);
    const { commit, source } = verified.result as { readonly commit: string; readonly source: string };
    expect(told.stdout, told.stderr).toContain(
      `The rendered commit ${commit.slice(0, 7)} is signed by ci@example.org.`,
    );
    expect(told.stdout).toContain(`The source commit ${source.slice(0, 7)} is signed by ann@example.org.`);
    expect((await bench.json('verify', flags)).result).not.toHaveProperty('signedBy');
    const refused = await bench.json('verify', [...flags, '--allowed-signers', ci.list]);
    expect([refused.exit, refused.stderr.includes('SIGNATURE_REFUSED')], refused.stderr).toEqual([8, true]);
  });

  it('trust somebody, or the configuration is refused', async () => {
    const bench = new Workbench(cluster());
    bench.project.commit('Trust nobody', config({ rendered: {} }));
    const { exit, stderr } = await bench.run('plan');
    expect(exit, stderr).toBe(3);
    expect(stderr).toContain('CONFIG_INVALID');
  });
});
