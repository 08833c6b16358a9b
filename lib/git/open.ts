/** Finds the repository that a directory belongs to. */
import { stat } from 'node:fs/promises';
import { isAbsolute, resolve } from 'node:path';
import { type GitContext, repositoryArgs } from './context.ts';
import { GitError } from './errors.ts';
import { ObjectDatabase } from './object-database.ts';
import { ObjectReader } from './object-reader.ts';
import { runGit } from './process.ts';
import { fetchPromised } from './remote.ts';

/** @param directory a work tree, any directory in one, a bare repository, or a `.git` directory
 * @throws GitError `NOT_A_REPOSITORY`, `UNSUPPORTED_REPOSITORY`, `GIT_NOT_FOUND` */
export async function openContext(directory: string): Promise<GitContext> {
  const cwd = resolve(directory);
  if (!(await stat(cwd).catch(() => undefined))?.isDirectory()) {
    throw new GitError('NOT_A_REPOSITORY', `${cwd} is not a directory`, { hint: 'Check the spelling.' });
  }
  const questions = [
    '--absolute-git-dir',
    '--is-bare-repository',
    '--is-inside-work-tree',
    '--show-object-format',
    '--git-path',
    'objects',
  ];
  // A bare repository that is named is meant, even where `safe.bareRepository` forbids to stumble upon one.
  const answer = await runGit(['-c', 'safe.bareRepository=all', 'rev-parse', ...questions], { cwd });
  if (answer.exitCode !== 0) throw notOpened(cwd, answer.stderr);
  const [gitDirectory = '', bare, inside, format, objects = ''] = answer.stdout
    .toString('utf8')
    .trimEnd()
    .split('\n');
  if (format !== 'sha1' && format !== 'sha256') {
    throw new GitError('UNSUPPORTED_REPOSITORY', `${gitDirectory} uses ${format} object ids`, {
      hint: 'Truekeel knows SHA-1, which is what forges use, and SHA-256.',
    });
  }
  const objectsDirectory = isAbsolute(objects) ? objects : resolve(cwd, objects);
  const context: GitContext = {
    gitDirectory,
    objectsDirectory,
    workTree: bare === 'true' ? undefined : await findWorkTree(cwd, gitDirectory, inside === 'true'),
    findCredentials: undefined,
    format,
    reader: new ObjectDatabase(
      objectsDirectory,
      new ObjectReader(repositoryArgs(gitDirectory), gitDirectory),
      format,
      (oids) => fetchPromised(context, oids),
    ),
  };
  return context;
}

async function findWorkTree(cwd: string, gitDirectory: string, inside: boolean): Promise<string | undefined> {
  if (!inside) {
    // Opened by its `.git` directory: the work tree is the directory that holds it.
    const parent = resolve(gitDirectory, '..');
    return gitDirectory.endsWith('.git') && parent !== gitDirectory ? parent : undefined;
  }
  const answer = await runGit(['rev-parse', '--show-toplevel'], { cwd });
  return answer.exitCode === 0 ? resolve(answer.stdout.toString('utf8').replace(/\n$/, '')) : undefined;
}

function notOpened(cwd: string, stderr: string): GitError {
  if (/dubious ownership/.test(stderr)) {
    return new GitError('UNSUPPORTED_REPOSITORY', `${cwd} belongs to another user, so Git does not read it`, {
      hint: `If you trust it: git config --global --add safe.directory ${cwd}`,
    });
  }
  if (/not a git repository/i.test(stderr)) {
    return new GitError('NOT_A_REPOSITORY', `${cwd} is not in a Git repository`, {
      hint: 'Run it inside a clone, name one with --repo, or make one with "git init".',
    });
  }
  return new GitError('GIT_FAILED', `git could not open ${cwd}: ${stderr.trim()}`);
}
