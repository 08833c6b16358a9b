/** Plans what is in the program: one decision an object, and for those that change, what will change. */
import { expressionRules } from '../health/index.ts';
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { DesiredObject, KubernetesObject, ObjectKey, ObjectMetadata } from '../objects/index.ts';
import { compareText, formatKey, TruekeelError } from '../objects/index.ts';
import { isSealed } from '../sealed/document/index.ts';
import { NO_KEYS, type OpenSecret } from '../sealed/index.ts';
import { entriesToMove } from './adoption.ts';
import { withMovedFields } from './adoption-detail.ts';
import { summarizeChanges } from './because.ts';
import type { Change, ChangeReaderOptions } from './change-reader.ts';
import { ChangeReader } from './change-reader.ts';
import { mapConcurrent } from './concurrent.ts';
import type { Drift } from './conflicts.ts';
import { contentOf } from './content.ts';
import type { Decision, Situation } from './decide.ts';
import { decide, needsContent } from './decide.ts';
import type { EdgeSource } from './edges/index.ts';
import { definedKind } from './edges/index.ts';
import { effectsOf } from './effects.ts';
import { formatPath } from './field-path.ts';
import { everyRun, runMark, runsOfApplication } from './hook-runs.ts';
import { marked } from './identity.ts';
import { formatGroupKind, versionedKind } from './live.ts';
import type { SettledObjects } from './live-view.ts';
import type { OwnedApplication } from './ownership.ts';
import { partOf } from './ownership.ts';
import { located, placeOf } from './place.ts';
import type { FieldChange, PlannedChange, PlannedSeal } from './plan.ts';
import { type HookSituation, needsHookContent, planHook } from './plan-hook.ts';
import { isSecret, sealError, unsealed, withoutText } from './seals.ts';
import type { Survey } from './survey.ts';

export interface PlannedDesired {
  readonly changes: readonly PlannedChange[];
  readonly errors: readonly TruekeelError[];
  /** What edges are found in: what will be written, and definitions that are there while not all kinds are served. */
  readonly sources: readonly EdgeSource[];
}

/** How far live objects are looked at. */
type Compared = Pick<DesiredOptions, 'tried' | 'liveSecrets'>;

/** One desired object on its way to a planned change. */
interface Candidate {
  readonly application: OwnedApplication;
  readonly desired: DesiredObject;
  readonly live: ObjectMetadata | undefined;
  readonly owner: Situation['owner'];
  /** Of a hook: its runs on record. */
  readonly runs: readonly string[];
  /** What would be sent; undefined where metadata says that nothing will be. */
  readonly object: KubernetesObject | undefined;
  /** Of what is sealed, once it was looked at. */
  readonly seal: PlannedSeal | undefined;
  /** Why what is sealed is of no use. */
  readonly unusable: TruekeelError | undefined;
  readonly decided: Decision;
}

export interface DesiredOptions extends Pick<ChangeReaderOptions, 'dryRun'> {
  /** Requests in flight at a time. */
  readonly concurrency: number;
  readonly tried: 'every change' | 'not drift';
  /** What the survey leaves out. */
  readonly settled: SettledObjects | undefined;
  readonly openSecret: OpenSecret;
  readonly liveSecrets: 'there' | 'masked';
}

export async function planDesired(
  client: KubeClient,
  seen: Survey,
  { concurrency, tried, dryRun, settled, openSecret, liveSecrets }: DesiredOptions,
): Promise<PlannedDesired> {
  const candidates = await readCandidates(seen, liveSecrets === 'masked' ? NO_KEYS : openSecret);
  const definable = definableKinds(candidates);
  const errors: TruekeelError[] = [];
  const reader = new ChangeReader(
    client,
    candidates.flatMap((candidate) => {
      const change = changeOf(candidate, seen, { tried, liveSecrets });
      return change && !refuse(candidate, seen, definable) ? [change] : [];
    }),
    { dryRun, countLive: (kind) => settled?.liveCountOfKind(kind) ?? countLive(seen, kind) },
  );
  const outcomes = await mapConcurrent(candidates, concurrency, async (candidate) => {
    try {
      const refused = refuse(candidate, seen, definable);
      if (refused) throw refused;
      return await planOne(client, reader, seen, candidate, { tried, liveSecrets });
    } catch (error) {
      if (!(error instanceof TruekeelError) || isFatal(error)) throw error;
      errors.push(error instanceof KubeError ? located(error, candidate.desired) : error);
      return undefined;
    }
  });
  const changes = outcomes.filter((change) => change !== undefined);
  // A hook that is at it already needs what it needs, too.
  const isWritten = ({ action, hook }: PlannedChange) => action !== 'none' || hook === 'to-run';
  const written = new Set(changes.filter(isWritten).map(({ key }) => formatKey(key)));
  return {
    changes,
    errors: errors.sort((a, b) => compareText(nameOf(a), nameOf(b))),
    sources: candidates.flatMap(({ desired, object }) =>
      object && (written.has(formatKey(desired.key)) || isDefinition(desired))
        ? [{ key: desired.key, object }]
        : [],
    ),
  };
}

