import type { KubeClient } from '../kube/index.ts';

import type { DeleteLimits, DependencyEdge, DesiredApplication, ObjectKey } from '../objects/index.ts';

import { compareText, formatKey, TruekeelErrors } from '../objects/index.ts';
import { NO_KEYS, type OpenSecret } from '../sealed/index.ts';
import { currentTrace, type Trace, traced } from '../trace/index.ts';
import { checkDesired } from './check-desired.ts';
import { needsClusterMark, readClusterMark, withClusterMark } from './cluster-mark.ts';
import { planDigest, planParts } from './digest.ts';
import { type EdgeSource, findEdges } from './edges/index.ts';
import { spareFinishedHooks } from './finished-hooks.ts';
import { formerEdges } from './former-edges.ts';
import { keepFormerVersions } from './former-versions.ts';
import type { ApplicationSituation } from './guards.ts';
import { guard, weighApprovals } from './guards.ts';
import { planReleases, withReleaseEffects } from './helm.ts';
import { hookEdges } from './hook-edges.ts';
import { environmentId, settingOf } from './identity.ts';
import { KeyIndex } from './key-index.ts';
import type { LiveView, SettledObjects } from './live-view.ts';
import { type ObjectOrder, orderObjects } from './order-objects.ts';
import { partOf } from './ownership.ts';
import type { Action, ActionCounts, Approval, Plan, PlannedChange } from './plan.ts';
import { planDesired } from './plan-desired.ts';
import { plannedInventories } from './planned-inventories.ts';
import { withRemovalEffects } from './removal-effects.ts';
import { planRemovals } from './removals.ts';
import { standingChanges } from './standing.ts';
import type { Survey } from './survey.ts';
import { survey } from './survey.ts';
import { unseenErrors } from './unseen.ts';

export interface PlanOptions {
  /** Whether objects that are no longer in the program are deleted; true when absent. */
  readonly prune?: boolean;
  readonly approvals?: readonly Approval[];
  /** They come before those of the applications. */
  readonly limits?: DeleteLimits;
  /** Where inventories of applications are kept; by default in the namespace that most of their objects are in. */
  readonly namespace?: string;
  /** Requests in flight at a time while looking at changes; default 16. */
  readonly concurrency?: number;
  /** Which changes are tried on the server first, for their fields and effects; default all of them. Where nobody is
   * shown the plan, drift can be taken back without: managedFields say who took what. */
  readonly tried?: 'every change' | 'not drift';
  /** Asked for the edges of an earlier release when objects are to be deleted: what needed another goes before it. */
  readonly formerEdges?: () => Promise<readonly DependencyEdge[]>;
  /** What becomes of releases of Helm whose objects are all ours; `leave` when absent. */
  readonly helmReleases?: 'leave' | 'take-over';
  /** Whether the server is asked about each change, or only about those where something else could come out than what
   * can be computed here (docs/decisions/0009); default `when-needed`. */
  readonly dryRun?: 'always' | 'when-needed';
  /** Opens sealed Secrets to compare their values; without it, or where it has no key, these are not compared. */
  readonly openSecret?: OpenSecret;
  /** Whether what is live has the values of Secrets; `masked`: it is a snapshot, they are not compared, and sealed ones are not
   * opened. Default `there`. */
  readonly liveSecrets?: 'there' | 'masked';
}

export interface PlanRequest {
  readonly client: KubeClient;
  /** Every application of the environment: one that is missing here is one that left the program. */
  readonly applications: readonly DesiredApplication[];
  /** Without an environment only the applications given are looked at. */
  readonly scope?: { readonly environment?: string; readonly project?: string };
  readonly options?: PlanOptions;
  /** What is known of the cluster without asking; what it cannot tell is read by lists. */
  readonly live?: LiveView;
}

/** Compares what shall be with what is, and lists the changes between them. Nothing is written. With a live view the
 * changes leave out what it says is settled, except where something waits for it; `counts` have all.
 *
 * @throws TruekeelErrors `DUPLICATE_KEY` when two applications have the same object
 * @throws TruekeelError `DEPENDENCY_CYCLE` when people declared a cycle; `OBJECT_UNREADABLE`
 * @throws KubeError when the cluster cannot be read. What is wrong with single objects is in the plan's `errors`. */
export async function planApplications(request: PlanRequest): Promise<Plan> {
  const { environment = '' } = request.scope ?? {};
  const attributes = {
    'truekeel.environment': environment,
    'truekeel.applications': request.applications.length,
  };
  return traced(await currentTrace(), 'truekeel.plan', attributes, async (span) => {
    const plan = await makePlan(request, span?.inside);
    span?.set({ 'truekeel.plan.digest': plan.digest, 'truekeel.plan.changes': plan.changes.length });
    return plan;
  });
}

