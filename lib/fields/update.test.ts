import { describe, expect, it } from 'vitest';
import { apply, EARLY, LATE, owners, schema, withSpec, write } from '../../test/fields/widgets.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { keepTimes, resetFieldsFilter, update } from './index.ts';

describe('update', () => {
  it('gives a creator all that it wrote', () => {
    expect(owners(write('c', withSpec({ title: 't', tags: ['x'] })))).toEqual({
      'c Update': ['spec', 'spec.tags', 'spec.tags[=x]', 'spec.title'],
    });
  });

  it('gives a writer what it changed, and takes it from all others', () => {
    const live = apply('b', withSpec({ title: 't' }), {
      live: apply('a', withSpec({ title: 't', replicas: 1 })),
    });
    expect(owners(write('edit', withSpec({ title: 'u', replicas: 1 }), { live }))).toEqual({
      'a Apply': ['spec.replicas'],
      'edit Update': ['spec.title'],
    });
  });

  it('takes removed fields from everybody', () => {
    const live = apply('a', withSpec({ title: 't', replicas: 1 }));
    expect(owners(write('edit', withSpec({ replicas: 1 }), { live }))).toEqual({
      'a Apply': ['spec.replicas'],
    });
  });

  it('that changes nothing leaves everything as it is', () => {
    const live = write('edit', withSpec({ title: 't' }));
    expect(write('edit', live, { live, now: LATE })).toEqual(live);
    expect(write('other', live, { live, now: LATE })).toEqual(live);
  });

  it('adds to what the same manager wrote before', () => {
    const live = write('edit', withSpec({ title: 't' }), { live: apply('a', withSpec({})) });
    const now = write('edit', withSpec({ title: 't', replicas: 1 }), { live, now: LATE });
    expect(owners(now)['edit Update']).toEqual(['spec.replicas', 'spec.title']);
    expect(now.metadata.managedFields?.at(-1)?.time).toBe('2026-01-02T00:00:00Z');
  });

  it('takes the managedFields that were sent', () => {
    const live = apply('a', withSpec({ title: 't' }));
    const sent = {
      ...live,
      metadata: {
        ...live.metadata,
        managedFields: live.metadata.managedFields!.map((entry) => ({ ...entry, manager: 'renamed' })),
      },
    };
    expect(owners(write('edit', sent, { live }))).toEqual({ 'renamed Apply': ['spec.title'] });
  });

  it('takes the live managedFields where none are sent, or none that can be read', () => {
    const live = apply('a', withSpec({ title: 't' }));
    const broken = {
      ...live,
      metadata: { ...live.metadata, managedFields: [{ manager: 'x' }] },
    } as unknown as KubernetesObject;
    for (const sent of [withSpec({ title: 't' }), broken])
      expect(owners(write('edit', sent, { live }))).toEqual({ 'a Apply': ['spec.title'] });
  });

  it.each([[[]], [[{}]]])(
    'clears managedFields when %j is sent, and tracks nothing until the next apply',
    (managedFields) => {
      const live = apply('a', withSpec({ title: 't' }));
      const sent = { ...live, metadata: { ...live.metadata, managedFields } } as unknown as KubernetesObject;
      const cleared = write('edit', sent, { live });
      expect(cleared.metadata.managedFields).toBeUndefined();
      expect(
        write('edit', { ...cleared, spec: { title: 'u' } }, { live: cleared }).metadata.managedFields,
      ).toBeUndefined();
    },
  );

  it('through a subresource does not take managedFields, and is a manager of its own', () => {
    const live = apply('a', withSpec({ title: 't' }));
    const updated = { ...live, status: { phase: 'p' }, metadata: { ...live.metadata, managedFields: [] } };
    const filter = resetFieldsFilter({
      group: 'example.dev',
      kind: 'Widget',
      hasStatus: true,
      subresource: 'status',
    });
    const result = update({ live, updated, schema, manager: 'a', now: EARLY, subresource: 'status', filter });
    expect(owners(result.object)).toEqual({
      'a Apply': ['spec.title'],
      'a Update status': ['status', 'status.phase'],
    });
  });
});

describe('times', () => {
  it('are put back when nothing else changed', () => {
    const live = apply('a', withSpec({ title: 't' }));
    const later = {
      ...live,
      metadata: {
        ...live.metadata,
        managedFields: live.metadata.managedFields!.map((entry) => ({
          ...entry,
          time: '2027-01-01T00:00:00Z',
        })),
      },
    };
    expect(keepTimes(live, later)).toEqual(live);
    expect(keepTimes(live, { ...later, spec: { title: 'u' } }).metadata).toEqual(later.metadata);
  });
});