function nameOf(error: TruekeelError): string {
  return error.key ? formatKey(error.key) : error.message;
}

/** Errors about the connection, not about the object. */
function isFatal(error: TruekeelError): boolean {
  return ['UNREACHABLE', 'CONNECTION_LOST', 'UNAUTHORIZED', 'WRONG_CA', 'CERTIFICATE_EXPIRED'].includes(
    error.code,
  );
}

/** Every desired object, with its content where metadata alone does not tell that nothing is to be done. */
async function readCandidates(seen: Survey, open: OpenSecret): Promise<readonly Candidate[]> {
  const candidates: Candidate[] = [];
  const everyone = everyRun(seen.owned);
  for (const application of seen.owned) {
    if (!application.desired) continue;
    const known = runsOfApplication(application, everyone);
    const situations = application.desired.objects.map((desired) => {
      const live = liveOf(desired.key, seen);
      const runs = desired.hook ? (known[runMark(desired.key)] ?? []) : [];
      return { desired, live, owner: ownerOf(application, live, seen), runs };
    });
    const isUnclear = ({ desired, runs, ...situation }: (typeof situations)[number]) => {
      // One that is as it shall be may have been written a moment ago, and its kind not be served yet.
      if (isDefinition(desired) && situation.live && seen.kinds.unknown.size > 0) return true;
      return isHook(desired) ? needsHookContent({ desired, runs }) : needsContent({ desired, ...situation });
    };
    const unclear = situations.filter(isUnclear).map(({ desired }) => desired);
    const contents = await contentOf(application.desired, unclear);
    // Most objects are not sealed, and there may be very many of them.
    const looked: readonly Content[] = contents.some(isSealed)
      ? await Promise.all(contents.map((content) => look(content, open)))
      : contents.map((content) => ({ ...UNREAD, content }));
    const byObject = new Map(unclear.map((desired, index) => [desired, looked[index]!]));
    const owner = { application: application.name, inventoryId: application.home.id };
    for (const situation of situations) {
      const { content, seal, unusable } = byObject.get(situation.desired) ?? UNREAD;
      const object = content && marked(content, situation.desired, owner);
      // A hook is decided on when its Job has been looked at.
      const decided = isHook(situation.desired) ? UNDECIDED : decide({ ...situation, content: object });
      candidates.push({ application, ...situation, object, seal, unusable, decided });
    }
  }
  return candidates;
}

/** What was read of a desired object. */
interface Content {
  readonly content: KubernetesObject | undefined;
  readonly seal: PlannedSeal | undefined;
  readonly unusable: TruekeelError | undefined;
}

const UNREAD: Content = { content: undefined, seal: undefined, unusable: undefined };

/** What is wrong with one sealed Secret is no matter of the others. */
async function look(content: KubernetesObject, open: OpenSecret): Promise<Content> {
  try {
    const { object, seal } = await unsealed(content, open);
    return { content: object, seal, unusable: undefined };
  } catch (error) {
    if (!(error instanceof TruekeelError)) throw error;
    return { ...UNREAD, unusable: error };
  }
}

/** The live object. What is in a namespace that is being deleted is being deleted too, whether or not its turn has come. */
function liveOf(key: ObjectKey, { live }: Survey): ObjectMetadata | undefined {
  const object = live.get(formatKey(key))?.object;
  if (object === undefined || key.namespace === '') return object;
  const namespace = live.get(formatKey({ group: '', kind: 'Namespace', namespace: '', name: key.namespace }));
  const deletionTimestamp = namespace?.object.metadata.deletionTimestamp;
  return deletionTimestamp === undefined
    ? object
    : { ...object, metadata: { deletionTimestamp, ...object.metadata } };
}

