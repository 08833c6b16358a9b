/** The name of a plan: a digest over what decides its outcome. Unchanged objects are left out, and so is all that moves by
 * itself (resourceVersions, status), so that a plan made later under the same conditions has the same name. Left out is
 * also what only permits the plan and does not change it: approvals, limits. */
import type {
  DependencyEdge,
  DesiredApplication,
  Digest,
  JsonObject,
  JsonValue,
  TruekeelError,
} from '../objects/index.ts';
import { canonicalJson, digestOf, formatKey } from '../objects/index.ts';
import type {
  FieldConflict,
  PlannedChange,
  PlannedHelmRelease,
  PlannedInventory,
  PlanParts,
} from './plan.ts';
import { sameScope } from './planned-inventories.ts';
import { isSecret } from './seals.ts';

export interface PlanContent {
  readonly applications: readonly Pick<DesiredApplication, 'name' | 'dependsOn' | 'health' | 'onFailure'>[];
  readonly changes: readonly PlannedChange[];
  readonly edges: readonly DependencyEdge[];
  readonly inventories: readonly PlannedInventory[];
  readonly helmReleases: readonly PlannedHelmRelease[];
  readonly errors: readonly TruekeelError[];
}

/** Digests of what decides the outcome beside the changes of single objects. */
export function planParts(content: PlanContent): PlanParts {
  const active = content.changes.filter(({ action }) => action !== 'none');
  return {
    order: digestOf(orderLines(content, active).join('\n')),
    inventories: digestOf(
      [...inventoryLines(content.inventories, active), ...releaseLines(content.helmReleases)].join('\n'),
    ),
    unplanned: digestOf(unplannedLines(content.errors).join('\n')),
  };
}

export function planDigest(environment: string, changes: readonly PlannedChange[], parts: PlanParts): Digest {
  const lines = changes
    .filter(({ action }) => action !== 'none')
    .map((change) => canonicalJson(outcomeOf(change)))
    .sort();
  const { order, inventories, unplanned } = parts;
  return digestOf(['truekeel plan v3', environment, order, inventories, unplanned, ...lines].join('\n'));
}

/** The name of what is done with one object. */
export function outcomeDigest(change: PlannedChange): Digest {
  return digestOf(canonicalJson(outcomeOf(change)));
}

function releaseLines(releases: readonly PlannedHelmRelease[]): readonly string[] {
  return releases
    .filter(({ resolution }) => resolution === 'take-over')
    .map(({ namespace, name, resolution }) => canonicalJson({ namespace, name, resolution }))
    .sort();
}

function outcomeOf(change: PlannedChange): JsonObject {
  return {
    application: change.application,
    key: formatKey(change.key),
    apiVersion: change.apiVersion,
    action: change.action,
    digest: change.desired?.digest,
    run: change.desired?.hook?.run,
    // All of them: what is forced, waited for, protected or left alone later is part of what is agreed to.
    settings: change.desired && { ...change.desired.settings },
    uid: change.live?.uid,
    takesFieldsOf: change.takesFieldsOf,
    // What a Secret becomes is in its digest, and whoever has no key for it, or no values of what is live, agrees to the same.
    changes:
      change.seal || isSecret(change.key)
        ? undefined
        : change.changes.map(({ path, before, after }): JsonValue => ({ path, before, after })),
    conflicts: change.conflicts
      .filter((conflict) => !isOwnValue(change, conflict))
      .map(({ path, manager, resolution }): JsonValue => ({ path, manager, resolution })),
  };
}

/** A value of a Secret that becomes ours. Whether it differs from what is live is not known to everybody. */
function isOwnValue({ key }: PlannedChange, { path, resolution }: FieldConflict): boolean {
  return isSecret(key) && resolution !== 'yield' && /^data\b/.test(path);
}

/** What is waited for by what changes, how it is judged, and what follows when it fails. An application that is waited
 * for may change nothing itself. */
function orderLines(
  { applications, edges }: PlanContent,
  active: readonly PlannedChange[],
): readonly string[] {
  const changing = new Set(active.map(({ key }) => formatKey(key)));
  const named = new Set(active.map(({ application }) => application));
  const between = edges.flatMap(({ from, to, until }) => {
    const name = formatKey(from);
    return changing.has(name) ? [`${name}\n${formatKey(to)}\n${until}`] : [];
  });
  const above = applications.flatMap(({ name, dependsOn, health = [], onFailure }) =>
    named.has(name)
      ? [
          ...dependsOn.map((other) => `application ${name}\napplication ${other}`),
          ...health.map((rule) => `application ${name}\nhealth ${canonicalJson({ ...rule })}`),
          ...(onFailure ? [`application ${name}\non failure ${onFailure}`] : []),
        ]
      : [],
  );
  return [...new Set([...between, ...above])].sort();
}

/** Inventories that are written, or that say whose a changed object becomes. */
function inventoryLines(
  inventories: readonly PlannedInventory[],
  active: readonly PlannedChange[],
): readonly string[] {
  const named = new Set(active.map(({ application }) => application));
  return inventories
    .filter(
      (inventory) =>
        named.has(inventory.application) ||
        inventory.leaving ||
        inventory.superseded.length > 0 ||
        !sameScope(inventory.recorded, inventory.target),
    )
    .map(({ application, namespace, name, id, live, target, superseded, leaving }) =>
      canonicalJson({
        application,
        namespace,
        name,
        id,
        // No other cluster has it.
        uid: live?.uid,
        kinds: [...target.kinds].sort(),
        namespaces: [...target.namespaces].sort(),
        superseded: superseded.map((old) => `${old.namespace}/${old.name}`).sort(),
        leaving,
      }),
    )
    .sort();
}

/** What cannot be planned is not applied, and keeps what it may replace from being deleted. */
function unplannedLines(errors: readonly TruekeelError[]): readonly string[] {
  return errors.map(({ code, key, message }) => `${code} ${key ? formatKey(key) : message}`).sort();
}
