/** Fetch, push and ls-remote: over HTTP by this process, otherwise by the installed Git. Both answer alike. */
import { type GitContext, git, tryGit } from './context.ts';
import { GitError, isGitError, RefRaceError } from './errors.ts';
import { isAncestor } from './history.ts';
import { readConfig } from './http/config-cache.ts';
import { fetchOverHttp, type HttpFetch } from './http/fetch.ts';
import { type GitConfig, isTrue } from './http/git-config.ts';
import { listRemoteRefs } from './http/ls-remote.ts';
import { pushOverHttp } from './http/push.ts';
import { asOid, type Oid } from './oid.ts';
import { checkRefName } from './ref-name.ts';
import { readRef } from './refs.ts';
import { parseRefspec, targetOf } from './refspec.ts';
import { type HttpRemote, openHttp } from './remote-http.ts';
import type { FetchOptions, PushOptions, RefPush, RemoteOptions, RemoteRefs } from './remote-options.ts';
import {
  fetchBySystem,
  fetchPromisedBySystem,
  lsRemoteBySystem,
  pushBySystem,
  type Refusal,
} from './remote-system.ts';
import { parseRemote } from './remote-url.ts';

/** The refs of a remote: one question, no objects.
 * @param patterns full names or globs, such as `refs/heads/rendered/*`; all refs when none is given
 * @throws GitError `GIT_AUTH_FAILED`, `REMOTE_UNREACHABLE`, `REMOTE_NOT_FOUND`, `REMOTE_PROTOCOL`, `INVALID_REMOTE` */
export async function lsRemote(
  context: GitContext,
  remote: string,
  patterns: readonly string[] = [],
  options: RemoteOptions = {},
): Promise<RemoteRefs> {
  const http = await openHttp(context, remote, 'fetch', options);
  if (!http) return lsRemoteBySystem(context, remote, patterns, options);
  const fromStart = patterns.every((pattern) => pattern.startsWith('refs/') || pattern === 'HEAD');
  const prefixes = fromStart ? patterns.map((pattern) => pattern.split(/[*?[\\]/)[0]!) : [];
  const { refs, head } = await listRemoteRefs(http.session, prefixes);
  if (patterns.length === 0) return { refs, head };
  const wanted = patterns.map(globPattern);
  const matching = [...refs].filter(([name]) => wanted.some((pattern) => pattern.test(name)));
  return { refs: new Map(matching), head: matching.some(([name]) => name === 'HEAD') ? head : undefined };
}

/** As git-ls-remote matches: "*" and "?" also match slashes, and a pattern may match only the end of a name. */
function globPattern(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|\\[\]]/g, '\\$&');
  return new RegExp(`(?:^|/)${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`);
}

/** Fetches refs. A ref that is named and not there on the remote is an error; ask {@link lsRemote} first.
 * @param refspecs such as `+refs/heads/main:refs/remotes/origin/main`
 * @throws GitError as {@link lsRemote}, `INVALID_REF_NAME`, `NOT_FAST_FORWARD` when a ref was rewritten and its refspec
 * has no "+", `BAD_PACK`, `UNSAFE_PATH`, `OBJECT_TOO_LARGE`, `REF_CHANGED` */
export async function fetch(
  context: GitContext,
  remote: string,
  refspecs: readonly string[],
  options: FetchOptions = {},
): Promise<void> {
  for (const refspec of refspecs) parseRefspec(refspec);
  const { filter } = options;
  if (filter !== undefined) await requireConfigured(context, remote);
  const http = await openHttp(context, remote, 'fetch', options);
  const done =
    http !== undefined &&
    (await fetchOverHttp(context, http.session, {
      refspecs,
      ...(options.depth !== undefined && { depth: options.depth }),
      ...(filter === undefined
        ? promisedBy(http.config, remote)
        : { filter, promised: true, onFilter: () => promise(context, remote, filter) }),
      ...(options.prune !== undefined && { prune: options.prune }),
    }));
  if (!done) await fetchBySystem(context, remote, refspecs, options);
}

