/** What is read of `ObjectMeta`, as the API server writes it in protobuf, with the numbers of its fields from apimachinery's
 * `meta/v1/generated.proto`. What comes out is what its JSON form says: the encoding writes empty texts and zeros, where JSON
 * leaves them out. */
import type { ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../../objects/index.ts';
import type { FieldSets } from './field-sets.ts';
import type { WireReader } from './wire.ts';

type Mutable<T> = { -readonly [name in keyof T]: T[name] };

export function readObjectMeta(reader: WireReader, fieldSets: FieldSets): ObjectMeta {
  const meta: Mutable<ObjectMeta> = { name: '' };
  const labels: Record<string, string> = {};
  const annotations: Record<string, string> = {};
  const finalizers: string[] = [];
  const ownerReferences: OwnerReference[] = [];
  const managedFields: ManagedFieldsEntry[] = [];
  reader.message((number) => {
    switch (number) {
      case 1:
        meta.name = reader.text();
        break;
      case 2:
        setText(meta, 'generateName', reader.text());
        break;
      case 3:
        setText(meta, 'namespace', reader.text());
        break;
      case 5:
        setText(meta, 'uid', reader.text());
        break;
      case 6:
        setText(meta, 'resourceVersion', reader.text());
        break;
      case 7: {
        const generation = reader.integer();
        if (generation !== 0) meta.generation = generation;
        break;
      }
      case 8:
        setText(meta, 'creationTimestamp', readTime(reader));
        break;
      case 9:
        setText(meta, 'deletionTimestamp', readTime(reader));
        break;
      case 11:
        readEntry(reader, labels);
        meta.labels = labels;
        break;
      case 12:
        readEntry(reader, annotations);
        meta.annotations = annotations;
        break;
      case 13:
        ownerReferences.push(readOwner(reader));
        meta.ownerReferences = ownerReferences;
        break;
      case 14:
        finalizers.push(reader.text());
        meta.finalizers = finalizers;
        break;
      case 17:
        managedFields.push(readManagedFields(reader, fieldSets));
        meta.managedFields = managedFields;
        break;
      default:
        reader.skip();
    }
  });
  return meta;
}

function setText<N extends string>(target: { [name in N]?: string }, name: N, text: string): void {
  if (text !== '') target[name] = text;
}

function readEntry(reader: WireReader, target: Record<string, string>): void {
  let name = '';
  let value = '';
  reader.message((number) => {
    if (number === 1) name = reader.text();
    else if (number === 2) value = reader.text();
    else reader.skip();
  });
  target[name] = value;
}

/** @returns RFC 3339, to the second; the empty string for no time at all */
function readTime(reader: WireReader): string {
  let seconds: number | undefined;
  reader.message((number) => {
    if (number === 1) seconds = reader.integer();
    else reader.skip();
  });
  return seconds === undefined ? '' : `${new Date(seconds * 1000).toISOString().slice(0, 19)}Z`;
}

function readOwner(reader: WireReader): OwnerReference {
  const owner: Mutable<OwnerReference> = { apiVersion: '', kind: '', name: '', uid: '' };
  reader.message((number) => {
    if (number === 1) owner.kind = reader.text();
    else if (number === 3) owner.name = reader.text();
    else if (number === 4) owner.uid = reader.text();
    else if (number === 5) owner.apiVersion = reader.text();
    else if (number === 6) owner.controller = reader.integer() !== 0;
    else if (number === 7) owner.blockOwnerDeletion = reader.integer() !== 0;
    else reader.skip();
  });
  return owner;
}

function readManagedFields(reader: WireReader, fieldSets: FieldSets): ManagedFieldsEntry {
  const entry: Mutable<ManagedFieldsEntry> = {
    manager: '',
    operation: 'Update',
    apiVersion: '',
    fieldsType: 'FieldsV1',
    fieldsV1: {},
  };
  reader.message((number) => {
    if (number === 1) entry.manager = reader.text();
    else if (number === 2) entry.operation = reader.text() === 'Apply' ? 'Apply' : 'Update';
    else if (number === 3) entry.apiVersion = reader.text();
    else if (number === 4) setText(entry, 'time', readTime(reader));
    else if (number === 7) {
      reader.message((field) => {
        if (field === 1) entry.fieldsV1 = fieldSets.read(reader.text());
        else reader.skip();
      });
    } else if (number === 8) setText(entry, 'subresource', reader.text());
    else reader.skip();
  });
  return entry;
}
