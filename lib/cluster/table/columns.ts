/** The columns of each kind's table. */
import type { KubernetesObject } from '../../objects/index.ts';
import type { Resource } from '../resources/resource.ts';
import { age } from './age.ts';
import type { Column } from './table.ts';

const NAME: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description:
    'Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request the generation of an appropriate name automatically.',
  value: (object) => object.metadata.name,
};

const AGE: Column = {
  name: 'Age',
  type: 'string',
  description: 'CreationTimestamp is a timestamp representing the server time when this object was created.',
  value: (object, now) => age(object.metadata.creationTimestamp, now),
};

const CREATED_AT: Column = {
  name: 'Created At',
  type: 'date',
  value: (object) => object.metadata.creationTimestamp ?? '',
};

export function columnsOf(_resource: Resource): readonly Column[] {
  return [NAME, AGE, CREATED_AT].slice(0, 2);
}

export type Cell = (object: KubernetesObject) => string | number;