/** Fetches objects that a partial clone was promised, in one request. What the remote does not give is left out.
 * @throws GitError as {@link fetch} when the remote cannot be asked */
export async function fetchPromised(context: GitContext, oids: readonly Oid[]): Promise<void> {
  const remote = promisor(await readConfig(context));
  if (remote === undefined) return;
  try {
    const http = await openHttp(context, remote, 'fetch', {});
    const question = { refspecs: oids, filter: 'blob:none', promised: true, withoutHaves: true };
    const done = http && (await fetchOverHttp(context, http.session, question));
    if (!done) await fetchPromisedBySystem(context, remote, oids);
  } catch (error) {
    // Of some servers one object that they do not give is no object at all: Git asks for each then.
    if (!isGitError(error, 'GIT_FAILED', 'REMOTE_NOT_FOUND')) throw error;
  }
}

/** The remote that promised objects: there is one, or there are several and Git asks one after another. */
function promisor(config: GitConfig): string | undefined {
  const named = [...config.below('remote')].filter(
    ({ name, values }) => name === 'promisor' && isTrue(values.at(-1)!),
  );
  return config.get('extensions.partialclone') ?? (named.length === 1 ? named[0]?.subsection : undefined);
}

/** What a partial clone has left out of what it fetches from the remote that it was made of, as Git goes on to do. */
function promisedBy(config: GitConfig, remote: string): Pick<HttpFetch, 'filter' | 'promised'> {
  const name = promisor(config);
  if (name === undefined || (remote !== name && remote !== config.get(`remote.${name}.url`))) return {};
  return { filter: config.get(`remote.${name}.partialclonefilter`) ?? 'blob:none', promised: true };
}

/** What is left out of a fetch is fetched later, so Git has to know the remote by a name.
 * @throws GitError `INVALID_REMOTE` */
async function requireConfigured(context: GitContext, remote: string): Promise<void> {
  parseRemote(remote);
  const known = await tryGit(context, ['config', '--get', `remote.${remote}.url`]);
  if (known.exitCode !== 0) {
    throw new GitError('INVALID_REMOTE', `${remote} is not a remote of ${context.gitDirectory}`, {
      hint: 'What is left out of a fetch is fetched later, so Git has to know the remote by a name.',
    });
  }
}

/** Says in the configuration that objects may be missing, and whom to ask for them, as "git clone --filter" does. */
async function promise(context: GitContext, remote: string, filter: string): Promise<void> {
  const settings = [
    ['core.repositoryFormatVersion', '1'],
    ['extensions.partialClone', remote],
    [`remote.${remote}.promisor`, 'true'],
    [`remote.${remote}.partialCloneFilter`, filter],
  ] as const;
  for (const [key, value] of settings) await git(context, ['config', key, value]);
}

export interface Push extends PushOptions {
  /** Full name of the ref on the remote. */
  readonly ref: string;
  readonly commit: Oid;
  /** The value that the remote's ref must have; undefined when it must not be there. */
  readonly expected: Oid | undefined;
  /** It may lose commits: what it points at is a proposal, not a history. */
  readonly rewrite?: boolean;
}

/** Moves a remote's ref forward if it still has the value expected: compare-and-swap.
 * @throws GitError as {@link pushRefs} */
export function push(
  context: GitContext,
  remote: string,
  { ref, commit, expected, rewrite = false, ...options }: Push,
): Promise<void> {
  return pushRefs(context, remote, [{ ref, commit, expected, rewrite }], options);
}

/** Moves several refs of a remote, all or none, if each still has the value expected.
 * @throws RefRaceError `PUSH_RACE` when one has another by now
 * @throws GitError `PUSH_REJECTED` when a hook or a rule of the remote forbids it, or a move would not be
 * forward; and as {@link lsRemote} */
