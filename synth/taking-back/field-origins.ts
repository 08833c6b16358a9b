/** Which rendered commit gave fields of one object the values that they have. */
import { type PlacedObject, readObjectEntry } from '../../lib/branch/index.ts';
import type { Commit, Oid, Repository } from '../../lib/git/index.ts';
import {
  canonicalJson,
  type JsonObject,
  type JsonValue,
  parseYaml,
  TruekeelError,
} from '../../lib/objects/index.ts';
import { type FieldAddress, isMap, valueAtAddress } from '../../lib/plan/index.ts';

/** The object as one rendered commit has it. */
export interface ObjectState extends PlacedObject {
  /** Absent where the commit does not have it. */
  readonly content?: JsonObject;
}

export interface FieldOrigin {
  readonly address: FieldAddress;
  /** Absent: the commit took it away. */
  readonly value?: JsonValue;
  /** Absent: there was nothing before. */
  readonly before?: JsonValue;
  /** The commit since which the value is what it is. */
  readonly since: PlacedObject;
  /** The one before; absent where it is the first. */
  readonly previous?: PlacedObject;
  /** A shallow clone ends here: the value may be older. */
  readonly mayBeOlder: boolean;
}

/** Reads the content of the object in the commits of {@link objectHistory}; what did not change is read once. */
export async function* objectStates(
  repository: Repository,
  history: AsyncIterable<PlacedObject>,
): AsyncGenerator<ObjectState> {
  let last: { readonly blob: Oid; readonly content: JsonObject } | undefined;
  for await (const placed of history) {
    const { file } = placed;
    if (!file) {
      yield placed;
      continue;
    }
    if (last?.blob !== file.blob)
      last = { blob: file.blob, content: await readContent(repository, file.blob) };
    yield { ...placed, content: last.content };
  }
}

async function readContent(repository: Repository, blob: Oid): Promise<JsonObject> {
  const [bytes] = await repository.readBlobs([blob]);
  try {
    const value = parseYaml(bytes!.toString('utf8'), { file: blob })[0]?.value;
    return isMap(value) ? value : {};
  } catch (error) {
    // Rendering writes one object a file; what somebody else wrote instead has no fields.
    if (error instanceof TruekeelError) return {};
    throw error;
  }
}

/** @param states newest first; the first of them is the one whose values are asked for
 * @returns in the order of the addresses */
export async function fieldOrigins(
  states: AsyncIterable<ObjectState>,
  addresses: readonly FieldAddress[],
): Promise<readonly FieldOrigin[]> {
  const origins = new Map<FieldAddress, FieldOrigin>();
  let values: ReadonlyMap<FieldAddress, JsonValue | undefined> | undefined;
  let newer: ObjectState | undefined;
  for await (const state of states) {
    if (!newer || !values) {
      values = new Map(addresses.map((address) => [address, valueAtAddress(state.content, address)]));
    } else if (state.content !== newer.content) {
      for (const [address, value] of values) {
        if (origins.has(address)) continue;
        const before = valueAtAddress(state.content, address);
        if (!isSame(before, value))
          origins.set(address, originOf({ address, value, before, since: newer, previous: state }));
      }
      if (origins.size === addresses.length) break;
    }
    newer = state;
  }
  return addresses.flatMap((address) => {
    const value = values?.get(address);
    const found = origins.get(address);
    if (found || !newer || value === undefined) return found ?? [];
    return originOf({ address, value, since: newer, mayBeOlder: newer.commit.parents.length > 0 });
  });
}

function originOf(found: {
  readonly address: FieldAddress;
  readonly value: JsonValue | undefined;
  readonly before?: JsonValue | undefined;
  readonly since: ObjectState;
  readonly previous?: ObjectState;
  readonly mayBeOlder?: boolean;
}): FieldOrigin {
  const { address, value, before, since, previous, mayBeOlder = false } = found;
  return {
    address,
    ...(value !== undefined && { value }),
    ...(before !== undefined && { before }),
    since: placeOf(since),
    ...(previous && { previous: placeOf(previous) }),
    mayBeOlder,
  };
}

function placeOf({ commit, file }: ObjectState): PlacedObject {
  return { commit, ...(file && { file }) };
}

function isSame(a: JsonValue | undefined, b: JsonValue | undefined): boolean {
  if (a === b) return true;
  return a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);
}

/** Where the program says what a field is, by the commit that it came from. */
export interface WrittenAt {
  readonly constructPath?: string;
  readonly file?: string;
  readonly line?: number;
  /** The environment changed it after its application had made it: why. */
  readonly overridden?: string;
}

/** Of what a commit took away: where it was written before. */
export async function writtenAt(
  repository: Repository,
  { since, previous }: Pick<FieldOrigin, 'since' | 'previous'>,
  path: string,
): Promise<WrittenAt> {
  const place: { commit: Commit; file: NonNullable<PlacedObject['file']> } | undefined = since.file
    ? { commit: since.commit, file: since.file }
    : previous?.file && { commit: previous.commit, file: previous.file };
  const entry = place && (await readObjectEntry(repository, place.commit.oid, place.file.path));
  if (!entry) return {};
  const { constructPath, source } = entry;
  const overridden = entry.overridden?.find((one) => one.path === path)?.reason;
  return {
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { file: source.file, line: source.line }),
    ...(overridden !== undefined && { overridden }),
  };
}
