import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Results } from '../../synth/cli/results.ts';
import { packageRoot } from '../../synth/version.ts';
import { Project } from './project.ts';

/** The checkout has no build: its sources are what is imported. */
const SOURCES = `const conditions = ['source', 'node'];
export default { resolve: { conditions }, ssr: { resolve: { conditions } } };
`;

describe('truekeel init', () => {
  it('makes a project whose tests pass, whose types are right, and that runs without a cluster', async () => {
    const p = new Project({ '.gitignore': '', 'package.json': '{}' });
    onTestFinished(() => p.remove());
    const shop = join(p.directory, 'node_modules', '..', 'shop');
    const made = await p.truekeel(['init', 'shop', '--no-install']);
    expect(made.exit, made.stderr).toBe(0);
    for (const next of ['cd shop', 'npm test', 'npx truekeel sync']) expect(made.stdout).toContain(next);
    const manifest = JSON.parse(readFileSync(join(shop, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: 'shop', type: 'module', scripts: { test: 'vitest run' } });

    // The packages are found in the folder above; the checkout has no build.
    const node = (...args: readonly string[]) =>
      execFileSync(process.execPath, ['--conditions=source', ...args], { cwd: shop, encoding: 'utf8' });
    const config = join(p.directory, 'sources.mjs');
    writeFileSync(config, SOURCES);
    const vitest = join(packageRoot(), 'node_modules/vitest/vitest.mjs');
    expect(node(vitest, 'run', '--config', config, '--root', shop, '--reporter=tap-flat')).toMatch(
      /^1\.\.3$/m,
    );
    node(join(packageRoot(), 'node_modules/typescript/bin/tsc'), '--noEmit', '--customConditions', 'source');

    p.git('-C', 'shop', 'init', '--quiet');
    p.git('-C', 'shop', 'add', '--all');
    p.git('-C', 'shop', 'commit', '--quiet', '-m', 'A project');
    const nowhere = join(p.directory, 'nowhere');
    const env = { PATH: process.env.PATH, HOME: nowhere };
    const synced = await p.truekeel(['sync', '-o', 'json'], { cwd: shop, env });
    expect(synced.exit, synced.stderr).toBe(0);
    expect(synced.stderr).toContain('there is no kubeconfig');
    const { rendered, applied } = Results.sync.parse(JSON.parse(synced.stdout));
    expect(rendered.map(({ environment }) => environment)).toEqual(['staging', 'production']);
    expect(applied).toMatchObject([
      { environment: 'staging', errors: [], actions: { create: 3 } },
      { environment: 'production', errors: [], actions: { create: 3 } },
    ]);

    // KUBECONFIG may name files that are not there, as for kubectl; a flag may not.
    const unset = await p.truekeel(['sync'], { cwd: shop, env: { ...env, KUBECONFIG: nowhere } });
    expect(unset.exit, unset.stderr).toBe(0);
    const named = await p.truekeel(['sync', '--yes', '--kubeconfig', nowhere], { cwd: shop, env });
    expect(named.exit).toBe(3);
    expect(named.stderr).toContain(nowhere);
  });

  it('leaves a program that is there alone', async () => {
    const p = new Project({ 'main.ts': '// mine\n' });
    onTestFinished(() => p.remove());
    const refused = await p.truekeel(['init', '--no-install']);
    expect(refused.exit).toBe(3);
    expect(refused.stderr).toContain('main.ts');
    expect(readFileSync(join(p.directory, 'main.ts'), 'utf8')).toBe('// mine\n');
    expect(p.git('status', '--porcelain')).not.toContain('program.ts');
  });
});