export async function pushRefs(
  context: GitContext,
  remote: string,
  updates: readonly RefPush[],
  options: PushOptions = {},
): Promise<void> {
  for (const { ref, commit, expected, rewrite = false } of updates) {
    checkRefName(ref);
    if (
      rewrite ||
      expected === undefined ||
      commit === undefined ||
      (await isAncestor(context, expected, commit))
    )
      continue;
    throw new GitError(
      'PUSH_REJECTED',
      `${commit} does not follow ${expected}, so ${ref} would lose commits`,
      {
        hint: 'Start from the commit that is on the remote.',
      },
    );
  }
  for (const option of options.pushOptions ?? []) {
    if (/[\n\0]/.test(option)) throw new RangeError(`${JSON.stringify(option)} has a line break`);
  }
  const http = await openHttp(context, remote, 'push', options);
  const refusal = http
    ? await pushByHttp(context, http, updates, options)
    : await pushBySystem(context, remote, updates, options);
  if (refusal) await explainRefusal(context, remote, updates, refusal, options);
}

async function pushByHttp(
  context: GitContext,
  { session, config, name }: HttpRemote,
  updates: readonly RefPush[],
  { pushOptions = [] }: PushOptions,
): Promise<Refusal | undefined> {
  const commands = updates.map(({ ref, commit, expected }) => ({ ref, from: expected, to: commit }));
  const outcome = await pushOverHttp(context, session, {
    commands,
    atomic: commands.length > 1,
    pushOptions,
  });
  if (outcome.kind === 'race') throw new RefRaceError('PUSH_RACE', outcome);
  if (outcome.kind === 'nothing to do') return undefined;
  const { unpack, refused, text } = outcome.report;
  const first = [...refused].find(([, reason]) => !/atomic/.test(reason)) ?? [...refused][0];
  if (first) return { ref: first[0], reason: first[1], said: text };
  if (unpack !== 'ok')
    return { ref: updates[0]?.ref ?? '', reason: `it did not take the objects: ${unpack}`, said: text };
  const specs = name === undefined ? [] : config.all(`remote.${name}.fetch`);
  await followPush(context, specs, updates);
  return undefined;
}

/** What we know of the remote's branches, as "git push" keeps it: news, so that it may also not succeed. */
async function followPush(
  context: GitContext,
  specs: readonly string[],
  updates: readonly RefPush[],
): Promise<void> {
  const commands = specs.flatMap((spec) =>
    updates.flatMap(({ ref, commit }) => {
      const target = spec.startsWith('^') ? undefined : targetOf(parseRefspec(spec), ref);
      if (target === undefined) return [];
      return commit === undefined ? `delete ${target}\0\0` : `update ${target}\0${commit}\0\0`;
    }),
  );
  if (commands.length === 0) return;
  const args = ['update-ref', '--no-deref', '-z', '-m', 'update by push', '--stdin'];
  await tryGit(context, args, { input: commands.join('') });
}

/** Finds out why a push was refused.
 * @returns when what was to be there is there: equal renderings have equal ids, and another run was quicker */
async function explainRefusal(
  context: GitContext,
  remote: string,
  updates: readonly RefPush[],
  { ref, reason, said }: Refusal,
  options: RemoteOptions,
): Promise<void> {
  const names = updates.map((update) => update.ref);
  const { refs } = await lsRemote(context, remote, names, options);
  if (updates.every((update) => refs.get(update.ref) === update.commit)) return;
  const isHook = /hook declined/.test(reason);
  const moved = updates.find((update) => refs.get(update.ref) !== update.expected);
  if (moved && !isHook) {
    const { ref: name, expected } = moved;
    throw new RefRaceError('PUSH_RACE', { ref: name, expected, actual: refs.get(name) });
  }
  throw new GitError('PUSH_REJECTED', `${remote} refused ${ref}: ${[reason, ...said].join('; ')}`, {
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
