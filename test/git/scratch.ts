/** Scratch repositories for tests: a directory that goes away with the test, and the real git. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type Identity, type ObjectFormat, Repository } from '../../lib/git/index.ts';

export const ANN: Identity = {
  name: 'Ann',
  email: 'ann@example.org',
  seconds: 1_700_000_000,
  timezone: '+0100',
};

/** A directory that is removed when the test ends. */
export function scratch(): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'truekeel-git-')));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 3 }));
  return directory;
}

/** Runs the real git, with no configuration of the machine; returns what it printed, trimmed. */
export function git(directory: string, ...args: readonly string[]): string {
  return gitInput(directory, '', ...args);
}

export function gitInput(directory: string, input: string | Buffer, ...args: readonly string[]): string {
  return execFileSync('git', ['-C', directory, ...args], {
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
    env: {
      PATH: process.env.PATH,
      HOME: directory,
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: ANN.name,
      GIT_AUTHOR_EMAIL: ANN.email,
      GIT_AUTHOR_DATE: `${ANN.seconds} ${ANN.timezone}`,
      GIT_COMMITTER_NAME: ANN.name,
      GIT_COMMITTER_EMAIL: ANN.email,
      GIT_COMMITTER_DATE: `${ANN.seconds} ${ANN.timezone}`,
    },
  }).trim();
}

/** An opened repository that is closed when the test ends. */
export async function opened(directory: string): Promise<Repository> {
  const repository = await Repository.discover(directory);
  onTestFinished(() => repository.close());
  return repository;
}

/** An empty bare repository. */
export function bare(name = 'bare.git', format: ObjectFormat = 'sha1'): string {
  const directory = join(scratch(), name);
  const options = ['--quiet', '--bare', '--initial-branch=main', `--object-format=${format}`];
  git(tmpdir(), 'init', ...options, directory);
  return directory;
}

/** A work tree on branch `main` without commits. */
export function workTree(format: ObjectFormat = 'sha1'): string {
  const directory = scratch();
  git(directory, 'init', '--quiet', '--initial-branch=main', `--object-format=${format}`);
  return directory;
}

/** Commits everything in a work tree, or nothing at all. @returns the id */
export function commitAll(directory: string, message: string): string {
  git(directory, 'add', '-A');
  git(directory, 'commit', '--quiet', '--allow-empty', '-m', message);
  return git(directory, 'rev-parse', 'HEAD');
}
