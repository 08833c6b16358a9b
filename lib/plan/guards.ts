/** What a plan must not do without somebody's recorded approval. Pure. */
import { counted, type DeleteLimits, formatKey, type ObjectKey } from '../objects/index.ts';
import { formatGroupKind } from './live.ts';
import type { Approval, ApprovedRefusal, GuardRefusal, PlannedChange } from './plan.ts';

/** More deletes than this in one application need an approval. The share counts once more than {@link SMALL} are deleted. */
const DEFAULT_LIMITS: Required<DeleteLimits> = { maxDeletes: 10, maxDeleteShare: 0.5 };

/** So few deletes are never refused for being many of few. */
const SMALL = 3;

/** Kinds whose deletion takes other objects or stored data along. */
const PROTECTED_KINDS: ReadonlySet<string> = new Set([
  'Namespace',
  'PersistentVolume',
  'PersistentVolumeClaim',
  'CustomResourceDefinition.apiextensions.k8s.io',
]);

export interface ApplicationSituation {
  readonly name: string;
  /** Whether the environment still has it. */
  readonly desired: boolean;
  /** Objects that the program gives it. */
  readonly desiredCount: number;
  /** Objects of it that are in the cluster. */
  readonly liveCount: number;
  /** What its program says of it. */
  readonly limits?: DeleteLimits;
}

/** @param limits of the one who plans; they come before those of an application
 * @param isProtected objects whose setting is `prune: protect` */
export function guard(
  applications: readonly ApplicationSituation[],
  changes: readonly PlannedChange[],
  limits: DeleteLimits,
  isProtected: (key: ObjectKey) => boolean,
): readonly GuardRefusal[] {
  const deletes = changes.filter(({ action }) => action === 'delete');
  const byApplication = Map.groupBy(deletes, ({ application }) => application);
  const emptyEnvironment = applications.every(({ desiredCount }) => desiredCount === 0);
  return [
    ...applications.flatMap((application) => {
      const keys = (byApplication.get(application.name) ?? []).map(({ key }) => key);
      return keys.length === 0 ? [] : guardApplication(application, keys, limits, emptyEnvironment);
    }),
    ...guardProtected(changes, isProtected),
  ];
}

function guardApplication(
  { name, desired, desiredCount, liveCount, limits }: ApplicationSituation,
  keys: readonly ObjectKey[],
  asked: DeleteLimits,
  emptyEnvironment: boolean,
): readonly GuardRefusal[] {
  const { maxDeletes, maxDeleteShare } = { ...DEFAULT_LIMITS, ...limits, ...asked };
  const objects = counted(keys.length, 'object');
  if (desiredCount === 0 && (desired || emptyEnvironment)) {
    return [
      {
        code: 'EMPTY_RENDER',
        application: name,
        message: `application ${name} rendered to nothing; that would delete its ${objects}`,
        keys,
      },
    ];
  }
  if (!desired) {
    return [
      {
        code: 'MISSING_APPLICATION',
        application: name,
        message: `application ${name} is no longer in the program; that would delete its ${objects}`,
        keys,
      },
    ];
  }
  const tooManyShare = keys.length > SMALL && keys.length > liveCount * maxDeleteShare;
  if (keys.length > maxDeletes || tooManyShare) {
    return [
      {
        code: 'TOO_MANY_DELETES',
        application: name,
        message: `${objects} of the ${liveCount} of application ${name} would be deleted`,
        keys,
      },
    ];
  }
  return [];
}

function guardProtected(
  changes: readonly PlannedChange[],
  isProtected: (key: ObjectKey) => boolean,
): readonly GuardRefusal[] {
  return changes.flatMap(({ application, key, action, live }) => {
    const removes = action === 'delete' || (action === 'replace' && live !== undefined);
    if (!removes || live?.isBeingDeleted) return [];
    const kind = PROTECTED_KINDS.has(formatGroupKind(key));
    if (!kind && !isProtected(key)) return [];
    const why = kind
      ? `deleting a ${key.kind} deletes more than the object`
      : 'its setting is prune: protect';
    return [
      {
        code: 'PROTECTED_OBJECT' as const,
        application,
        message: `${formatKey(key)} would be deleted; ${why}`,
        keys: [key],
      },
    ];
  });
}

/** What is still refused once some approvals are given, and what they let pass. */
export function weighApprovals(
  refusals: readonly GuardRefusal[],
  approvals: readonly Approval[],
): { readonly refused: readonly GuardRefusal[]; readonly approved: readonly ApprovedRefusal[] } {
  const refused: GuardRefusal[] = [];
  const approved: ApprovedRefusal[] = [];
  for (const refusal of refusals) {
    const given = approvals.filter(({ code }) => code === refusal.code);
    const byApproval = Map.groupBy(refusal.keys, (key) =>
      given.find(({ keys }) => keys?.includes(formatKey(key)) ?? true),
    );
    for (const [approval, keys] of byApproval) {
      if (!approval) refused.push({ ...refusal, keys });
      else approved.push({ ...refusal, keys, ...(approval.by !== undefined && { by: approval.by }) });
    }
  }
  return { refused, approved };
}
