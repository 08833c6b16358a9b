/** Pushing over smart HTTP: the refs that are there, the objects that are missing, one pack, and the report. */
import { createHash } from 'node:crypto';
import type { GitContext } from '../context.ts';
import { GitError, isGitError } from '../errors.ts';
import { missingObjects } from '../missing-objects.ts';
import type { Oid } from '../oid.ts';
import { encodeEntry, packHeader } from '../pack.ts';
import { readShallow } from '../shallow.ts';
import { protocolError } from './protocol-error.ts';
import { forgetCapabilities, recallCapabilities, rememberCapabilities } from './push-memory.ts';
import { type PushReport, pushRequest, type RefCommand, readPushReport } from './receive-pack.ts';
import { type HttpSession, USER_AGENT } from './session.ts';

export interface HttpPush {
  readonly commands: readonly RefCommand[];
  readonly atomic: boolean;
  readonly pushOptions: readonly string[];
}

export type PushOutcome =
  /** A ref has another value than the one that was expected; nothing was sent. */
  | {
      readonly kind: 'race';
      readonly ref: string;
      readonly expected: Oid | undefined;
      readonly actual: Oid | undefined;
    }
  | { readonly kind: 'nothing to do' }
  | { readonly kind: 'report'; readonly report: PushReport };

/** @throws GitError as `push` of remote.ts */
export async function pushOverHttp(
  context: GitContext,
  session: HttpSession,
  push: HttpPush,
): Promise<PushOutcome> {
  const address = session.address;
  const known = recallCapabilities(address);
  // Of refs that are new here, it takes the server's other refs to know what it lacks.
  if (known && push.commands.every(({ from }) => from !== undefined)) {
    try {
      const theirs = push.commands.flatMap(({ from }) => from ?? []);
      return await send(context, session, { ...push, capabilities: known, theirs });
    } catch (error) {
      // Did it arrive after all, then the server has it, and asking shows that nothing is left to do.
      if (!isGitError(error) || isGitError(error, 'GIT_CANCELLED')) throw error;
      forgetCapabilities(address);
    }
  }
  return pushAfterAsking(context, session, push);
}

async function pushAfterAsking(
  context: GitContext,
  session: HttpSession,
  push: HttpPush,
): Promise<PushOutcome> {
  const address = session.address;
  const advertisement = await session.discover('git-receive-pack');
  if (advertisement.version !== 0)
    throw protocolError('the remote takes pushes in no protocol that is known');
  const { refs, capabilities } = advertisement;
  if (session.isDirect) rememberCapabilities(address, capabilities);
  // What is there already, another run of ours may have brought there: equal renderings have equal ids.
  const commands = push.commands.filter(({ ref, to }) => to === undefined || refs.get(ref) !== to);
  if (commands.length === 0) return { kind: 'nothing to do' };
  for (const { ref, from } of commands) {
    const actual = refs.get(ref);
    if (actual !== from) return { kind: 'race', ref, expected: from, actual };
  }
  return send(context, session, { ...push, commands, capabilities, theirs: [...new Set(refs.values())] });
}

interface Sending extends HttpPush {
  /** Of the server. */
  readonly capabilities: ReadonlyMap<string, string>;
  /** Objects that the server has. */
  readonly theirs: readonly Oid[];
}

async function send(
  context: GitContext,
  session: HttpSession,
  { commands, atomic, pushOptions, capabilities, theirs }: Sending,
): Promise<PushOutcome> {
  const need = (capability: string, what: string) => {
    if (capabilities.has(capability)) return;
    throw new GitError('PUSH_REJECTED', `the remote takes no ${what}`, {
      hint: `Push without them, or have the server set up for them ("${capability}").`,
    });
  };
  need('report-status', 'push that it reports on');
  need('side-band-64k', 'push that it reports on');
  if (atomic) need('atomic', 'push of several refs at once');
  if (pushOptions.length > 0) need('push-options', 'options of a push');
  const tips = commands.flatMap(({ to }) => to ?? []);
  const missing = await missingObjects(context, tips, theirs, await readShallow(context));
  const request = pushRequest({ commands, atomic, pushOptions, shallow: missing.shallow, agent: USER_AGENT });
  const pack = tips.length > 0 ? await packOf(context, missing.oids) : [];
  const report = await readPushReport(await session.request('git-receive-pack', [request, ...pack]));
  for (const { ref } of commands) {
    if (!report.accepted.has(ref) && !report.refused.has(ref) && report.unpack === 'ok')
      throw protocolError(`the remote does not say what became of ${ref}`);
  }
  return { kind: 'report', report };
}

/** Objects between two breaths. */
const BREATH = 512;

/** A pack of these objects. Those that stand whole in a pack already are copied as they are. */
async function packOf(context: GitContext, oids: ReadonlySet<Oid>): Promise<readonly Buffer[]> {
  const hash = createHash('sha1');
  const chunks: Buffer[] = [];
  const add = (chunk: Buffer) => {
    hash.update(chunk);
    chunks.push(chunk);
  };
  add(packHeader(oids.size));
  let entries: Buffer[] = [];
  let count = 0;
  for (const oid of oids) {
    const whole = context.reader.readWhole(oid);
    entries.push(whole ?? encodeEntry(objectOf(context, oid)));
    if (++count % BREATH !== 0) continue;
    add(Buffer.concat(entries));
    entries = [];
    await new Promise(setImmediate);
  }
  add(Buffer.concat(entries));
  chunks.push(hash.digest());
  return chunks;
}

function objectOf(context: GitContext, oid: Oid) {
  const object = context.reader.readNow(oid);
  if (object) return object;
  throw new GitError('OBJECT_MISSING', `${oid} is not in ${context.gitDirectory}`, {
    hint: 'The repository is incomplete: fetch again, or run "git fsck".',
  });
}
