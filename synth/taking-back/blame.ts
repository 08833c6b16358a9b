/** From fields of an object to who holds them, to the rendered commit, to what people wrote. */
import { type EnvironmentRef, objectHistory, type RenderedRelease } from '../../lib/branch/index.ts';
import type { Oid, Repository } from '../../lib/git/index.ts';
import {
  Annotation,
  canonicalJson,
  digestOf,
  formatKey,
  type JsonObject,
  type JsonValue,
  type KubernetesObject,
  keyOf,
  nearest,
  type ObjectKey,
  TruekeelError,
} from '../../lib/objects/index.ts';
import {
  type AddressPart,
  type FieldAddress,
  fieldAddresses,
  formatAddress,
  maskChanges,
  parseAddress,
  resolveAddress,
  valueAtAddress,
} from '../../lib/plan/index.ts';
import {
  type FieldOrigin,
  fieldOrigins,
  type ObjectState,
  objectStates,
  type WrittenAt,
  writtenAt,
} from './field-origins.ts';
import { type Holder, holdersOf } from './holders.ts';
import { findObject, type NamedObject } from './object-name.ts';
import { type AskForge, type SourceOfChange, sourceOf } from './source-commits.ts';

export interface BlameRequest {
  readonly repository: Repository;
  readonly environment: EnvironmentRef;
  /** The tip of the branch. */
  readonly release: RenderedRelease;
  /** As people name it. */
  readonly object: string;
  readonly namespace?: string;
  /** All that the rendered object has, when absent. */
  readonly field?: string;
  /** Reads the live object; absent where no cluster is asked. */
  readonly readLive?: (object: NamedObject) => Promise<KubernetesObject | undefined>;
  readonly askForge?: AskForge;
}

/** What a live field is to Truekeel.
 * `held`: it holds it. `same`: it does not, and the value is the rendered one. `drifted`: somebody else changed it.
 * `theirs`: it is not rendered. `rendered`: it is known from the rendered branch alone. */
type FieldState = 'held' | 'same' | 'drifted' | 'theirs' | 'rendered';

export interface BlamedField {
  /** Empty for the object as a whole. */
  readonly path: string;
  readonly state: FieldState;
  /** What the release has that is live, or else the newest; absent where it has none. */
  readonly rendered?: JsonValue;
  readonly live?: JsonValue;
  /** What the newest release would make of it, where that is something else than what was applied. */
  readonly pending?: { readonly value?: JsonValue };
  readonly holders: readonly Holder[];
  /** Absent where it never was rendered. */
  readonly origin?: FieldOrigin;
  readonly source?: SourceOfChange;
  readonly written: WrittenAt;
}

export interface Blame {
  readonly key: ObjectKey;
  /** Absent where the newest release does not have the object. */
  readonly application?: string;
  /** `asked`: whether it is in the cluster; otherwise nobody looked. */
  readonly live: 'found' | 'absent' | 'not asked';
  /** The rendered commit whose object is live; absent where that is not known. */
  readonly applied?: Oid;
  readonly fields: readonly BlamedField[];
}

/** @throws TruekeelError `INVALID_FIELD_NAME`, `NO_SUCH_FIELD`, `NO_SUCH_OBJECT`, `AMBIGUOUS_OBJECT` */
export async function blame(request: BlameRequest): Promise<Blame> {
  const { release, repository } = request;
  const parts = request.field === undefined ? undefined : parseAddress(request.field);
  const named = findObject(release.applications, request.object, request.namespace);
  const { key, application } = named;
  const live = withoutValues(await request.readLive?.(named));
  const states = () => objectStates(repository, objectHistory(repository, release.commit, key));
  const view = await viewOf(repository, states, live);
  const addresses = await addressesOf(view, states, parts, request.field ?? '', key);
  const origins = await fieldOrigins(from(states(), view.base?.commit.oid), addresses);
  const byAddress = new Map(origins.map((origin) => [origin.address, origin]));
  const trail = new Trail(request);
  const fields: BlamedField[] = [];
  for (const address of addresses)
    fields.push(await fieldOf(address, view, byAddress.get(address), trail, key));
  return {
    key,
    ...(application !== undefined && { application }),
    live: request.readLive ? (live ? 'found' : 'absent') : 'not asked',
    ...(view.isApplied && view.base && { applied: view.base.commit.oid }),
    fields,
  };
}

/** What is looked at: the live object, the release that it came from, and the newest. */
interface View {
  readonly live: KubernetesObject | undefined;
  /** The newest commit that has the object as it was applied; where nothing says which, the tip. */
  readonly base: ObjectState | undefined;
  readonly tip: ObjectState | undefined;
  readonly isApplied: boolean;
}

async function viewOf(
  repository: Repository,
  states: () => AsyncGenerator<ObjectState>,
  live: KubernetesObject | undefined,
): Promise<View> {
  const digest = live?.metadata.annotations?.[Annotation.digest];
  let tip: ObjectState | undefined;
  let looked: Oid | undefined;
  for await (const state of states()) {
    tip ??= state;
    if (digest === undefined) break;
    if (!state.file || state.file.blob === looked) continue;
    looked = state.file.blob;
    const [bytes] = await repository.readBlobs([looked]);
    if (digestOf(bytes!) === digest) return { live, base: state, tip, isApplied: true };
  }
  return { live, base: tip, tip, isApplied: false };
}

async function* from(
  states: AsyncGenerator<ObjectState>,
  commit: Oid | undefined,
): AsyncGenerator<ObjectState> {
  let isThere = commit === undefined;
  for await (const state of states) {
    isThere ||= state.commit.oid === commit;
    if (isThere) yield state;
  }
}

