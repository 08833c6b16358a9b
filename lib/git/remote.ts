/** Fetch, push and ls-remote. */
import { type GitContext, git, tryGit } from './context.ts';
import { GitError, RefRaceError } from './errors.ts';
import { isAncestor } from './history.ts';
import { asOid, isOid, type Oid } from './oid.ts';
import { checkRefName, refNameFault } from './ref-name.ts';
import { readRef } from './refs.ts';
import { remoteFailure } from './remote-errors.ts';
import { parseRemote } from './remote-url.ts';

/** Ends a transfer that hangs. */
const DEFAULT_TIMEOUT_MS = 600_000;

export interface RemoteOptions {
  readonly signal?: AbortSignal;
  /** Default ten minutes. */
  readonly timeoutMs?: number;
}

function runOptions(options: RemoteOptions, configuration: readonly (readonly [string, string])[]) {
  return {
    configuration,
    transfer: true,
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
    ...(options.signal && { signal: options.signal }),
  };
}

export interface RemoteRefs {
  readonly refs: ReadonlyMap<string, Oid>;
  /** The branch that the remote's HEAD names, as a full ref name. */
  readonly head: string | undefined;
}

/** The refs of a remote: one question, no objects.
 * @param patterns full names or globs, such as `refs/heads/rendered/*`; all refs when none is given
 * @throws GitError `GIT_AUTH_FAILED`, `REMOTE_UNREACHABLE`, `REMOTE_NOT_FOUND`, `INVALID_REMOTE` */
export async function lsRemote(
  context: GitContext,
  remote: string,
  patterns: readonly string[] = [],
  options: RemoteOptions = {},
): Promise<RemoteRefs> {
  const { address, configuration } = parseRemote(remote);
  const args = ['ls-remote', '--symref', '--end-of-options', address, ...patterns];
  const result = await tryGit(context, args, runOptions(options, configuration));
  if (result.exitCode !== 0) throw remoteFailure('asking', remote, result.stderr);
  const refs = new Map<string, Oid>();
  let head: string | undefined;
  for (const line of result.stdout.toString('utf8').split('\n')) {
    const [value = '', name = ''] = line.split('\t');
    if (value.startsWith('ref: ') && name === 'HEAD') head = value.slice(5);
    else if (isOid(value) && !name.endsWith('^{}')) refs.set(name, value);
  }
  return { refs, head };
}

export interface FetchOptions extends RemoteOptions {
  /** Only so many commits of each ref. Everything when absent. */
  readonly depth?: number;
  /** Remove refs on our side of the refspecs that are gone on theirs. */
  readonly prune?: boolean;
}

/** Fetches refs. A ref that is named and not there on the remote is an error of Git's; ask {@link lsRemote} first.
 * @param refspecs such as `+refs/heads/main:refs/remotes/origin/main`
 * @throws GitError as {@link lsRemote}, and `INVALID_REF_NAME` */
export async function fetch(
  context: GitContext,
  remote: string,
  refspecs: readonly string[],
  options: FetchOptions = {},
): Promise<void> {
  const { address, configuration } = parseRemote(remote);
  for (const refspec of refspecs) checkRefspec(refspec);
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--no-show-forced-updates',
    ...(options.depth === undefined ? [] : [`--depth=${options.depth}`]),
    ...(options.prune ? ['--prune'] : []),
    '--end-of-options',
    address,
    ...refspecs,
  ];
  const result = await tryGit(context, args, runOptions(options, configuration));
  if (result.exitCode !== 0) throw remoteFailure('fetching from', remote, result.stderr);
}

function checkRefspec(refspec: string): void {
  const sides = refspec.replace(/^\+/, '').split(':');
  for (const side of sides) {
    if (isOid(side) || side === 'HEAD') continue;
    const fault = side.startsWith('refs/')
      ? refNameFault(side.replace('*', 'x'))
      : 'it does not start with "refs/"';
    if (sides.length <= 2 && fault === undefined) continue;
    throw new GitError(
      'INVALID_REF_NAME',
      `${JSON.stringify(refspec)} is not a refspec: ${fault ?? 'it has more than two sides'}`,
    );
  }
}

