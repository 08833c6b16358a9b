import { describe, expect, it } from 'vitest';
import type { ManagedFieldsEntry } from './index.ts';
import { lastApplied, lastForeignWriters, ownFieldsDigest } from './index.ts';

const entry = (manager: string, rest: Partial<ManagedFieldsEntry> = {}): ManagedFieldsEntry => ({
  manager,
  operation: 'Apply',
  apiVersion: 'v1',
  fieldsType: 'FieldsV1',
  fieldsV1: { 'f:data': { 'f:x': {} } },
  ...rest,
});
const metadata = (...managedFields: ManagedFieldsEntry[]) => ({ name: 'a', managedFields });

describe('the fields that we hold', () => {
  it('have a digest that does not depend on the order in which they stand there', () => {
    const one = metadata(entry('truekeel', { fieldsV1: { 'f:a': {}, 'f:b': { '.': {}, 'f:c': {} } } }));
    const two = metadata(entry('truekeel', { fieldsV1: { 'f:b': { 'f:c': {}, '.': {} }, 'f:a': {} } }));
    expect(ownFieldsDigest(one)).toBe(ownFieldsDigest(two));
  });

  it('are those that were applied: not what was updated under our name, nor a subresource, nor somebody else', () => {
    const others = [
      entry('truekeel', { operation: 'Update' }),
      entry('truekeel', { subresource: 'status' }),
      entry('kubectl'),
    ];
    expect(ownFieldsDigest(metadata(...others))).toBeUndefined();
    expect(ownFieldsDigest({ name: 'a' })).toBeUndefined();
    expect(ownFieldsDigest(metadata(...others, entry('truekeel')))).toBe(
      ownFieldsDigest(metadata(entry('truekeel'))),
    );
    expect(ownFieldsDigest(metadata(...others), 'kubectl')).toBeDefined();
  });

  it('carry the time of our last apply', () => {
    expect(lastApplied(metadata(entry('truekeel', { time: 'T' })))).toBe('T');
    expect(lastApplied(metadata(entry('kubectl', { time: 'T' })))).toBeUndefined();
  });
});

describe('who else wrote', () => {
  it('is told with the last one first, those without a time at the end', () => {
    const writers = lastForeignWriters(
      metadata(
        entry('old', { time: '2026-01-01T00:00:00Z' }),
        entry('truekeel', { time: '2026-01-02T00:00:00Z' }),
        entry('timeless', { operation: 'Update' }),
        entry('scaler', { time: '2026-01-03T00:00:00Z', operation: 'Update', subresource: 'scale' }),
        entry('truekeel', { time: '2026-01-04T00:00:00Z', operation: 'Update' }),
      ),
    );
    expect(writers).toEqual([
      { manager: 'truekeel', operation: 'Update', time: '2026-01-04T00:00:00Z' },
      { manager: 'scaler', operation: 'Update', time: '2026-01-03T00:00:00Z', subresource: 'scale' },
      { manager: 'old', operation: 'Apply', time: '2026-01-01T00:00:00Z' },
      { manager: 'timeless', operation: 'Update' },
    ]);
  });
});
