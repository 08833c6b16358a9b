/** Short ways to apply and write Widgets. */
import {
  type ApplyResult,
  applyPatch,
  formatConflicts,
  formatPath,
  ManagerSet,
  schemaFromStructural,
  update,
} from '../../lib/fields/index.ts';
import type { JsonObject, KubernetesObject } from '../../lib/objects/index.ts';
import { WIDGET_SCHEMA } from './kinds.ts';

export const schema = schemaFromStructural(WIDGET_SCHEMA);
export const EARLY = new Date('2026-01-01T00:00:00.500Z');
export const LATE = new Date('2026-01-02T00:00:00Z');

export function object(content: JsonObject): KubernetesObject {
  const metadata = content.metadata as JsonObject | undefined;
  return {
    ...content,
    apiVersion: 'example.dev/v1',
    kind: 'Widget',
    metadata: { ...metadata, name: 'w' },
  } as KubernetesObject;
}
export const withSpec = (spec: JsonObject): KubernetesObject => object({ spec });

export interface Step {
  readonly live?: KubernetesObject | undefined;
  readonly now?: Date;
  readonly force?: boolean;
}

export function tryApply(
  manager: string,
  config: KubernetesObject,
  { live, now = EARLY, force = false }: Step = {},
): ApplyResult {
  return applyPatch({ live, config, schema, manager, now, force });
}

export function apply(manager: string, config: KubernetesObject, step: Step = {}): KubernetesObject {
  const result = tryApply(manager, config, step);
  if (result.conflicts !== undefined) throw new Error(formatConflicts(result.conflicts));
  return result.object;
}

export function write(
  manager: string,
  updated: KubernetesObject,
  { live, now = EARLY }: Step = {},
): KubernetesObject {
  return update({ live, updated, schema, manager, now }).object;
}

/** Who owns what: `name operation` to paths. */
export function owners({ metadata }: KubernetesObject): Record<string, readonly string[]> {
  return Object.fromEntries(
    ManagerSet.decode(metadata.managedFields)
      .all()
      .map(({ manager, operation, subresource, fields }) => [
        `${manager} ${operation}${subresource === '' ? '' : ` ${subresource}`}`,
        fields.paths().map(formatPath).sort(),
      ]),
  );
}