async function addressesOf(
  { live, base, tip }: View,
  states: () => AsyncGenerator<ObjectState>,
  parts: readonly AddressPart[] | undefined,
  field: string,
  key: ObjectKey,
): Promise<readonly FieldAddress[]> {
  if (!parts) {
    if (base?.content) return fieldAddresses(base.content);
    // The object is no longer there, which is what can be told of it.
    for await (const state of states()) if (state.content) return [[]];
    throw noSuchObject(key);
  }
  // What was read as JSON is JSON.
  for (const content of [live as unknown as JsonObject | undefined, base?.content, tip?.content]) {
    const found = content && resolveAddress(content, parts);
    if (found) return [found.address];
  }
  for await (const { content } of states()) {
    const found = content && resolveAddress(content, parts);
    if (found) return [found.address];
  }
  const known = fieldAddresses(base?.content ?? {}).map(formatAddress);
  const near = nearest(field, known);
  throw new TruekeelError(`${formatKey(key)} has no ${field}, and never had`, {
    code: 'NO_SUCH_FIELD',
    family: 'usage',
    key,
    hint: `${near === undefined ? '' : `Is it ${near}? `}Without a field, all that is rendered are listed.`,
  });
}

function noSuchObject(key: ObjectKey): TruekeelError {
  return new TruekeelError(`no release has, or had, ${formatKey(key)}`, {
    code: 'NO_SUCH_OBJECT',
    family: 'usage',
    key,
    hint: '`truekeel status` lists the objects.',
  });
}

/** Where origins lead to. Many fields come from few commits, which are asked about once. */
class Trail {
  readonly #request: BlameRequest;
  readonly #sources = new Map<string, Promise<SourceOfChange | undefined>>();

  constructor(request: BlameRequest) {
    this.#request = request;
  }

  async follow(
    origin: FieldOrigin,
    path: string,
  ): Promise<{ readonly source?: SourceOfChange; readonly written: WrittenAt }> {
    const { repository, askForge } = this.#request;
    const written = await writtenAt(repository, origin, path);
    const { since, previous } = origin;
    const at = `${since.commit.oid} ${written.file ?? ''}`;
    const rendered = {
      since: since.commit,
      ...(previous && { previous: previous.commit }),
      ...(written.file !== undefined && { file: written.file }),
    };
    const asked = this.#sources.get(at) ?? sourceOf(repository, rendered, askForge);
    this.#sources.set(at, asked);
    const source = await asked;
    return { written, ...(source && { source }) };
  }
}

async function fieldOf(
  address: FieldAddress,
  { live, base, tip, isApplied }: View,
  origin: FieldOrigin | undefined,
  trail: Trail,
  key: ObjectKey,
): Promise<BlamedField> {
  const path = formatAddress(address);
  const now = valueAtAddress(live as unknown as JsonObject | undefined, address);
  const rendered = valueAtAddress(base?.content, address);
  const newest = valueAtAddress(tip?.content, address);
  const holders = live ? holdersOf(live, address) : [];
  const shown = mask(key, path, { rendered, live: now, newest, before: origin?.before });
  const isPending = isApplied && !isSame(rendered, newest);
  return {
    path,
    state: live ? stateOf(rendered, now, holders) : 'rendered',
    ...(shown.rendered !== undefined && { rendered: shown.rendered }),
    ...(shown.live !== undefined && { live: shown.live }),
    ...(isPending && { pending: shown.newest === undefined ? {} : { value: shown.newest } }),
    holders,
    ...(origin && { origin: maskedOrigin(origin, shown) }),
    ...(origin ? await trail.follow(origin, path) : { written: {} }),
  };
}

function stateOf(
  rendered: JsonValue | undefined,
  live: JsonValue | undefined,
  holders: readonly Holder[],
): FieldState {
  if (holders.some(({ isOurs }) => isOurs)) return 'held';
  if (rendered === undefined) return 'theirs';
  return isSame(rendered, live) ? 'same' : 'drifted';
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b));
}

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** A live Secret with its values masked, whatever part of it is asked for; kubectl's copy of them, too. */
function withoutValues(live: KubernetesObject | undefined): KubernetesObject | undefined {
  if (live?.kind !== 'Secret' || live.apiVersion !== 'v1') return live;
  const key = keyOf(live);
  const masked = (path: string, value: JsonValue) => maskChanges(key, [{ path, after: value }])[0]!.after;
  const { annotations } = live.metadata;
  const copy = annotations?.[LAST_APPLIED];
  return {
    ...live,
    ...(live.data !== undefined && { data: masked('data', live.data) }),
    ...(live.stringData !== undefined && { stringData: masked('stringData', live.stringData) }),
    metadata: {
      ...live.metadata,
      ...(copy !== undefined && { annotations: { ...annotations, [LAST_APPLIED]: '<masked>' } }),
    },
  };
}

type Shown = Readonly<Record<'rendered' | 'live' | 'newest' | 'before', JsonValue | undefined>>;

/** Values of Secrets are numbered: one sees which are the same. */
function mask(key: ObjectKey, path: string, values: Shown): Shown {
  const one = (before: JsonValue | undefined, after: JsonValue | undefined) => ({
    path,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  });
  const [a, b] = maskChanges(key, [one(values.rendered, values.live), one(values.newest, values.before)]);
  return { rendered: a!.before, live: a!.after, newest: b!.before, before: b!.after };
}

function maskedOrigin({ value: _value, before: _before, ...origin }: FieldOrigin, shown: Shown): FieldOrigin {
  return {
    ...origin,
    ...(shown.rendered !== undefined && { value: shown.rendered }),
    ...(shown.before !== undefined && { before: shown.before }),
  };
}
