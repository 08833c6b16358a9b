import type { KubeClient } from '../kube/index.ts';
import type { DependencyEdge, DesiredApplication, TruekeelError } from '../objects/index.ts';
import { compareText, formatKey, TruekeelErrors } from '../objects/index.ts';
import { checkDesired } from './check-desired.ts';
import { planDigest } from './digest.ts';
import { findEdges } from './edges/index.ts';
import { orderObjects } from './graph.ts';
import type { ApplicationSituation, GuardLimits } from './guards.ts';
import { DEFAULT_LIMITS, guard, remainingRefusals } from './guards.ts';
import { environmentId, settingOf } from './identity.ts';
import type { LiveView, SettledObjects } from './live-view.ts';
import { partOf } from './ownership.ts';
import type { Action, ActionCounts, Approval, Plan, PlannedChange } from './plan.ts';
import type { PlannedDesired } from './plan-desired.ts';
import { planDesired } from './plan-desired.ts';
import { plannedInventories } from './planned-inventories.ts';
import { planRemovals } from './removals.ts';
import { standingChanges } from './standing.ts';
import type { Survey } from './survey.ts';
import { survey } from './survey.ts';

export interface PlanOptions {
  /** Whether objects that are no longer in the program are deleted; true when absent. */
  readonly prune?: boolean;
  readonly approvals?: readonly Approval[];
  readonly limits?: Partial<GuardLimits>;
  /** Where inventories of applications are kept; by default in the namespace that most of their objects are in. */
  readonly namespace?: string;
  /** Requests in flight at a time while looking at changes; default 16. */
  readonly concurrency?: number;
  /** Which changes are tried on the server first, for their fields and effects; default all of them. Where nobody is
   * shown the plan, drift can be taken back without: managedFields say who took what. */
  readonly tried?: 'every change' | 'not drift';
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
  const { client, applications, scope = {}, options = {} } = request;
  const environment = environmentId(scope);
  const { namespace } = options;
  const known = await request.live?.look({ environment, applications, namespace });
  const settled = known?.settled;
  const considered = known?.applications ?? applications;
  const invalid = checkDesired(considered);
  if (invalid.length > 0) throw new TruekeelErrors(invalid[0]!.message, invalid);

  const seen = await survey({ client, environment, applications: considered, namespace, known });
  const planned = await planDesired(client, seen, {
    concurrency: options.concurrency ?? 16,
    tried: options.tried ?? 'every change',
  });
  const decided = [...planned.changes, ...planRemovals(seen, options.prune ?? true)];
  const edges = edgesOf(considered, planned, decided, settled);
  const standing = settled ? standingChanges(settled, decided, edges, applications) : [];
  const changes = [...decided, ...standing].sort(byApplicationAndKey(seen.owned.map(({ name }) => name)));
  const refusals = guard(
    applicationSituations(seen, applications, settled),
    changes,
    { ...DEFAULT_LIMITS, ...options.limits },
    (key) => {
      const found = seen.live.get(formatKey(key));
      return found !== undefined && settingOf(found.object.metadata, 'prune') === 'protect';
    },
  );
  const counts = countActions(decided);
  return {
    digest: planDigest(environment, changes),
    environment,
    changes,
    counts: { ...counts, none: counts.none + (settled?.count ?? 0) },
    edges,
    inventories: plannedInventories(seen, changes, settled),
    refusals: remainingRefusals(refusals, options.approvals ?? []),
    errors: [...planned.errors, ...unseen(seen)],
  };
}

function edgesOf(
  applications: readonly DesiredApplication[],
  { written }: PlannedDesired,
  changes: readonly PlannedChange[],
  settled: SettledObjects | undefined,
): readonly DependencyEdge[] {
  const constructPaths = new Map<string, string | undefined>(
    applications.flatMap(({ objects }) => objects.map((o) => [formatKey(o.key), o.constructPath] as const)),
  );
  const constructPathOf = (name: string) =>
    constructPaths.get(name) ?? settled?.get(name)?.desired.constructPath;
  const declared = applications.flatMap((application) => application.edges);
  const found = findEdges(written, (name) => constructPaths.has(name) || settled?.get(name) !== undefined);
  const targets = settled ? [...declared, ...found].map(({ to }) => formatKey(to)) : [];
  return orderObjects(
    new Set([
      ...constructPaths.keys(),
      ...changes.map(({ key }) => formatKey(key)),
      ...targets.filter((name) => settled?.get(name) !== undefined),
    ]),
    declared,
    found,
    applications,
    (name) => constructPathOf(name) ?? name,
  );
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
  }));
}

/** Kinds that only inventories know and that we may not list: what is to be deleted of them is not known. */
function unseen({ forbidden, kinds }: Survey): readonly TruekeelError[] {
  return [...forbidden].flatMap(([kind, error]) => (kinds.served.has(kind) ? [] : [error]));
}

function byApplicationAndKey(
  applications: readonly string[],
): (a: PlannedChange, b: PlannedChange) => number {
  const rank = new Map(applications.map((name, index) => [name, index]));
  return (a, b) => {
    const order = rank.get(a.application)! - rank.get(b.application)!;
    if (order !== 0) return order;
    return compareText(formatKey(a.key), formatKey(b.key));
  };
}

export function countActions(changes: readonly { readonly action: Action }[]): ActionCounts {
  const counts = { create: 0, change: 0, replace: 0, delete: 0, adopt: 0, detach: 0, none: 0 };
  for (const { action } of changes) counts[action] += 1;
  return counts;
}
