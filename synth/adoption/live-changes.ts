/** What is live and not as it is rendered, because somebody changed it. */
import {
  compareText,
  type DesiredObject,
  FIELD_MANAGER,
  type KubernetesObject,
  type ObjectKey,
} from '../../lib/objects/index.ts';
import {
  type Difference,
  differences,
  type FieldPath,
  foreignEntries,
  formatPath,
  holds,
  isLastApplied,
  isPeoplesTool,
  ownEntry,
} from '../../lib/plan/index.ts';
import { isSecretName } from '../../lib/policy/index.ts';
import { type AskedField, addressesOf, isAsked } from './asked-fields.ts';
import type { LeftField, Wish, Writer } from './wish.ts';

export interface LiveChanges {
  readonly wishes: readonly Wish[];
  readonly left: readonly LeftField[];
}

/** @param live with its managedFields
 * @param fields those that were asked for, with what is below them; when none were, those that we own and that nobody's
 * controller holds */
export function liveChanges(
  application: string,
  desired: DesiredObject,
  rendered: KubernetesObject,
  live: KubernetesObject,
  fields: readonly AskedField[],
): LiveChanges {
  const { key, constructPath, source } = desired;
  const wishes: Wish[] = [];
  const left: LeftField[] = [];
  const own = ownEntry(live.metadata);
  const addresses = addressesOf(fields, [live, rendered]);
  for (const difference of differences(rendered, live)) {
    const { path, before, after } = difference;
    const field = formatPath(path);
    if (isLastApplied(path)) continue;
    const asked = fields.length > 0;
    if (asked && !isAsked(path, addresses)) continue;
    // What we hold is not as it is rendered because that was not applied yet.
    if (own && holds(own.fieldsV1, path)) continue;
    const writer = writerOf(live, path);
    const because = whyNot(difference, desired, writer, asked);
    if (because === 'nobody’s change') continue;
    if (because !== undefined) {
      left.push({ key, field, because });
      continue;
    }
    wishes.push({
      application,
      key,
      path,
      field,
      before,
      after,
      ...(writer && { writer }),
      ...(constructPath !== undefined && { constructPath }),
      ...(source && { source }),
    });
  }
  return { wishes, left };
}

/** Why a difference is not adopted; `nobody’s change`: and is not worth telling. */
function whyNot(
  { path, before, after }: Difference,
  { key }: DesiredObject,
  writer: Writer | undefined,
  asked: boolean,
): string | undefined {
  const [first] = path;
  if (key.group === '' && key.kind === 'Secret' && first && 'field' in first && first.field !== 'metadata')
    return 'values of Secrets are not written into programs: seal them anew with `truekeel secret`';
  if (writer?.manager === FIELD_MANAGER) return 'nobody’s change';
  if (after !== undefined && isOfSecret(key, path))
    return 'its name says that it is kept secret, and what is in Git is not: use a sealed Secret';
  if (asked) return undefined;
  const byPerson = writer !== undefined && isPeoplesTool(writer.manager);
  if (before === undefined)
    return byPerson
      ? `${writer.manager} added it, and the program does not set it: adopt it with --field`
      : 'nobody’s change';
  if (writer && !byPerson) return `${writer.manager} holds it, a controller: adopt it with --field`;
  return undefined;
}

/** A variable of a container, or an entry of a ConfigMap, that is called like something secret. */
function isOfSecret({ group, kind }: ObjectKey, path: FieldPath): boolean {
  return path.some((step, depth) => {
    if ('key' in step) return typeof step.key.name === 'string' && isSecretName(step.key.name);
    return group === '' && kind === 'ConfigMap' && depth === 1 && 'field' in step && isSecretName(step.field);
  });
}

/** The one that wrote last of those that hold a field, or something that it is in. */
function writerOf({ metadata }: KubernetesObject, path: FieldPath): Writer | undefined {
  const [last] = foreignEntries(metadata)
    .filter(({ fieldsV1, subresource }) => subresource !== 'status' && holds(fieldsV1, path))
    .toSorted((a, b) => compareText(b.time ?? '', a.time ?? ''));
  if (!last) return undefined;
  const { manager, operation, subresource, time } = last;
  return {
    manager,
    operation,
    ...(subresource !== undefined && { subresource }),
    ...(time !== undefined && { time }),
  };
}