function isDefinition({ key }: DesiredObject): boolean {
  return formatGroupKind(key) === 'CustomResourceDefinition.apiextensions.k8s.io';
}

/** Kinds that the server will know once the definitions among the objects are there. */
function definableKinds(candidates: readonly Candidate[]): ReadonlySet<string> {
  return new Set(candidates.flatMap(({ object }) => (object && definedKind(object)) ?? []));
}

/** What makes it impossible to plan an object at all. */
function refuse(
  { desired, live, application, unusable }: Candidate,
  { kinds, missingNamespaces, unreadable, foreign, foreignInventories }: Survey,
  definable: ReadonlySet<string>,
): TruekeelError | undefined {
  const { key } = desired;
  if (unusable) return sealError(unusable, desired);
  const kind = formatGroupKind(key);
  const inventory = foreignInventories.get(application.name);
  if (inventory) {
    return new TruekeelError(`${formatKey(key)} is left as it is: ${inventory.message}`, {
      code: 'FOREIGN_INVENTORY',
      family: 'conflict',
      ...placeOf(desired),
      ...(inventory.hint !== undefined && { hint: inventory.hint }),
    });
  }
  const unknown = kinds.unknown.get(versionedKind(desired));
  if (unknown && !definable.has(kind)) return located(unknown, desired);
  const denied = unreadable.at(key);
  if (denied) return located(denied, desired);
  const resource = kinds.served.get(kind);
  if (resource?.namespaced && key.namespace === '') {
    return refusal(
      'NAMESPACE_REQUIRED',
      `${formatKey(key)} has no namespace, and ${key.kind} needs one`,
      desired,
      'Set metadata.namespace, or the namespace of its application.',
    );
  }
  if (resource && !resource.namespaced && key.namespace !== '') {
    return refusal(
      'NAMESPACE_NOT_ALLOWED',
      `${formatKey(key)} has a namespace, and ${key.kind} belongs to the whole cluster`,
      desired,
      'Remove metadata.namespace.',
    );
  }
  if (live === undefined && missingNamespaces.has(key.namespace)) {
    return refusal(
      'NAMESPACE_MISSING',
      `${formatKey(key)} cannot be created: there is no namespace ${key.namespace}`,
      desired,
      `Add a Namespace ${key.namespace} to the program, or create it.`,
    );
  }
  const id = live && partOf(live);
  const other = id === undefined || application.ids.has(id) ? undefined : foreign.get(id);
  if (other !== undefined) {
    return new TruekeelError(`${formatKey(key)} belongs to ${other}`, {
      code: 'OWNED_BY_ANOTHER',
      family: 'conflict',
      ...placeOf(desired),
      hint: 'Take it out there first (prune: detach keeps the object), or give it another name or namespace here.',
    });
  }
  return undefined;
}

function refusal(code: string, message: string, desired: DesiredObject, hint: string): TruekeelError {
  return new TruekeelError(message, { code, family: 'validation', ...placeOf(desired), hint });
}

/** What has to be looked at to say what will change. */
function changeOf(
  { application, desired, object, seal, decided }: Candidate,
  { kinds }: Survey,
  { tried, liveSecrets }: Compared,
): Change | undefined {
  if (!object || (decided.action !== 'change' && decided.action !== 'adopt')) return undefined;
  if (decided.drift && tried === 'not drift') return undefined;
  const resource = kinds.versions.get(versionedKind(desired));
  const isMasked = liveSecrets === 'masked' && isSecret(desired.key);
  const isClosed = seal?.opened === false || isMasked;
  const sent = isMasked ? withoutText(object) : object;
  return resource && { application: application.name, desired, object: sent, resource, isClosed };
}

function countLive({ live }: Survey, groupKind: string): number {
  let count = 0;
  for (const { key } of live.values()) if (formatGroupKind(key) === groupKind) count += 1;
  return count;
}

