import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { packageRoot } from '../../version.ts';
import { findPacmak, jsiiDependencies, packageSources } from './jsii-pacmak.ts';

it('jsii-pacmak is looked for in the project, and then beside Truekeel', () => {
  expect(findPacmak('go', [tmpdir(), packageRoot()])).toMatch(/node_modules.jsii-pacmak.bin.jsii-pacmak$/);
  expect(() => findPacmak('go', [tmpdir()])).toThrow(
    expect.objectContaining({ code: 'JSII_NOT_FOUND', message: expect.stringContaining('go') }),
  );
});

it('constructs are built on Truekeel and what it is built on, by the names that each language has for them', async () => {
  const dependencies = await jsiiDependencies();
  expect(dependencies.map(({ name }) => name)).toEqual(['truekeel', 'cdk8s', 'constructs']);
  expect(dependencies.map(({ version }) => version)).toEqual(
    dependencies.map(() => expect.stringMatching(/^\^\d/)),
  );
  expect(dependencies.map(({ targets }) => targets.python)).toEqual(
    dependencies.map(({ name }) => expect.objectContaining({ module: name })),
  );
});

it('why jsii-pacmak fails is said, and what is there stays', async () => {
  const to = mkdtempSync(join(tmpdir(), 'truekeel-pacmak-'));
  try {
    writeFileSync(join(to, 'before'), '');
    const broken = {
      name: 'broken',
      manifest: '{ "name": "broken" }',
      assembly: '{}',
      source: '',
      group: 'broken',
      constructs: [],
    };
    const context = { cwd: packageRoot(), env: process.env, signal: new AbortController().signal };
    const packaged = packageSources(
      [broken],
      'python',
      () => [{ from: 'python', to, mark: 'before' }],
      context,
    );
    await expect(packaged).rejects.toMatchObject({
      code: 'JSII_FAILED',
      message: expect.stringMatching(/cannot package the constructs: .*broken/s),
    });
    expect(existsSync(join(to, 'before'))).toBe(true);
  } finally {
    rmSync(to, { recursive: true, force: true });
  }
});
