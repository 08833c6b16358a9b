import { describe, expect, it } from 'vitest';
import { FieldSets, readMetadata, readMetadataList } from './index.ts';

/** A field whose content begins with its length. */
const field = (number: number, ...content: readonly (Buffer | string)[]): Buffer => {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
};
const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    bytes.push(rest < 128 ? rest : (rest % 128) + 128);
    if (rest < 128) return Buffer.from(bytes);
  }
};
const number = (at: number, value: number): Buffer => Buffer.concat([varint(at * 8), varint(value)]);
const time = (seconds: number): Buffer => Buffer.concat([number(1, seconds), number(2, 0)]);
const envelope = (kind: string, ...content: readonly Buffer[]): Buffer =>
  Buffer.concat([
    Buffer.from('k8s\0'),
    field(1, field(1, 'meta.k8s.io/v1'), field(2, kind)),
    field(2, ...content),
    field(3, ''),
    field(4, ''),
  ]);

const held = '{"f:metadata":{"f:labels":{"f:app":{}}}}';
const everything = field(
  1,
  field(1, 'web'),
  field(2, ''), // generateName and selfLink, which are written even when they are empty
  field(3, 'shop'),
  field(4, ''),
  field(5, 'uid-1'),
  field(6, '4711'),
  number(7, 2 ** 40 + 1),
  field(8, time(1_767_225_600)),
  field(9, time(1_767_225_661)),
  number(10, 30),
  field(11, field(1, 'app'), field(2, 'wäb')),
  field(11, field(1, 'empty'), field(2, '')),
  field(12, field(1, 'note'), field(2, 'x'.repeat(300))),
  field(
    13,
    field(1, 'ReplicaSet'),
    field(3, 'web'),
    field(4, 'uid-0'),
    field(5, 'apps/v1'),
    number(6, 1),
    number(7, 0),
  ),
  field(14, 'kubernetes.io/pvc-protection'),
  field(
    17,
    field(1, 'truekeel'),
    field(2, 'Apply'),
    field(3, 'v1'),
    field(4, time(1_767_225_600)),
    field(6, 'FieldsV1'),
    field(7, field(1, held)),
    field(8, ''),
  ),
  field(
    17,
    field(1, 'kubelet'),
    field(2, 'Update'),
    field(3, 'v1'),
    field(6, 'FieldsV1'),
    field(7, field(1, held)),
    field(8, 'status'),
  ),
  // What a later release may add, in every wire type.
  field(90, 'text'),
  number(91, 300),
  Buffer.concat([varint(92 * 8 + 1), Buffer.alloc(8)]),
  Buffer.concat([varint(93 * 8 + 5), Buffer.alloc(4)]),
);

describe('metadata in protobuf', () => {
  it('is what its JSON form says', () => {
    expect(readMetadata(envelope('PartialObjectMetadata', everything), new FieldSets())).toEqual({
      metadata: {
        name: 'web',
        namespace: 'shop',
        uid: 'uid-1',
        resourceVersion: '4711',
        generation: 2 ** 40 + 1,
        creationTimestamp: '2026-01-01T00:00:00Z',
        deletionTimestamp: '2026-01-01T00:01:01Z',
        labels: { app: 'wäb', empty: '' },
        annotations: { note: 'x'.repeat(300) },
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            name: 'web',
            uid: 'uid-0',
            controller: true,
            blockOwnerDeletion: false,
          },
        ],
        finalizers: ['kubernetes.io/pvc-protection'],
        managedFields: [
          {
            manager: 'truekeel',
            operation: 'Apply',
            apiVersion: 'v1',
            time: '2026-01-01T00:00:00Z',
            fieldsType: 'FieldsV1',
            fieldsV1: JSON.parse(held),
          },
          {
            manager: 'kubelet',
            operation: 'Update',
            apiVersion: 'v1',
            fieldsType: 'FieldsV1',
            fieldsV1: JSON.parse(held),
            subresource: 'status',
          },
        ],
      },
    });
  });

  it('comes in lists, and equal sets of fields are one value', () => {
    const list = readMetadataList(
      envelope(
        'PartialObjectMetadataList',
        field(1, field(1, ''), field(2, '99'), field(3, 'token'), number(4, 7)),
        field(2, everything),
        field(2, field(1, field(1, 'bare'))),
        field(2, everything),
      ),
      new FieldSets(),
    );
    expect(list.metadata).toEqual({ resourceVersion: '99', continue: 'token' });
    expect(list.items.map(({ metadata }) => metadata.name)).toEqual(['web', 'bare', 'web']);
    expect(list.items[1]).toEqual({ metadata: { name: 'bare' } });
    const [first, , last] = list.items.map(({ metadata }) => metadata.managedFields?.[0]?.fieldsV1);
    expect(first).toBe(last);
  });

  it('is refused wherever it is cut off', () => {
    const whole = envelope('PartialObjectMetadata', everything);
    const content = whole.length - field(3, '').length - field(4, '').length;
    for (let length = 0; length < content; length += 1)
      expect(() => readMetadata(whole.subarray(0, length), new FieldSets())).toThrow();
  });

  it('is refused when it is something else', () => {
    expect(() => readMetadata(Buffer.from('{"kind":"Status"}'), new FieldSets())).toThrow('does not begin');
    expect(() =>
      readMetadata(envelope('PartialObjectMetadata', Buffer.alloc(12, 0xff)), new FieldSets()),
    ).toThrow('has no end');
  });
});

describe('sets of fields', () => {
  it('are forgotten when there are very many, and read anew', () => {
    const sets = new FieldSets();
    const first = sets.read('{"f:first":{}}');
    for (let index = 0; index < 1000; index += 1) sets.read(`{"f:field-${index}":{}}`);
    const again = sets.read('{"f:first":{}}');
    expect(again).toEqual(first);
    expect(again).not.toBe(first);
  });
});
