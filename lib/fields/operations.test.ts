import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import {
  type ApplyResult,
  applyPatch,
  formatConflicts,
  formatPath,
  keepTimes,
  ManagerSet,
  resetFieldsFilter,
  schemaFromStructural,
  toFieldSet,
  update,
} from './index.ts';
import { WIDGET_SCHEMA, widget } from './testing/kinds.ts';

const schema = schemaFromStructural(WIDGET_SCHEMA);
const EARLY = new Date('2026-01-01T00:00:00.500Z');
const LATE = new Date('2026-01-02T00:00:00Z');

function object(content: JsonObject): KubernetesObject {
  const metadata = content.metadata as JsonObject | undefined;
  return {
    ...content,
    apiVersion: 'example.dev/v1',
    kind: 'Widget',
    metadata: { ...metadata, name: 'w' },
  } as KubernetesObject;
}
const withSpec = (spec: JsonObject): KubernetesObject => object({ spec });

interface Step {
  readonly live?: KubernetesObject | undefined;
  readonly now?: Date;
  readonly force?: boolean;
}

function tryApply(
  manager: string,
  config: KubernetesObject,
  { live, now = EARLY, force = false }: Step = {},
): ApplyResult {
  return applyPatch({ live, config, schema, manager, now, force });
}

function apply(manager: string, config: KubernetesObject, step: Step = {}): KubernetesObject {
  const result = tryApply(manager, config, step);
  if (result.conflicts !== undefined) throw new Error(formatConflicts(result.conflicts));
  return result.object;
}

function write(
  manager: string,
  updated: KubernetesObject,
  { live, now = EARLY }: Step = {},
): KubernetesObject {
  return update({ live, updated, schema, manager, now }).object;
}

/** Who owns what: `name operation` to paths. */
function owners({ metadata }: KubernetesObject): Record<string, readonly string[]> {
  return Object.fromEntries(
    ManagerSet.decode(metadata.managedFields)
      .all()
      .map(({ manager, operation, subresource, fields }) => [
        `${manager} ${operation}${subresource === '' ? '' : ` ${subresource}`}`,
        fields.paths().map(formatPath).sort(),
      ]),
  );
}

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
    const converter = {
      convert: (value: { value: unknown }, version: string) =>
        version === 'example.dev/v0' ? undefined : value,
    } as never;
    const result = applyPatch({ ...request, converter });
    expect(result.conflicts === undefined && owners(result.object)).toEqual({ 'a Apply': ['spec.title'] });
  });
});

describe('apply by kubectl to what it applied from the client side', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const lastApplied = JSON.stringify(withSpec({ title: 't', size: '<5' }));
  const live = write(
    'kubectl-client-side-apply',
    object({ metadata: { annotations: { [annotation]: lastApplied } }, spec: { title: 't', size: '<5' } }),
  );

  it('has no conflicts with its former self, and brings the annotation up to date', () => {
    const now = apply('kubectl', withSpec({ title: 'u', size: '<6' }), { live });
    expect(now.metadata.annotations).toEqual({
      [annotation]:
        '{"apiVersion":"example.dev/v1","kind":"Widget","metadata":{"name":"w"},"spec":{"size":"\\u003c6","title":"u"}}\n',
    });
  });

  it('has conflicts with what was changed since', () => {
    const edited = write('edit', { ...live, spec: { title: 'edited', size: '<5' } }, { live });
    const { conflicts } = tryApply('kubectl', withSpec({ title: 'u', size: '<6' }), { live: edited });
    expect(conflicts?.map(({ manager, path }) => [manager, formatPath(path)])).toEqual([
      ['edit', 'spec.title'],
    ]);
  });

  it('is not for other managers', () => {
    expect(tryApply('helm', withSpec({ title: 'u' }), { live }).conflicts).toHaveLength(1);
  });

  it('is not for annotations that cannot be read', () => {
    const broken = { ...live, metadata: { ...live.metadata, annotations: { [annotation]: '{' } } };
    expect(tryApply('kubectl', withSpec({ title: 'u' }), { live: broken }).conflicts).toHaveLength(1);
  });
});

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

describe('any sequence of requests', () => {
  const content = widget('example.dev').partial;
  const step = fc.record({
    type: fc.constantFrom('apply', 'update'),
    manager: fc.constantFrom('a', 'b', 'c'),
    force: fc.boolean(),
    content,
  });
  const run = (
    steps: readonly {
      readonly type: string;
      readonly manager: string;
      readonly force: boolean;
      readonly content: JsonObject;
    }[],
  ): KubernetesObject | undefined => {
    let live: KubernetesObject | undefined;
    for (const { type, manager, force, content: value } of steps) {
      if (type === 'update')
        live = write(
          manager,
          { ...object(value), metadata: { ...object(value).metadata, uid: 'u' } } as KubernetesObject,
          { live },
        );
      else {
        const result = tryApply(manager, object(value), { live, force });
        if (result.conflicts === undefined) live = result.object;
      }
    }
    return live;
  };

  it('leaves no manager with a field that is not there', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 6 }), (steps) => {
        const live = run(steps);
        if (live === undefined) return;
        const { managedFields, ...metadata } = live.metadata;
        const present = toFieldSet({ ...live, metadata } as unknown as JsonObject, schema).withNamedFields(
          schema,
        );
        for (const { fields, operation } of ManagerSet.decode(managedFields).all()) {
          // What was written with nothing in it, a list or map, is owned by its writer but shows in no field set.
          const missing = fields.leaves().difference(present).paths().map(formatPath);
          expect(missing.filter((path) => operation === 'Apply' || !/^(spec|metadata)\b/.test(path))).toEqual(
            [],
          );
        }
      }),
    );
  });

  it('followed by the same apply twice changes nothing the second time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 4 }), content, (steps, value) => {
        const once = apply('z', object(value), { live: run(steps), force: true });
        expect(tryApply('z', object(value), { live: once, now: LATE })).toMatchObject({
          changed: false,
          object: once,
        });
      }),
    );
  });

  it('applied and then withdrawn leaves what was there before', () => {
    fc.assert(
      fc.property(content, content, (mine, theirs) => {
        const before = apply('theirs', object(theirs));
        const result = tryApply('mine', object(mine), { live: before });
        if (result.conflicts !== undefined) return;
        const after = apply('mine', object({}), { live: result.object });
        expect(owners(after)).toEqual(owners(before));
        const fieldsIn = ({ metadata: { managedFields: _, ...metadata }, ...rest }: KubernetesObject) =>
          toFieldSet({ ...rest, metadata } as unknown as JsonObject, schema).leaves();
        expect(fieldsIn(before).difference(fieldsIn(after)).paths().map(formatPath)).toEqual([]);
      }),
    );
  });
});