async function planOne(
  client: KubeClient,
  reader: ChangeReader,
  seen: Survey,
  candidate: Candidate,
  compared: Compared,
): Promise<PlannedChange> {
  const { desired, live, owner, runs, object, decided } = candidate;
  if (isHook(desired)) {
    const resource = seen.kinds.versions.get(versionedKind(desired));
    const rules = expressionRules(candidate.application.desired?.health ?? []);
    const situation = { desired, live, owner, runs, content: object, rules };
    return { ...common(candidate, live), ...(await planHook(client, resource, situation)) };
  }
  if (decided.drift && compared.tried === 'not drift') return correction(candidate, decided, decided.drift);
  const change = changeOf(candidate, seen, compared);
  if (!change) return undetailed(candidate, decided);
  const applied = await reader.detail(change);
  // What yields to anyone leaves the fields of the manifest to whose they are.
  const isAdopted =
    decided.action === 'adopt' && applied.action === 'same' && desired.settings.conflicts !== 'yield';
  const detail = isAdopted ? await withMovedFields(client, desired.key, applied, change.object) : applied;
  if (detail.action === 'gone')
    return undetailed({ ...candidate, live: undefined }, { ...decided, action: 'create', because: '' });
  const action = detail.action === 'replace' ? 'replace' : decided.action;
  return {
    ...common(candidate, live),
    ...(isAdopted && live && takes(live)),
    action,
    because: decided.because === '' ? reasonOf(candidate, detail.changes, compared) : decided.because,
    changes: detail.changes,
    effects: effectsOf({
      key: desired.key,
      action,
      changes: detail.changes,
      ...(detail.live && { live: detail.live }),
      ...(detail.after && { after: detail.after }),
    }),
    conflicts: detail.conflicts,
  };
}

function reasonOf(
  { seal, desired }: Candidate,
  changes: readonly FieldChange[],
  { liveSecrets }: Compared,
): string {
  const isMasked = liveSecrets === 'masked' && isSecret(desired.key);
  if (seal?.opened !== false && !isMasked) return summarizeChanges(changes);
  const others = changes.length > 0 ? `${summarizeChanges(changes)}; ` : '';
  return isMasked
    ? `${others}values not compared: a snapshot has none`
    : `${others}sealed, values not compared: no key`;
}

/** What drift is taken back, as far as managedFields tell: which fields, and from whom, but not their values. */
function correction(
  candidate: Candidate,
  { action, because }: Decision,
  { taken, yielded, removed }: Drift,
): PlannedChange {
  return {
    ...common(candidate, candidate.live),
    action,
    because,
    changes: [
      ...taken.map(({ path, manager }) => ({ path, manager })),
      ...removed.map((path) => ({ path: formatPath(path) })),
    ],
    effects: [],
    conflicts: [...taken, ...yielded],
  };
}

function takes({ metadata }: ObjectMetadata): Pick<PlannedChange, 'takesFieldsOf'> {
  const managers = [...new Set(entriesToMove(metadata).map(({ manager }) => manager))].sort();
  return managers.length > 0 ? { takesFieldsOf: managers } : {};
}

const UNDECIDED: Decision = { action: 'none', because: '', conflicts: [] };

function isHook(desired: DesiredObject): desired is HookSituation['desired'] {
  return desired.hook !== undefined;
}

function undetailed(candidate: Candidate, { action, because, conflicts }: Decision): PlannedChange {
  const { desired, live, object } = candidate;
  const after = action === 'create' && object ? { after: object } : {};
  return {
    ...common(candidate, live),
    action,
    because,
    changes: [],
    // Of what is being deleted already, the plan deletes nothing.
    effects:
      action === 'none' || live?.metadata.deletionTimestamp !== undefined
        ? []
        : effectsOf({ key: desired.key, action, changes: [], ...after }),
    conflicts,
  };
}

function common({ application, desired, seal }: Candidate, live: ObjectMetadata | undefined) {
  const { uid = '', resourceVersion = '', deletionTimestamp } = live?.metadata ?? {};
  const isBeingDeleted = deletionTimestamp === undefined ? {} : ({ isBeingDeleted: true } as const);
  return {
    application: application.name,
    apiVersion: desired.apiVersion,
    desired,
    ...(seal && { seal }),
    ...(live && { live: { uid, resourceVersion, ...isBeingDeleted } }),
    ...placeOf(desired),
  };
}

function ownerOf(
  application: OwnedApplication,
  live: ObjectMetadata | undefined,
  { ownerById }: Survey,
): Situation['owner'] {
  const id = live && partOf(live);
  if (id === undefined) return 'nobody';
  if (id === application.home.id) return 'ours';
  if (application.ids.has(id)) return { from: 'another inventory of its application' };
  const other = ownerById.get(id);
  return other ? { from: `application ${other.name}` } : 'nobody';
}