async function makePlan(request: PlanRequest, trace: Trace | undefined): Promise<Plan> {
  const { client, applications, scope = {}, options = {} } = request;
  const environment = environmentId(scope);
  const { namespace } = options;
  const known = await request.live?.look({ environment, applications, namespace });
  const settled = known?.settled;
  const considered = known?.applications ?? applications;
  const invalid = checkDesired(considered);
  if (invalid.length > 0) throw new TruekeelErrors(invalid[0]!.message, invalid);

  const seen = await traced(trace, 'truekeel.read_live', {}, () =>
    survey({ client, environment, applications: considered, namespace, known }),
  );
  const concurrency = options.concurrency ?? 16;
  const planned = await planDesired(client, seen, {
    concurrency,
    tried: options.tried ?? 'every change',
    dryRun: options.dryRun ?? 'when-needed',
    openSecret: options.openSecret ?? NO_KEYS,
    liveSecrets: options.liveSecrets ?? 'there',
    settled,
  });
  const leaving = keepFormerVersions(seen, planRemovals(seen, options.prune ?? true), settled);
  const removals = await spareFinishedHooks(client, seen, leaving);
  const found = [...planned.changes, ...removals];
  const decided = await withRemovalEffects(client, seen, found, concurrency);
  const { edges, dropped } = orderPlanned(considered, decided, planned.sources, settled);
  const standing = settled ? standingChanges(settled, decided, edges, applications) : [];
  const bare = inOrder(
    [...decided, ...standing],
    seen.owned.map(({ name }) => name),
  );
  const helm = await planReleases(client, seen, bare, options.helmReleases ?? 'leave');
  const changes = withReleaseEffects(seen, bare, helm.releases);
  const refusals = guard(
    applicationSituations(seen, applications, settled),
    // To make its Job anew is what a hook is for.
    changes.filter(({ action, hook }) => action !== 'replace' || hook === undefined),
    options.limits ?? {},
    (key) => {
      const found = seen.live.get(formatKey(key));
      return found !== undefined && settingOf(found.object.metadata, 'prune') === 'protect';
    },
  );
  const counts = countActions(decided);
  const { refused, approved } = weighApprovals(refusals, options.approvals ?? []);
  const helmReleases = helm.releases;
  const inventories = plannedInventories(seen, changes, { settled, helmReleases });
  const errors = [...planned.errors, ...unseenErrors(seen), ...helm.errors];
  const parts = planParts({ applications, changes, edges, inventories, helmReleases, errors });
  // A part of a release is approved by nobody.
  const isMarked = !settled?.isPart && needsClusterMark(changes, inventories);
  const mark = isMarked ? await readClusterMark(client) : undefined;
  return {
    digest: withClusterMark(planDigest(environment, changes, parts), mark),
    parts,
    environment,
    changes,
    counts: { ...counts, none: counts.none + (settled?.count ?? 0) },
    edges,
    droppedEdges: dropped,
    formerEdges: await formerEdges(changes, seen.live, options.formerEdges),
    inventories,
    helmReleases,
    refusals: refused,
    approved,
    errors,
  };
}

function orderPlanned(
  applications: readonly DesiredApplication[],
  changes: readonly PlannedChange[],
  written: readonly EdgeSource[],
  settled: SettledObjects | undefined,
): ObjectOrder {
  const objects = new PlannedKeys(settled);
  const paths: (string | undefined)[] = [];
  for (const { objects: own } of applications) {
    for (const { key, constructPath } of own) paths[objects.add(key)] = constructPath;
  }
  const declared = applications.flatMap((application) => application.edges);
  for (const { to } of declared) objects.find(to);
  const found = findEdges(written, objects);
  const created = new Set<number>();
  for (const { key, action, live } of changes) {
    const number = objects.add(key);
    if (action === 'create' || (action === 'replace' && live?.isBeingDeleted)) created.add(number);
  }
  const order = orderObjects({
    objects,
    declared,
    found,
    applications,
    isNew: (object) => created.has(object),
    describe: (object) => {
      const key = objects.keys[object]!;
      return paths[object] ?? settled?.get(formatKey(key))?.desired.constructPath ?? formatKey(key);
    },
  });
  return { ...order, edges: [...order.edges, ...hookEdges(objects, changes, order.edges)] };
}

/** Numbers a settled object when it is first asked for: few of them are. */
class PlannedKeys extends KeyIndex {
  readonly #settled: SettledObjects | undefined;

  constructor(settled: SettledObjects | undefined) {
    super();
    this.#settled = settled;
  }

  override find(key: ObjectKey): number | undefined {
    const number = super.find(key);
    if (number !== undefined || !this.#settled?.get(formatKey(key))) return number;
    return this.add(key);
  }
}

function applicationSituations(
  { owned, ownerById, live }: Survey,
  applications: readonly DesiredApplication[],
  settled: SettledObjects | undefined,
): readonly ApplicationSituation[] {
  const counts = new Map<string, number>();
  for (const { object } of live.values()) {
    const owner = ownerById.get(partOf(object) ?? '');
    if (owner) counts.set(owner.name, (counts.get(owner.name) ?? 0) + 1);
  }
  const desiredCounts = new Map(applications.map(({ name, objects }) => [name, objects.length]));
  return owned.map(({ name, desired }) => ({
    name,
    desired: desired !== undefined,
    desiredCount: desiredCounts.get(name) ?? 0,
    liveCount: settled?.liveCount(name) ?? counts.get(name) ?? 0,
    ...(desired?.deleteLimits && { limits: desired.deleteLimits }),
  }));
}

/** By application, then by key. */
function inOrder(
  changes: readonly PlannedChange[],
  applications: readonly string[],
): readonly PlannedChange[] {
  const ranks = new Map(applications.map((name, index) => [name, index]));
  return changes
    .map((change) => ({ change, rank: ranks.get(change.application)!, name: formatKey(change.key) }))
    .sort((a, b) => a.rank - b.rank || compareText(a.name, b.name))
    .map(({ change }) => change);
}

export function countActions(changes: readonly { readonly action: Action }[]): ActionCounts {
  const counts = { create: 0, change: 0, replace: 0, delete: 0, adopt: 0, detach: 0, none: 0 };
  for (const { action } of changes) counts[action] += 1;
  return counts;
}
