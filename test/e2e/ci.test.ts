/** `truekeel ci` in this process, with the variables of Jenkins, which has no files of its own. */
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandsOf } from '../ci/actions.ts';
import { project } from './clusters.ts';
import { configMap, staging } from './programs.ts';
import type { Project } from './project.ts';
import { withResult } from './workbench.ts';

const program = (a: string) => staging('shop', { web: { settings: configMap({ a }) } });

/** A clone of a remote with a program on `main`; a change of it is checked out. */
function cloned(change: Readonly<Record<string, string>> = { 'main.ts': program('2') }) {
  const remote = project();
  remote.git('init', '--quiet', '--bare', '--initial-branch=main', 'origin.git');
  const url = join(remote.directory, 'origin.git');
  const at = project();
  at.git('remote', 'add', 'origin', url);
  at.commit('A program', { 'main.ts': program('1') });
  at.git('push', '--quiet', 'origin', 'main');
  at.git('checkout', '--quiet', '-b', 'change');
  at.commit('A change', change);
  const git = (...args: readonly string[]) => remote.git('-C', url, ...args);
  return { at, git };
}

const JENKINS = {
  PATH: process.env.PATH,
  HOME: process.env.HOME,
  JENKINS_URL: 'https://jenkins.example.com/',
};
const CHANGE = { ...JENKINS, CHANGE_ID: '7', CHANGE_TARGET: 'main', BRANCH_NAME: 'PR-7' };
const FORK = { ...CHANGE, CHANGE_FORK: 'mallory' };

async function ci(at: Project, env: NodeJS.ProcessEnv, flags: readonly string[] = []) {
  return withResult('ci', await at.truekeel(['ci', ...flags, '-o', 'json'], { env }));
}

it('reviews a pull request, and prints that as `review` does', async () => {
  const { at } = cloned();
  const { exit, result, stderr } = await ci(at, CHANGE, ['--no-post', '--no-typecheck']);
  expect(exit, stderr).toBe(0);
  expect(result).toMatchObject({ system: 'jenkins', action: 'review', prepared: [] });
  expect(result.review!.environments).toMatchObject([{ environment: 'staging', actions: { change: 1 } }]);
  // No line that only Actions read.
  expect(stderr).not.toContain('::');
});

it('wants a token for a pull request that it is to post to', async () => {
  const { at } = cloned();
  const env = { ...CHANGE, TRUEKEEL_FORGE: 'gitea', TRUEKEEL_FORGE_URL: 'https://git.example.com' };
  const { exit, stderr } = await ci(at, { ...env, TRUEKEEL_FORGE_REPOSITORY: 'ada/shop' });
  expect(exit).toBe(3);
  expect(stderr).toContain('FORGE_TOKEN_REFUSED');
});

describe('the branch that is rendered', () => {
  it('is the default of the remote, where the system does not say it', async () => {
    const { at, git } = cloned();
    at.git('push', '--quiet', 'origin', 'change');
    const other = await ci(at, { ...JENKINS, BRANCH_NAME: 'change' });
    expect(other.result).toMatchObject({
      action: 'none',
      because: 'change has a new commit, and main is rendered',
    });
    at.git('checkout', '--quiet', 'main');
    const main = await ci(at, { ...JENKINS, BRANCH_NAME: 'main' }, ['--no-typecheck']);
    expect(main.exit, main.stderr).toBe(0);
    expect(main.result.render!.rendered).toMatchObject([
      { environment: 'staging', created: true, pushed: true, commit: git('rev-parse', 'rendered/staging') },
    ]);
  });

  it('is another one where somebody says so, and has to be said where nobody else does', async () => {
    const { at, git } = cloned();
    git('symbolic-ref', 'HEAD', 'refs/heads/gone');
    const unknown = await ci(at, { ...JENKINS, BRANCH_NAME: 'change' });
    expect(unknown.exit).toBe(3);
    expect(unknown.stderr).toContain('NO_DEFAULT_BRANCH');
    const given = await ci(at, { ...JENKINS, BRANCH_NAME: 'change' }, [
      '--branch',
      'change',
      '--no-typecheck',
    ]);
    expect(given.result.action).toBe('render');
  });

  it('is rendered as it was committed, whatever lies around', async () => {
    const { at } = cloned();
    at.git('checkout', '--quiet', 'main');
    at.write({ 'main.ts': 'throw new Error("left here by another step");' });
    const { exit, result, stderr } = await ci(at, { ...JENKINS, BRANCH_NAME: 'main' }, ['--no-typecheck']);
    expect(exit, stderr).toBe(0);
    expect(result.render!.rendered).toMatchObject([{ dirty: false }]);
  });
});

