import type { KubernetesObject } from '../../objects/index.ts';
import { age } from './age.ts';
import type { Column } from './table.ts';

export const NAME_DESCRIPTION =
  'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names';

const CREATION_DESCRIPTION =
  'CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata';

export const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: NAME_DESCRIPTION,
  value: (object) => object.metadata.name,
};

export const AGE: Column = {
  name: 'Age',
  type: 'string',
  description: CREATION_DESCRIPTION,
  value: (object, now) => age(object.metadata.creationTimestamp, now),
};

export const CREATED_AT: Column = {
  name: 'Created At',
  type: 'date',
  description: CREATION_DESCRIPTION,
  value: (object) => object.metadata.creationTimestamp ?? null,
};

/** A column of text; what it shows is never empty. */
export function text(
  name: string,
  value: (object: KubernetesObject, now: Date) => unknown,
  priority = 0,
): Column {
  return {
    name,
    type: 'string',
    priority,
    value: (object, now) => {
      const shown = value(object, now);
      return shown === undefined || shown === null || shown === '' ? '<none>' : String(shown);
    },
  };
}

/** A column of whole numbers; absent is 0. */
export function count(name: string, value: (object: KubernetesObject) => unknown, priority = 0): Column {
  return { name, type: 'integer', priority, value: (object) => Number(value(object) ?? 0) };
}

/** Shown with `-o wide` only. */
export const WIDE = 1;

/** A selector as `app=web,tier in (a,b)`. */
export function selectorText(selector: KubernetesObject['spec']): string {
  const labels = Object.entries((selector?.matchLabels ?? {}) as Readonly<Record<string, string>>).map(
    ([key, value]) => `${key}=${value}`,
  );
  const expressions = (
    (selector?.matchExpressions ?? []) as readonly { key: string; operator: string; values?: string[] }[]
  ).map(({ key, operator, values = [] }) => {
    if (operator === 'Exists') return key;
    if (operator === 'DoesNotExist') return `!${key}`;
    return `${key} ${operator.toLowerCase()} (${values.join(',')})`;
  });
  return [...labels, ...expressions].join(',');
}
