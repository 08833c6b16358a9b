/** What somebody agreed to, and how another plan differs from it. */
import type { Digest } from '../objects/index.ts';
import { canonicalJson, formatKey } from '../objects/index.ts';
import { outcomeDigest } from './digest.ts';
import type { Action, FieldChange, Plan, PlanParts } from './plan.ts';

/** As much of a plan as it takes to say what differs: small, without secrets, fit to be kept and handed on. */
export interface ApprovedPlan {
  readonly digest: string;
  readonly parts: PlanParts;
  /** Without objects that stay as they are. */
  readonly changes: readonly ApprovedChange[];
}

export interface ApprovedChange {
  /** As `formatKey` writes it. */
  readonly key: string;
  readonly action: Action;
  readonly because: string;
  readonly changes: readonly FieldChange[];
  readonly outcome: Digest;
}

export function approvedPlanOf({ digest, parts, changes }: Plan): ApprovedPlan {
  return {
    digest,
    parts,
    changes: changes
      .filter(({ action }) => action !== 'none')
      .map((change) => ({
        key: formatKey(change.key),
        action: change.action,
        because: change.because,
        changes: change.changes,
        outcome: outcomeDigest(change),
      })),
  };
}

/** What one plan does that another does not, for people: one line an object, and one for each thing that is about all of
 * them. */
export function planDifferences(approved: ApprovedPlan, actual: ApprovedPlan): readonly string[] {
  const index = ({ changes }: ApprovedPlan) => new Map(changes.map((change) => [change.key, change]));
  const [before, now] = [index(approved), index(actual)];
  const names = [...new Set([...before.keys(), ...now.keys()])].sort();
  return [
    ...names.flatMap((name) => differenceOf(name, before.get(name), now.get(name)) ?? []),
    ...PARTS.flatMap(([part, text]) => (approved.parts[part] === actual.parts[part] ? [] : [text])),
  ];
}

const PARTS: readonly (readonly [keyof PlanParts, string])[] = [
  ['order', 'what waits for what, until when, or what follows on a failure is not what was approved'],
  ['inventories', 'the inventories that are written are not those that were approved'],
  ['unplanned', 'what cannot be planned is not what it was'],
];

function differenceOf(
  name: string,
  old: ApprovedChange | undefined,
  change: ApprovedChange | undefined,
): string | undefined {
  if (!old) return `${name}: ${shown(change!)} was not part of what was approved`;
  if (!change) return `${name}: ${shown(old)} was approved and is no longer needed`;
  if (old.outcome === change.outcome) return undefined;
  if (old.action !== change.action || old.because !== change.because)
    return `${name}: approved was ${shown(old)}, now it is ${shown(change)}`;
  const fields = differingFields(old.changes, change.changes);
  return fields.length > 0
    ? `${name}: ${old.action} of ${fields.join(', ')} is not as it was approved`
    : `${name}: ${shown(change)}, but of another object, content, setting or owner of a field than was approved`;
}

function shown({ action, because }: ApprovedChange): string {
  return because === '' ? action : `${action} (${because})`;
}

function differingFields(before: readonly FieldChange[], now: readonly FieldChange[]): readonly string[] {
  const index = (changes: readonly FieldChange[]) =>
    new Map(
      changes.map(({ path, before: from, after }) => [path, canonicalJson([from ?? null, after ?? null])]),
    );
  const [old, fields] = [index(before), index(now)];
  return [...new Set([...old.keys(), ...fields.keys()])].filter((path) => old.get(path) !== fields.get(path));
}
