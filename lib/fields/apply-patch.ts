/** Server-side apply. */
import type { KubernetesObject } from '../objects/index.ts';
import { TruekeelError } from '../objects/index.ts';
import type { Conflict } from './conflict.ts';
import { ownedByLastApplied, updateLastApplied } from './last-applied.ts';
import { type ManagerKey, ManagerSet } from './managers.ts';
import {
  asJson,
  emptyObject,
  type ManagedRequest,
  stripMetadata,
  timeOf,
  withManagedFields,
  withoutManagedFields,
  zeroObject,
} from './request.ts';
import { KEEP_ALL } from './reset-fields.ts';
import { trackUpdate } from './update.ts';
import { type Applied, applyConfiguration, SAME_FIELDS } from './updater.ts';
import { assertValid } from './validate.ts';

export interface ApplyRequest extends ManagedRequest {
  /** The live object in the version of the configuration, with its managedFields; undefined when the apply
   * creates it. */
  readonly live: KubernetesObject | undefined;
  /** What the manager wants to own, without managedFields. */
  readonly config: KubernetesObject;
  /** Takes conflicting fields from their managers. */
  readonly force?: boolean;
}

export type ApplyResult =
  | {
      readonly conflicts?: undefined;
      /** The merged object with its new managedFields. Defaults are still to be set; nobody owns them. */
      readonly object: KubernetesObject;
      readonly managers: ManagerSet;
      /** Whether anything but managedFields differs from the live object. */
      readonly changed: boolean;
    }
  | {
      /** At least one. Nothing is applied. */
      readonly conflicts: readonly Conflict[];
    };

/** Merges a configuration into the live object as a kube-apiserver does (apimachinery `managedfields`,
 * structured-merge-diff `merge`): fields that only this manager had applied and now leaves out are removed,
 * fields that others own with another value are conflicts.
 * @throws FieldErrors when an object does not have the form of the schema
 * @throws TruekeelError `MANAGED_FIELDS_IN_CONFIG`, `INVALID_MANAGED_FIELDS` */
export function applyPatch(request: ApplyRequest): ApplyResult {
  const { config, schema } = request;
  if ('managedFields' in config.metadata && config.metadata.managedFields !== undefined)
    throw new TruekeelError('metadata.managedFields must be nil', {
      code: 'MANAGED_FIELDS_IN_CONFIG',
      family: 'validation',
      hint: 'Remove metadata.managedFields from what is applied.',
    });
  const manager: ManagerKey = {
    manager: request.manager === '' ? 'unknown' : request.manager,
    operation: 'Apply',
    apiVersion: config.apiVersion,
    subresource: request.subresource ?? '',
  };
  const live = withoutManagedFields(request.live ?? emptyObject(config));
  const decoded = ManagerSet.decode(request.live?.metadata?.managedFields);
  // An object from before managedFields: what it holds belongs to whoever wrote it.
  const managers =
    decoded.isEmpty() && request.live !== undefined
      ? trackUpdate({
          ...request,
          manager: 'before-first-apply',
          live: zeroObject(config, schema),
          updated: live,
          managers: decoded,
        })
      : decoded;
  assertValid(asJson(config), schema, { duplicates: 'refuse' });
  assertValid(asJson(live), schema, { duplicates: 'allow' });

  const apply = (force: boolean): Applied | readonly Conflict[] =>
    applyConfiguration(
      { value: asJson(config), schema },
      {
        live: { value: asJson(live), schema },
        managers,
        manager,
        force,
        filter: request.filter ?? KEEP_ALL,
        converter: request.converter ?? SAME_FIELDS,
      },
    );
  const tried = apply(request.force ?? false);
  const applied = isApplied(tried) ? tried : retryForKubectl(tried, request, live, apply);
  if (!isApplied(applied)) return { conflicts: applied };

  const entry = applied.managers.get(manager);
  const stripped = stripMetadata(applied.managers, manager);
  const timed =
    applied.changed && entry !== undefined && stripped.get(manager) !== undefined
      ? stripped.with({ ...stripped.get(manager)!, time: timeOf(request.now) })
      : stripped;
  // Merging a valid configuration into a valid object gives an object of the kind.
  const merged = (applied.changed ? applied.object.value : live) as unknown as KubernetesObject;
  const object = request.manager === 'kubectl' ? updateLastApplied(merged, config) : merged;
  return { object: withManagedFields(object, timed), managers: timed, changed: applied.changed };
}

function isApplied(result: Applied | readonly Conflict[]): result is Applied {
  return !Array.isArray(result);
}

/** Whoever goes from client-side to server-side apply with kubectl shall not have conflicts with the former
 * self: what the last-applied annotation says, and the live object still has, may be taken. */
function retryForKubectl(
  conflicts: readonly Conflict[],
  request: ApplyRequest,
  live: KubernetesObject,
  apply: (force: boolean) => Applied | readonly Conflict[],
): Applied | readonly Conflict[] {
  if (request.manager !== 'kubectl') return conflicts;
  const allowed = ownedByLastApplied(live, request.config.apiVersion, request.schema);
  if (allowed === undefined) return conflicts;
  const others = conflicts.filter(({ path }) => !allowed.has(path));
  return others.length > 0 ? others : apply(true);
}
