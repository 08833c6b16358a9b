import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { packageRoot } from '../../version.ts';
import { findPacmak, jsiiDependencies } from './jsii-pacmak.ts';

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
