/** The fields in which two states of one object differ. */
import type { JsonObject, JsonValue, KubernetesObject } from '../objects/index.ts';
import { canonicalJson, compareText } from '../objects/index.ts';
import type { FieldPath, PathStep } from './field-path.ts';
import { formatPath, isMap } from './field-path.ts';
import { withoutMarks } from './identity.ts';
import { keyFields, keyText } from './list-keys.ts';
import { foreignEntries, holds } from './managed-fields.ts';
import type { FieldChange } from './plan.ts';

/** Members of metadata that say nothing about what was asked for. */
const NOISE: ReadonlySet<string> = new Set([
  'creationTimestamp',
  'generation',
  'managedFields',
  'resourceVersion',
  'selfLink',
  'uid',
]);

/** Whether a difference is shown, by its path and what is there afterwards. */
export type IsShown = (path: FieldPath, after: JsonValue | undefined) => boolean;
/** An annotation that the server counts up with every change of a DaemonSet's template (registry/apps/daemonset, strategy). */
const COUNTED = 'deprecated.daemonset.template.generation';

/** A field in which two states differ. */
export interface Difference {
  readonly path: FieldPath;
  /** Absent when it is not there. */
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** @returns differences in the order of their paths; status, our own marks and what servers count left out */
export function differences(before: KubernetesObject, after: KubernetesObject): readonly Difference[] {
  const found: Difference[] = [];
  diffValues(comparable(before), comparable(after), [], (path, old, now) =>
    found.push({ path, before: old, after: now }),
  );
  return found;
}

/** @param live with managedFields, so that each change names who wrote the live value
 * @returns changes in the order of their paths; status and our own marks left out */
export function diffObjects(
  live: KubernetesObject,
  after: KubernetesObject,
  isShown: IsShown = () => true,
): readonly FieldChange[] {
  const others = foreignEntries(live.metadata);
  const shown = differences(live, after).filter((change) => isShown(change.path, change.after));
  return shown.map(({ path, before, after: now }) => {
    const manager = others.find((entry) => !isLastApplied(path) && holds(entry.fieldsV1, path))?.manager;
    return {
      path: formatPath(path),
      ...(before !== undefined && { before }),
      ...(now !== undefined && { after: now }),
      ...(manager !== undefined && before !== undefined && { manager }),
    };
  });
}

/** kubectl's copy of the last manifest: bookkeeping, and not of one field. */
export function isLastApplied(path: FieldPath): boolean {
  const step = path.at(-1);
  return (
    step !== undefined && 'field' in step && step.field === 'kubectl.kubernetes.io/last-applied-configuration'
  );
}

function comparable({ status, metadata, ...rest }: KubernetesObject): JsonObject {
  void status;
  const fields = Object.entries(metadata as unknown as JsonObject).filter(([name]) => !NOISE.has(name));
  const kept = fields.map(([name, value]) =>
    (name === 'labels' || name === 'annotations') && isMap(value)
      ? [name, withoutCounted(withoutMarks(value))]
      : [name, value],
  );
  // Fields of an object read from JSON are JSON.
  return { ...(rest as unknown as JsonObject), metadata: Object.fromEntries(kept) as JsonObject };
}

function withoutCounted({ [COUNTED]: _, ...values }: JsonObject): JsonObject {
  return values;
}

type Report = (path: FieldPath, before: JsonValue | undefined, after: JsonValue | undefined) => void;

function diffValues(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  path: FieldPath,
  report: Report,
): void {
  if (before === after) return;
  if (isMap(before) && isMap(after)) {
    // Sorted: in which order an object has its fields depends on who wrote it out.
    for (const field of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(compareText)) {
      diffValues(before[field], after[field], [...path, { field }], report);
    }
  } else if (Array.isArray(before) && Array.isArray(after)) {
    diffLists(before, after, path, report);
  } else if (before === undefined || after === undefined) {
    // One row for each field of a map that comes or goes would bury the others.
    if (!isEmpty(before) || !isEmpty(after)) report(path, before, after);
  } else if (canonicalJson(before) !== canonicalJson(after)) {
    report(path, before, after);
  }
}

function isEmpty(value: JsonValue | undefined): boolean {
  return value === undefined || (isMap(value) && Object.keys(value).length === 0);
}

function diffLists(
  before: readonly JsonValue[],
  after: readonly JsonValue[],
  path: FieldPath,
  report: Report,
): void {
  if (canonicalJson(before) === canonicalJson(after)) return;
  const keys = keyFields(before, after);
  if (!keys) {
    report(path, before, after);
    return;
  }
  const index = (list: readonly JsonValue[]) => new Map(list.map((item) => [keyText(item, keys), item]));
  const [old, now] = [index(before), index(after)];
  for (const name of new Set([...old.keys(), ...now.keys()])) {
    const item = old.get(name) ?? now.get(name)!;
    const step: PathStep = { key: Object.fromEntries(keys.map((key) => [key, (item as JsonObject)[key]])) };
    diffValues(old.get(name), now.get(name), [...path, step], report);
  }
}
