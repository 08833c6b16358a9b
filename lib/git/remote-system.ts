/** Fetch, push and ls-remote by the installed Git: over SSH, for local paths, and for HTTP settings of curl's. */
import { type GitContext, tryGit } from './context.ts';
import { readConfig } from './http/config-cache.ts';
import { isOid, type Oid } from './oid.ts';
import { remoteFailure } from './remote-errors.ts';
import { addressOf, findFor } from './remote-http.ts';
import {
  DEFAULT_TIMEOUT_MS,
  type FetchOptions,
  type PushOptions,
  type RefPush,
  type RemoteOptions,
  type RemoteRefs,
} from './remote-options.ts';
import { header, parseRemote, type RemoteAddress } from './remote-url.ts';

/** How SSH is started where the person has not said it: it never asks anything, and a server whose key is not in
 * `known_hosts` is refused, also where the configuration of ssh would let it in. */
const SSH = 'ssh -o BatchMode=yes -o StrictHostKeyChecking=yes';

async function sshSetting(context: GitContext): Promise<RemoteAddress['configuration']> {
  if (process.env.GIT_SSH_COMMAND || process.env.GIT_SSH) return [];
  return (await readConfig(context)).get('core.sshcommand') === undefined ? [['core.sshCommand', SSH]] : [];
}

async function foundCredentials(
  context: GitContext,
  remote: string,
  direction: 'fetch' | 'push',
): Promise<RemoteAddress['configuration']> {
  if (!context.findCredentials) return [];
  const url = addressOf(await readConfig(context), remote, direction);
  const found = url && (await findFor(context, url));
  return found ? header(`${url.origin}/.`, found) : [];
}

async function addressed(
  context: GitContext,
  remote: string,
  direction: 'fetch' | 'push',
  options: RemoteOptions,
) {
  const { address, configuration: own } = parseRemote(remote, options.credentials);
  const configuration = own.length > 0 ? own : await foundCredentials(context, remote, direction);
  return {
    address,
    run: {
      configuration: [...configuration, ...(await sshSetting(context))],
      transfer: true,
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      ...(options.signal && { signal: options.signal }),
    },
  };
}

export async function lsRemoteBySystem(
  context: GitContext,
  remote: string,
  patterns: readonly string[],
  options: RemoteOptions,
): Promise<RemoteRefs> {
  const { address, run } = await addressed(context, remote, 'fetch', options);
  const args = ['ls-remote', '--symref', '--end-of-options', address, ...patterns];
  const result = await tryGit(context, args, run);
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

export async function fetchBySystem(
  context: GitContext,
  remote: string,
  refspecs: readonly string[],
  options: FetchOptions,
): Promise<void> {
  const { address, run } = await addressed(context, remote, 'fetch', options);
  const args = [
    'fetch',
    '--no-progress',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    // Looking for lost commits takes a walk; without it Git takes every update for a harmless one.
    ...(refspecs.every((refspec) => refspec.startsWith('+')) ? ['--no-show-forced-updates'] : []),
    ...(options.depth === undefined ? [] : [`--depth=${options.depth}`]),
    ...(options.filter === undefined ? [] : [`--filter=${options.filter}`]),
    ...(options.prune ? ['--prune'] : []),
    '--end-of-options',
    address,
    ...refspecs,
  ];
  const result = await tryGit(context, args, run);
  if (result.exitCode !== 0) throw remoteFailure('fetching from', remote, result.stderr);
}

/** As Git itself fetches what it was promised, but everything at once (git, Documentation/technical/partial-clone). */
export async function fetchPromisedBySystem(
  context: GitContext,
  remote: string,
  oids: readonly Oid[],
): Promise<void> {
  const { address, run } = await addressed(context, remote, 'fetch', {});
  const args = [
    '-c',
    // Commits that we have do not mean that we have what they name.
    'fetch.negotiationAlgorithm=noop',
    'fetch',
    '--no-progress',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--filter=blob:none',
    '--stdin',
    '--end-of-options',
    address,
  ];
  const result = await tryGit(context, args, { ...run, input: oids.map((oid) => `${oid}\n`).join('') });
  if (result.exitCode !== 0) throw remoteFailure('fetching from', remote, result.stderr);
}

/** A ref that was refused. */
export interface Refusal {
  readonly ref: string;
  readonly reason: string;
  /** What hooks said. */
  readonly said: readonly string[];
}

/** @returns the first ref that was refused; undefined when all were taken */
export async function pushBySystem(
  context: GitContext,
  remote: string,
  updates: readonly RefPush[],
  options: PushOptions,
): Promise<Refusal | undefined> {
  const { address, run } = await addressed(context, remote, 'push', options);
  const args = [
    'push',
    '--porcelain',
    '--no-verify',
    '--no-recurse-submodules',
    '--no-follow-tags',
    ...(updates.length > 1 ? ['--atomic'] : []),
    ...(options.pushOptions ?? []).map((option) => `--push-option=${option}`),
    ...updates.map(({ ref, expected }) => `--force-with-lease=${ref}:${expected ?? ''}`),
    '--end-of-options',
    address,
    ...updates.map(({ ref, commit }) => `${commit ?? ''}:${ref}`),
  ];
  const result = await tryGit(context, args, run);
  if (result.exitCode === 0) return undefined;
  const refusals = refusalsOf(result.stdout.toString('utf8'), result.stderr);
  // Of an atomic push all refs are refused; one of them is why.
  const cause = refusals.find(({ reason }) => !/atomic/.test(reason)) ?? refusals[0];
  if (cause === undefined) throw remoteFailure('pushing to', remote, result.stderr);
  return cause;
}

/** Status lines of refs that were refused: `!`, what was pushed, `[remote rejected] (why)`. */
function refusalsOf(porcelain: string, stderr: string): readonly Refusal[] {
  const said = stderr
    .split('\n')
    .filter((line) => line.startsWith('remote:'))
    .map((line) => line.slice('remote:'.length).trim())
    .filter((line) => line !== '');
  return porcelain.split('\n').flatMap((line) => {
    if (!line.startsWith('!\t')) return [];
    const [, pushed = '', ...reason] = line.split('\t');
    return [{ ref: pushed.slice(pushed.indexOf(':') + 1), reason: reason.join(' '), said }];
  });
}