export interface Push extends RemoteOptions {
  /** Full name of the ref on the remote. */
  readonly ref: string;
  readonly commit: Oid;
  /** The value that the remote's ref must have; undefined when it must not be there. */
  readonly expected: Oid | undefined;
}

/** Moves a remote's ref forward if it still has the value expected: compare-and-swap.
 * @throws RefRaceError `PUSH_RACE` when it has another by now
 * @throws GitError `PUSH_REJECTED` when a hook or a rule of the remote forbids it, or the move would not be
 * forward; and as {@link lsRemote} */
export async function push(context: GitContext, remote: string, update: Push): Promise<void> {
  const ref = checkRefName(update.ref);
  if (update.expected !== undefined && !(await isAncestor(context, update.expected, update.commit))) {
    throw new GitError(
      'PUSH_REJECTED',
      `${update.commit} does not follow ${update.expected}, so ${ref} would lose commits`,
      {
        hint: 'Start from the commit that is on the remote.',
      },
    );
  }
  const { address, configuration } = parseRemote(remote);
  const args = [
    'push',
    '--porcelain',
    '--no-verify',
    '--no-recurse-submodules',
    '--no-follow-tags',
    `--force-with-lease=${ref}:${update.expected ?? ''}`,
    '--end-of-options',
    address,
    `${update.commit}:${ref}`,
  ];
  const result = await tryGit(context, args, runOptions(update, configuration));
  if (result.exitCode === 0) return;
  const refusal = refusalOf(result.stdout.toString('utf8'), ref);
  if (refusal === undefined) throw remoteFailure('pushing to', remote, result.stderr);
  await throwRefusal(context, remote, update, refusal, result.stderr);
}

/** The status line of a ref that was refused: `!`, what was pushed, `[remote rejected] (why)`. */
function refusalOf(porcelain: string, ref: string): string | undefined {
  const line = porcelain
    .split('\n')
    .find((text) => text.startsWith('!\t') && text.split('\t')[1]?.endsWith(`:${ref}`));
  return line?.split('\t').slice(2).join(' ');
}

async function throwRefusal(
  context: GitContext,
  remote: string,
  update: Push,
  refusal: string,
  stderr: string,
): Promise<never> {
  const actual = (await lsRemote(context, remote, [update.ref], update)).refs.get(update.ref);
  if (actual !== update.expected && !/hook declined/.test(refusal)) {
    throw new RefRaceError('PUSH_RACE', { ref: update.ref, expected: update.expected, actual });
  }
  const said = stderr
    .split('\n')
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote:'.length).trim())
    .filter((line) => line !== '');
  throw new GitError('PUSH_REJECTED', `${remote} refused ${update.ref}: ${[refusal, ...said].join('; ')}`, {
    hint: 'A hook or a branch rule of the remote forbids it: let this identity write the branch, or push from one that may.',
  });
}

/** Configures the one remote of a mirror, and fetches its branches and tags.
 * @throws GitError as {@link fetch} */
export async function setMirror(context: GitContext, url: string): Promise<void> {
  await git(context, ['config', '--replace-all', 'remote.origin.url', parseRemote(url).address]);
  await git(context, ['config', '--replace-all', 'remote.origin.fetch', '+refs/heads/*:refs/heads/*']);
}

/** The commit at a ref of a remote, fetched into a ref of ours; undefined when the remote has no such ref. */
export async function fetchRef(
  context: GitContext,
  remote: string,
  ref: string,
  into: string,
  options: FetchOptions = {},
): Promise<Oid | undefined> {
  const tip = (await lsRemote(context, remote, [checkRefName(ref)], options)).refs.get(ref);
  if (tip === undefined) return undefined;
  if ((await context.reader.read([tip]))[0] === undefined) {
    await fetch(context, remote, [`+${ref}:${checkRefName(into)}`], options);
    return (await readRef(context, into)) ?? asOid(tip);
  }
  return tip;
}
