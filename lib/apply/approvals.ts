/** Records who let something pass that a guard refused: on the inventory, so that it is found later, and in the result. */
import type { KubeClient } from '../kube/index.ts';
import type { JsonObject, JsonValue, ObjectKey } from '../objects/index.ts';
import { compareText, formatKey } from '../objects/index.ts';
import type { ApprovedRefusal, GuardCode, Plan, PlannedInventory } from '../plan/index.ts';

/** The code of the record that the plan of a release, approved where it was reviewed, was begun. */
export const BEGUN = 'PLAN';

/** One approval, as it was used. */
export interface RecordedApproval {
  readonly code: GuardCode | typeof BEGUN;
  readonly application: string;
  readonly keys: readonly ObjectKey[];
  /** Who approved: as the approval says, else the user that the API server takes us for. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** Of the plan that it was used for. */
  readonly planDigest: string;
}

/** So many are kept on an inventory, and so many keys of each: the record does not grow with the application. */
const KEPT = 10;
const KEPT_KEYS = 20;

/** @param record what is recorded already; what cannot be read is given up */
export function addToRecord(record: string | undefined, approvals: readonly RecordedApproval[]): string {
  const added = approvals.map(
    ({ keys, planDigest, ...approval }): JsonValue => ({
      ...approval,
      plan: planDigest,
      objects: keys.length,
      keys: keys.slice(0, KEPT_KEYS).map(formatKey),
    }),
  );
  // Of the plans of releases, the last that was begun says it all.
  const isPlan = approvals.some(({ code }) => code === BEGUN);
  const before = entriesOf(record).filter((entry) => !(isPlan && codeOf(entry) === BEGUN));
  return JSON.stringify([...added, ...before].slice(0, KEPT));
}

/** Whether a record says that the plan of a release was begun. */
export function isBegun(record: string | undefined, planDigest: string): boolean {
  return entriesOf(record).some(
    (entry) => codeOf(entry) === BEGUN && isObject(entry) && entry.plan === planDigest,
  );
}

function codeOf(entry: JsonValue): JsonValue | undefined {
  return isObject(entry) ? entry.code : undefined;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function entriesOf(record: string | undefined): readonly JsonValue[] {
  try {
    const entries: unknown = JSON.parse(record ?? '[]');
    return Array.isArray(entries) ? entries : [];
  } catch {
    return [];
  }
}

/** @param by who approves where the approval does not say */
export function recordsOf(
  approved: readonly ApprovedRefusal[],
  { by, at, planDigest }: Pick<RecordedApproval, 'by' | 'at' | 'planDigest'>,
): readonly RecordedApproval[] {
  return approved.map(({ code, application, keys, by: approver = by }) => ({
    code,
    application,
    keys,
    by: approver,
    at,
    planDigest,
  }));
}

/** Which inventory keeps the record of an application: its own; when that goes with the application, one that stays.
 * undefined: there is none to write it on. */
export function keeperOf(application: string, { inventories }: Plan): PlannedInventory | undefined {
  const there = inventories.filter(({ live, isLost }) => live !== undefined || isLost);
  const own = there.filter((inventory) => inventory.application === application);
  const staying = there.filter(({ leaving }) => !leaving);
  const others = staying.sort((a, b) => compareText(a.application, b.application));
  return own.find(({ leaving }) => !leaving) ?? others[0] ?? own[0];
}

const REVIEW_PATH = '/apis/authentication.k8s.io/v1/selfsubjectreviews';

/** The name of the user that the API server takes us for; `unknown` where it does not say (before Kubernetes 1.28). */
export async function whoWeAre(client: KubeClient): Promise<string> {
  const { status, body } = await client.raw({
    method: 'POST',
    path: REVIEW_PATH,
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify({ apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }),
  });
  if (status !== 201) return 'unknown';
  const answer = JSON.parse(body) as { status?: { userInfo?: { username?: string } } }; // as the API defines it
  return answer.status?.userInfo?.username ?? 'unknown';
}
