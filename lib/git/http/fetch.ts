/** Fetching over smart HTTP: which refs, which commits both have, the pack, and then our refs. */
import { type GitContext, git, splitNul, tryGit } from '../context.ts';
import { GitError } from '../errors.ts';
import { isAncestor } from '../history.ts';
import { asOid, isOid, type Oid } from '../oid.ts';
import { receivePack } from '../receive.ts';
import { parseRefspec, type Refspec, sourcePrefix, targetOf } from '../refspec.ts';
import { readShallow, writeShallow } from '../shallow.ts';
import { fetchRequest, readFetchAnswer } from './fetch-command.ts';
import { lsRefsRequest, readLsRefs } from './ls-refs.ts';
import { Negotiation } from './negotiation.ts';
import { protocolError } from './protocol-error.ts';
import { type HttpSession, USER_AGENT } from './session.ts';
import { ServerText } from './side-band.ts';

export interface HttpFetch {
  readonly refspecs: readonly string[];
  readonly depth?: number;
  readonly filter?: string;
  /** The server has to be able to filter; called before anything is kept that something is left out of. */
  readonly onFilter?: () => Promise<void>;
  readonly prune?: boolean;
  /** What arrives may name what is not here: the remote gives it when it is asked for. */
  readonly promised?: boolean;
  /** What is wanted is objects that commits of ours name: the server must not take them for things that we have. */
  readonly withoutHaves?: boolean;
}

/** @returns false when the server speaks only an older protocol, which is left to Git
 * @throws GitError as `fetch` of remote.ts */
export async function fetchOverHttp(
  context: GitContext,
  session: HttpSession,
  { refspecs, depth, filter, onFilter, prune, promised = false, withoutHaves = false }: HttpFetch,
): Promise<boolean> {
  const specs = refspecs.map(parseRefspec);
  const advertisement = await session.discover('git-upload-pack');
  if (advertisement.version !== 2) return false;
  const features = (advertisement.capabilities.get('fetch') ?? '').split(' ');
  if (depth !== undefined && !features.includes('shallow')) return false;
  const filters = features.includes('filter');
  if (onFilter && !filters) {
    throw new GitError('REMOTE_PROTOCOL', 'the remote leaves nothing out of a fetch', {
      hint: 'Fetch without a filter, or have uploadpack.allowFilter set on the server.',
    });
  }
  await onFilter?.();
  const [theirs, ours] = await Promise.all([theirRefs(session, specs), ourRefs(context)]);
  const moves = movesOf(specs, theirs);
  for (const { target } of moves) refuseCheckedOut(target, ours);
  const wants = new Set([...moves.map(({ oid }) => oid), ...specs.map(({ source }) => source).filter(isOid)]);
  const shallow = await readShallow(context);
  const lacking = depth === undefined ? [...wants].filter((oid) => !context.reader.hasNow(oid)) : [...wants];
  if (lacking.length > 0) {
    await fetchPack(context, session, {
      wants: lacking,
      tips: new Set(withoutHaves ? [] : [...ours.values()].map(({ oid }) => oid)),
      shallow,
      depth,
      filter: filters ? filter : undefined,
      promised,
    });
  }
  await refuseRewritten(context, moves, ours);
  if (prune) await pruneRefs(context, specs, theirs, ours);
  await moveRefs(context, moves, ours);
  return true;
}

async function theirRefs(session: HttpSession, specs: readonly Refspec[]): Promise<ReadonlyMap<string, Oid>> {
  const prefixes = new Set(specs.filter(({ source }) => !isOid(source)).map(sourcePrefix));
  if (prefixes.size === 0) return new Map();
  const request = lsRefsRequest([...prefixes], USER_AGENT);
  return (await readLsRefs(await session.request('git-upload-pack', [request]))).refs;
}

interface OurRef {
  readonly oid: Oid;
  /** Where it is checked out. */
  readonly workTree: string | undefined;
}

async function ourRefs(context: GitContext): Promise<ReadonlyMap<string, OurRef>> {
  const format = '--format=%(objectname) %(refname)%00%(worktreepath)%00';
  const fields = splitNul(await git(context, ['for-each-ref', format]));
  const refs = new Map<string, OurRef>();
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const line = fields[at]!.trimStart();
    refs.set(line.slice(41), {
      oid: asOid(line.slice(0, 40)),
      workTree: workTreeOf(context, fields[at + 1]!),
    });
  }
  return refs;
}

/** Git says of a bare repository that its HEAD is checked out in it. */
function workTreeOf(context: GitContext, path: string): string | undefined {
  return path === '' || path === context.gitDirectory ? undefined : path;
}

/** A ref of ours and what it is to point at. */
interface Move {
  readonly target: string;
  readonly oid: Oid;
  readonly force: boolean;
}

