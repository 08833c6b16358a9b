import { describe, expect, it } from 'vitest';
import {
  apply,
  EARLY,
  LATE,
  object,
  owners,
  schema,
  tryApply,
  withSpec,
  write,
} from '../../test/fields/widgets.ts';
import type { KubernetesObject } from '../objects/index.ts';
import {
  applyPatch,
  formatConflicts,
  formatPath,
  resetFieldsFilter,
  type VersionConverter,
} from './index.ts';

describe('apply', () => {
  it('creates an object that its manager owns, without name, namespace and kind', () => {
    const made = apply(
      'a',
      object({ metadata: { namespace: 'n', labels: { x: 'y' } }, spec: { title: 't' } }),
    );
    expect(made).toMatchObject({
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'n' },
      spec: { title: 't' },
    });
    expect(owners(made)).toEqual({ 'a Apply': ['metadata.labels.x', 'spec.title'] });
    expect(made.metadata.managedFields?.[0]?.time).toBe('2026-01-01T00:00:00Z');
  });

  it('removes what its manager applied before and leaves out now', () => {
    const live = apply(
      'a',
      withSpec({
        title: 't',
        tags: ['x', 'y'],
        quotas: { q: 1 },
        ports: [{ port: 1, name: 'n' }, { port: 2 }],
      }),
    );
    const now = apply('a', withSpec({ tags: ['y'], ports: [{ port: 1 }] }), { live });
    expect(now.spec).toEqual({ tags: ['y'], ports: [{ port: 1 }] });
  });

  it('keeps what someone else owns too', () => {
    const shared = withSpec({ title: 't', tags: ['x'] });
    const live = apply('b', shared, { live: apply('a', withSpec({ title: 't', tags: ['x', 'y'] })) });
    const now = apply('a', withSpec({}), { live });
    expect(now.spec).toEqual({ title: 't', tags: ['x'] });
    expect(owners(now)['b Apply']).toEqual(['spec.tags[=x]', 'spec.title']);
  });

  it('keeps what an updater owns', () => {
    const live = write('edit', withSpec({ title: 't', replicas: 2 }), {
      live: apply('a', withSpec({ title: 't' })),
    });
    const now = apply('a', withSpec({}), { live });
    expect(now.spec).toEqual({ replicas: 2 });
  });

  it('keeps the fields of others in an item that it no longer applies', () => {
    const live = apply('b', withSpec({ ports: [{ port: 1, protocol: 'TCP', name: 'n' }] }), {
      live: apply('a', withSpec({ ports: [{ port: 1, protocol: 'TCP', tags: ['x'] }] })),
    });
    expect(apply('a', withSpec({ ports: [] }), { live }).spec).toEqual({
      ports: [{ port: 1, protocol: 'TCP', name: 'n' }],
    });
  });

  it('removes an entry of a map, when it owned the entry, with what nobody owns in it', () => {
    const { spec: _, ...rest } = apply(
      'a',
      withSpec({ title: 't', groups: { g: { a: 'x' }, h: { a: 'x' } } }),
    );
    const live = {
      ...rest,
      spec: { title: 't', groups: { g: { a: 'x', b: 'unowned' }, h: { a: 'x', b: 'unowned' } } },
    };
    const now = apply('a', withSpec({ title: 't', groups: { h: {} } }), { live });
    expect(now.spec).toEqual({ title: 't', groups: { h: { b: 'unowned' } } });
  });

  it('knows an item by its defaulted key', () => {
    const live = apply('a', withSpec({ ports: [{ port: 1, protocol: 'TCP' }] }));
    const now = apply('a', withSpec({ ports: [{ port: 1, name: 'n' }] }), { live });
    expect(now.spec).toEqual({ ports: [{ port: 1, name: 'n' }] });
  });

  it('conflicts where another manager owns another value, with every manager and path', () => {
    const live = write('edit', withSpec({ title: 'edited', tags: ['x'], limits: { a: '2' } }), {
      live: apply('a', withSpec({ title: 't', tags: ['x'], limits: { a: '1' } })),
    });
    const { conflicts } = tryApply('b', withSpec({ title: 'b', tags: ['x', 'z'], limits: { a: '3' } }), {
      live,
    });
    expect(conflicts?.map(({ manager, operation, path }) => [manager, operation, formatPath(path)])).toEqual([
      ['edit', 'Update', 'spec.limits'],
      ['edit', 'Update', 'spec.title'],
    ]);
    expect(formatConflicts(conflicts ?? [])).toBe(
      'Apply failed with 2 conflicts: conflicts with "edit" using example.dev/v1:\n- .spec.limits\n- .spec.title',
    );
  });

  it('takes conflicting fields by force', () => {
    const live = apply('a', withSpec({ title: 't', replicas: 1 }));
    const now = apply('b', withSpec({ title: 'b' }), { live, force: true });
    expect(now.spec).toEqual({ title: 'b', replicas: 1 });
    expect(owners(now)).toEqual({ 'a Apply': ['spec.replicas'], 'b Apply': ['spec.title'] });
  });

  it('shares a field that it applies with the same value', () => {
    const live = apply('a', withSpec({ title: 't' }));
    expect(owners(apply('b', withSpec({ title: 't' }), { live, now: LATE }))).toEqual({
      'a Apply': ['spec.title'],
      'b Apply': ['spec.title'],
    });
  });

  it('gives a manager a time only when it changed something', () => {
    const first = apply('a', withSpec({ title: 't' }));
    expect(apply('a', withSpec({ title: 't' }), { live: first, now: LATE })).toEqual(first);
    const joined = apply('b', withSpec({ title: 't' }), { live: first, now: LATE });
    expect(joined.metadata.managedFields?.map(({ manager, time }) => [manager, time])).toEqual([
      ['b', undefined],
      ['a', '2026-01-01T00:00:00Z'],
    ]);
  });

  it('says whether the object changed', () => {
    const live = apply('a', withSpec({ title: 't' }));
    expect(tryApply('a', withSpec({ title: 't' }), { live })).toMatchObject({ changed: false });
    expect(tryApply('a', withSpec({ title: 'u' }), { live })).toMatchObject({ changed: true });
  });

  it('gives what was there before managedFields to before-first-apply', () => {
    const live = withSpec({ title: 't', replicas: 3 });
    const now = apply('a', withSpec({ title: 't' }), { live });
    expect(owners(now)).toEqual({
      'a Apply': ['spec.title'],
      'before-first-apply Update': ['spec', 'spec.replicas', 'spec.title'],
    });
    expect(tryApply('a', withSpec({ title: 'u' }), { live }).conflicts).toHaveLength(1);
  });

  it('never owns status when the kind has a status subresource', () => {
    const filter = resetFieldsFilter({ group: 'example.dev', kind: 'Widget', hasStatus: true });
    const result = applyPatch({
      live: undefined,
      config: object({ spec: { title: 't' }, status: { phase: 'p' } }),
      schema,
      manager: 'a',
      now: EARLY,
      filter,
    });
    expect(result.conflicts === undefined && owners(result.object)).toEqual({ 'a Apply': ['spec.title'] });
  });

  it('owns atomic what once merged item by item', () => {
    const entry = {
      manager: 'a',
      operation: 'Apply',
      apiVersion: 'example.dev/v1',
      fieldsType: 'FieldsV1',
      fieldsV1: { 'f:spec': { 'f:limits': { 'f:x': {} } } },
    } as const;
    const live: KubernetesObject = {
      ...withSpec({ limits: { x: '1' } }),
      metadata: { name: 'w', managedFields: [entry] },
    };
    expect(
      tryApply('b', withSpec({ limits: { y: '2' } }), { live }).conflicts?.map(({ path }) =>
        formatPath(path),
      ),
    ).toEqual(['spec.limits']);
  });

  it.each([
    ['managedFields', { metadata: { managedFields: [] } }, 'MANAGED_FIELDS_IN_CONFIG'],
    ['a field that the kind does not have', { spec: { nope: 1 } }, 'INVALID_FIELDS'],
    ['two items with the same key', { spec: { tags: ['a', 'a'] } }, 'INVALID_FIELDS'],
  ])('refuses a configuration with %s', (_what, content, code) => {
    expect(() => tryApply('a', object(content))).toThrow(expect.objectContaining({ code }));
  });

  it('forgets who owned fields of a version that is no longer served', () => {
    const live = write('edit', withSpec({ title: 't' }));
    const old =
      live.metadata.managedFields?.map((entry) => ({ ...entry, apiVersion: 'example.dev/v0' })) ?? [];
    const request = {
      live: { ...live, metadata: { ...live.metadata, managedFields: old } },
      config: withSpec({ title: 'u' }),
      schema,
      manager: 'a',
      now: EARLY,
    };
    expect(applyPatch(request).conflicts).toHaveLength(1);
    const converter: VersionConverter = {
      convert: (value, version) => (version === 'example.dev/v0' ? undefined : value),
    };
    const result = applyPatch({ ...request, converter });
    expect(result.conflicts === undefined && owners(result.object)).toEqual({ 'a Apply': ['spec.title'] });
  });
});
