/** Says what adopting an object changes beyond what the program says: fields of the manifest that it came from, and that
 * the program does not have, go. No dry run shows that, since they are not ours yet. */
import type { KubeClient } from '../kube/index.ts';
import type { JsonObject, KubernetesObject, ObjectKey } from '../objects/index.ts';
import { entriesToMove } from './adoption.ts';
import { withoutYielded } from './conflicts.ts';
import type { Detail } from './detail.ts';
import { diffObjects, isLastApplied } from './diff.ts';
import type { FieldPath } from './field-path.ts';
import { replacedAt, valueAt, without } from './field-path.ts';
import { freshObject } from './fresh.ts';
import { heldFields, holds } from './managed-fields.ts';
import { maskChanges } from './mask.ts';

/** @param detail of the apply alone
 * @param object what would be sent */
export async function withMovedFields(
  client: KubeClient,
  key: ObjectKey,
  detail: Detail,
  object: KubernetesObject,
): Promise<Detail> {
  const { live, after, conflicts } = detail;
  if (detail.action !== 'same' || !live || !after) return detail;
  const sent = withoutYielded(object, conflicts);
  const given = givenUp(live, sent);
  if (given.length === 0) return detail;
  const told = given.filter((path) => !isLastApplied(path));
  const fresh = told.length > 0 ? await freshObject(client, sent) : undefined;
  // Objects that were read are JSON.
  const left = given.reduce(
    (rest, path) => {
      const byDefault = fresh && valueAt(fresh as JsonObject, path);
      return byDefault === undefined ? without(rest, [path]) : replacedAt(rest, path, byDefault);
    },
    after as unknown as JsonObject,
  ) as unknown as KubernetesObject;
  const changes = diffObjects(live, left, (path) => !isLastApplied(path));
  return { ...detail, after: left, changes: maskChanges(key, changes) };
}

/** Fields of the manifest that neither the program nor anybody else has. */
function givenUp(live: KubernetesObject, sent: KubernetesObject): readonly FieldPath[] {
  const moved = entriesToMove(live.metadata);
  const others = (live.metadata.managedFields ?? []).filter((entry) => !moved.includes(entry));
  const byText = new Map(
    moved.flatMap(({ fieldsV1 }) =>
      heldFields(live as JsonObject, fieldsV1).map((path) => [JSON.stringify(path), path] as const),
    ),
  );
  const given = [...byText.values()].filter(
    (path) =>
      valueAt(sent as JsonObject, path) === undefined &&
      !others.some(({ fieldsV1 }) => holds(fieldsV1, path)),
  );
  // The fields that an item is found by go last.
  return [...given.filter((path) => !isKeyField(path)), ...given.filter(isKeyField)];
}

function isKeyField(path: FieldPath): boolean {
  const [item, last] = path.slice(-2);
  return (
    item !== undefined && last !== undefined && 'key' in item && 'field' in last && last.field in item.key
  );
}