describe('a pull request of a fork', () => {
  /** A compiler of the change's own, which leaves a trace. */
  function withCompiler(at: Project): string {
    const trace = join(at.directory, '..', `${at.directory.split('/').at(-1)}-trace`);
    const compiler = join(at.directory, 'node_modules', 'typescript');
    rmSync(compiler);
    mkdirSync(join(compiler, 'bin'), { recursive: true });
    writeFileSync(join(compiler, 'package.json'), '{ "name": "typescript", "version": "5.0.0" }');
    const tsc = join(compiler, 'bin', 'tsc');
    writeFileSync(tsc, `require('node:fs').writeFileSync(${JSON.stringify(trace)}, 'was here');`);
    chmodSync(tsc, 0o755);
    return trace;
  }

  it('has no compiler of its own run, which one of ours has', async () => {
    const { at } = cloned({ 'main.ts': program('2'), 'tsconfig.json': '{}' });
    const trace = withCompiler(at);
    const stranger = await ci(at, FORK);
    expect(stranger.exit, stranger.stderr).toBe(0);
    expect(existsSync(trace)).toBe(false);
    await ci(at, CHANGE, ['--no-post']);
    expect(existsSync(trace)).toBe(true);
    rmSync(trace);
  });

  it('asks no cluster, whatever is set, and posts nothing without a token', async () => {
    const { at } = cloned();
    const env = { ...FORK, KUBECONFIG: '/nowhere', TRUEKEEL_ALLOW_COMMANDS: 'true' };
    const { exit, result, stderr } = await ci(at, env, ['--kubeconfig', '/nowhere/else']);
    expect(exit, stderr).toBe(0);
    expect(result.because).toContain('of a fork: no cluster is asked, and nothing is posted');
    expect(result.review!.environments).toMatchObject([{ compared: '--offline was given' }]);
  });

  it('gets no command run', async () => {
    const { at } = cloned();
    const env = { ...FORK, TRUEKEEL_ALLOW_COMMANDS: 'true' };
    const { exit, result } = await ci(at, env, ['--app', 'touch here', '--allow-commands']);
    expect(exit).toBe(3);
    expect(result.review!.errors).toMatchObject([{ code: 'COMMANDS_NOT_ALLOWED' }]);
    expect(existsSync(join(at.directory, 'here'))).toBe(false);
  });
});

it('says so where no CI system runs it', async () => {
  const { at } = cloned();
  const { exit, stderr } = await ci(at, { PATH: process.env.PATH, HOME: process.env.HOME });
  expect(exit).toBe(3);
  expect(stderr).toContain('CI_UNKNOWN');
});

describe('what Actions read in the output', () => {
  const ACTIONS = {
    PATH: process.env.PATH,
    HOME: process.env.HOME,
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_REF: 'refs/heads/main',
  };

  it.each([
    ['the program', { 'main.ts': "throw new Error('one\\n::set-output name=action::none\\n::error::two');" }],
    [
      'the configuration',
      { 'truekeel.config.ts': "throw new Error('one\\n::set-output name=action::none');" },
    ],
  ])('is ours, and not what %s has printed', async (_, files) => {
    const { at } = cloned();
    at.git('checkout', '--quiet', 'main');
    at.commit('Trouble', files);
    const { exit, stdout, stderr } = await at.truekeel(['ci', '--no-typecheck'], { env: ACTIONS });
    expect(exit).toBe(3);
    expect(stderr).toContain('::set-output');
    expect(commandsOf(stdout)).toEqual([]);
    expect(commandsOf(stderr)).toEqual([
      expect.stringMatching(/^::error .*title=\w+::.*one(?:%0A|\\n)::set-output/),
    ]);
  });

  it('comes with a file that cannot be written as an error that says so', async () => {
    const { at } = cloned();
    const env = { ...ACTIONS, GITHUB_REF: 'refs/tags/v1', GITHUB_OUTPUT: '/nowhere/output' };
    const { exit, stderr } = await at.truekeel(['ci'], { env });
    expect(exit).toBe(3);
    expect(stderr).toContain('/nowhere/output cannot be written');
  });
});