/** @throws GitError `GIT_FAILED` when a ref that is named is not on the remote */
function movesOf(specs: readonly Refspec[], theirs: ReadonlyMap<string, Oid>): readonly Move[] {
  const moves = new Map<string, Move>();
  for (const spec of specs) {
    if (isOid(spec.source)) {
      if (spec.target !== undefined)
        moves.set(spec.target, { target: spec.target, oid: spec.source, force: spec.force });
      continue;
    }
    if (!spec.source.includes('*') && !theirs.has(spec.source))
      throw new GitError('GIT_FAILED', `the remote has no ref ${spec.source}`, {
        hint: 'Check the spelling.',
      });
    for (const [ref, oid] of theirs) {
      const target = targetOf(spec, ref);
      if (target !== undefined) moves.set(target, { target, oid, force: spec.force });
    }
  }
  return [...moves.values()];
}

function refuseCheckedOut(target: string, ours: ReadonlyMap<string, OurRef>): void {
  const workTree = ours.get(target)?.workTree;
  if (workTree === undefined) return;
  throw new GitError(
    'GIT_FAILED',
    `${target} is checked out in ${workTree}; fetching would pull its ground away`,
    {
      hint: 'Fetch it into another ref, such as refs/remotes/origin/….',
    },
  );
}

interface PackQuestion {
  readonly wants: readonly Oid[];
  readonly tips: Iterable<Oid>;
  readonly shallow: ReadonlySet<Oid>;
  readonly depth: number | undefined;
  readonly filter: string | undefined;
  readonly promised: boolean;
}

async function fetchPack(context: GitContext, session: HttpSession, question: PackQuestion): Promise<void> {
  const { wants, shallow, depth, filter, promised } = question;
  const negotiation = new Negotiation(context, question.tips);
  for (;;) {
    const fresh = negotiation.next();
    const haves = [...negotiation.common, ...fresh];
    const done = fresh.length === 0;
    const request = fetchRequest(
      {
        wants,
        haves,
        done,
        shallow: [...shallow],
        ...(depth !== undefined && { depth }),
        ...(filter !== undefined && { filter }),
      },
      USER_AGENT,
    );
    const text = new ServerText();
    const lines = await session.request('git-upload-pack', [request]);
    const answer = await readFetchAnswer(lines, text.add);
    negotiation.acknowledge(answer.common);
    if (!answer.pack) {
      if (done)
        throw protocolError('the remote sends no pack though it was told that there is no more to say');
      continue;
    }
    const now = new Set([...shallow, ...answer.shallow].filter((oid) => !answer.unshallow.has(oid)));
    await receivePack(context, answer.pack, { wants, shallow: now, promised });
    if (answer.shallow.size > 0 || answer.unshallow.size > 0) await writeShallow(context, now);
    return;
  }
}

/** A ref that somebody rewrote on the remote does not take commits away from us, unless the refspec says so.
 * @throws GitError `NOT_FAST_FORWARD` */
async function refuseRewritten(
  context: GitContext,
  moves: readonly Move[],
  ours: ReadonlyMap<string, OurRef>,
): Promise<void> {
  for (const { target, oid, force } of moves) {
    const old = ours.get(target)?.oid;
    if (force || old === undefined || old === oid || (await isAncestor(context, old, oid))) continue;
    throw notFastForward(target, old, oid);
  }
}

function notFastForward(ref: string, from: string, to: string): GitError {
  return new GitError(
    'NOT_FAST_FORWARD',
    `${ref} is ${from} here and ${to} on the remote, which does not follow it`,
    {
      hint: 'Its history was rewritten there. Look at both; take theirs with a refspec that starts with "+".',
    },
  );
}

async function pruneRefs(
  context: GitContext,
  specs: readonly Refspec[],
  theirs: ReadonlyMap<string, Oid>,
  ours: ReadonlyMap<string, OurRef>,
): Promise<void> {
  const kept = new Set([...theirs.keys()].flatMap((ref) => specs.map((spec) => targetOf(spec, ref))));
  const back = specs.flatMap(({ source, target, force }) =>
    target === undefined || isOid(source) ? [] : [{ force, source: target, target: source }],
  );
  const gone = [...ours].filter(
    ([ref]) => !kept.has(ref) && back.some((spec) => targetOf(spec, ref) !== undefined),
  );
  for (const [ref] of gone) refuseCheckedOut(ref, ours);
  await updateRefs(
    context,
    gone.map(([ref, { oid }]) => `delete ${ref}\0${oid}\0`),
  );
}

async function moveRefs(
  context: GitContext,
  moves: readonly Move[],
  ours: ReadonlyMap<string, OurRef>,
): Promise<void> {
  const changed = moves.filter(({ target, oid }) => ours.get(target)?.oid !== oid);
  await updateRefs(
    context,
    changed.map(
      ({ target, oid }) => `update ${target}\0${oid}\0${ours.get(target)?.oid ?? '0'.repeat(40)}\0`,
    ),
  );
}

/** @throws GitError `REF_CHANGED` when somebody else moved one of them meanwhile; none is moved then */
async function updateRefs(context: GitContext, commands: readonly string[]): Promise<void> {
  if (commands.length === 0) return;
  const args = ['update-ref', '--no-deref', '-z', '-m', 'fetch', '--stdin'];
  const result = await tryGit(context, args, { input: commands.join('') });
  if (result.exitCode === 0) return;
  throw new GitError(
    'REF_CHANGED',
    `the refs that were fetched could not be written: ${result.stderr.trim()}`,
    {
      hint: 'Another process wrote them at the same time. Run it again.',
    },
  );
}
