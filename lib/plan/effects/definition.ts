/** What becomes of a custom kind, of its versions, and of what is stored of it. */
import type { JsonObject, JsonValue } from '../../objects/index.ts';
import { fieldOf, isMap, itemsOf, stringOf } from '../field-path.ts';
import { formatGroupKind } from '../live.ts';
import type { Effect } from '../plan.ts';
import type { Consequence } from './consequence.ts';
import { isRemoval } from './consequence.ts';

const SHOWN = 3;

export function changesDefinition(consequence: Consequence): readonly Effect[] {
  const { key, live, after } = consequence;
  if (formatGroupKind(key) !== 'CustomResourceDefinition.apiextensions.k8s.io') return [];
  if (isRemoval(consequence))
    return [{ kind: 'removes-crd', message: `removes the kind ${key.name} and every object of it` }];
  if (!live || !after) return [];
  const [before, now] = [versionsOf(live as JsonObject), versionsOf(after as JsonObject)]; // objects are JSON
  return [
    ...removedVersions(before, now, storedVersions(live as JsonObject)),
    ...storageMoves(before, now),
    ...droppedFields(before, now),
  ];
}

/** What an older definition cannot take back, for people.
 * @param from the definition that was in force
 * @param to the older one */
export function definitionLosses(from: JsonObject, to: JsonObject): readonly string[] {
  const [was, will] = [versionsOf(from), versionsOf(to)];
  const stored = storageOf(was);
  return [
    ...(stored !== undefined && stored !== storageOf(will)
      ? [
          will.has(stored)
            ? `objects that were written meanwhile stay stored as ${stored} until they are written again`
            : `objects that were written meanwhile are stored as ${stored}, which the older definition does not have: the server keeps it from being applied`,
        ]
      : []),
    ...droppedFields(was, will).map(({ message }) => message),
  ];
}

type Versions = ReadonlyMap<string, JsonObject>;

function versionsOf(definition: JsonObject): Versions {
  return new Map(
    itemsOf(definition, 'spec', 'versions').map((version) => [stringOf(version, 'name') ?? '', version]),
  );
}

/** Versions that objects may be stored in. */
function storedVersions(definition: JsonObject): readonly string[] {
  const stored = fieldOf(definition, 'status', 'storedVersions');
  return Array.isArray(stored) ? stored.filter((name) => typeof name === 'string') : [];
}

function removedVersions(before: Versions, now: Versions, stored: readonly string[]): readonly Effect[] {
  return [...before].flatMap(([name, version]) => {
    const next = now.get(name);
    if (!next) {
      const objects = stored.includes(name) ? ', which objects are stored in' : '';
      return [{ kind: 'removes-crd-version' as const, message: `removes version ${name}${objects}` }];
    }
    return version.served === true && next.served === false
      ? [{ kind: 'removes-crd-version' as const, message: `no longer serves version ${name}` }]
      : [];
  });
}

function storageMoves(before: Versions, now: Versions): readonly Effect[] {
  const [from, to] = [storageOf(before), storageOf(now)];
  if (from === undefined || to === undefined || from === to) return [];
  return [
    { kind: 'moves-crd-storage', message: `stores objects as ${to} from now on, no longer as ${from}` },
  ];
}

function storageOf(versions: Versions): string | undefined {
  return [...versions].find(([, version]) => version.storage === true)?.[0];
}

/** Fields that the API server takes out of objects when it next reads or writes them (apiextensions, "Field pruning"). */
function droppedFields(before: Versions, now: Versions): readonly Effect[] {
  return [...before].flatMap(([name, version]) => {
    const next = now.get(name);
    if (!next) return [];
    const kept = new Set(propertiesOf(schemaOf(next)));
    const keepsUnknown = [...kept].filter((path) => path.endsWith('*')).map((path) => path.slice(0, -1));
    const dropped = propertiesOf(schemaOf(version)).filter(
      (path) => !kept.has(path) && !keepsUnknown.some((prefix) => path.startsWith(prefix)),
    );
    if (dropped.length === 0) return [];
    const names = dropped.slice(0, SHOWN).join(', ');
    const more = dropped.length > SHOWN ? ` and ${dropped.length - SHOWN} more` : '';
    return [{ kind: 'touches-data' as const, message: `${name}: drops ${names}${more} from every object` }];
  });
}

function schemaOf(version: JsonObject): JsonValue | undefined {
  return fieldOf(version, 'schema', 'openAPIV3Schema');
}

/** Paths of the fields that a structural schema has, outermost first; `spec.any.*` where it keeps every other one. */
function propertiesOf(schema: JsonValue | undefined, at = ''): readonly string[] {
  if (!isMap(schema)) return [];
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true ? [`${at}*`] : [];
  const { properties, items, additionalProperties } = schema;
  const below = isMap(properties)
    ? Object.entries(properties).flatMap(([name, field]) => [
        `${at}${name}`,
        ...propertiesOf(field, `${at}${name}.`),
      ])
    : [];
  return [
    ...open,
    ...below,
    ...propertiesOf(items, at),
    ...(isMap(additionalProperties) ? propertiesOf(additionalProperties, at) : []),
  ];
}
