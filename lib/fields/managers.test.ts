import { describe, expect, it } from 'vitest';
import type { ManagedFieldsEntry } from '../objects/index.ts';
import {
  FieldSet,
  fieldPath,
  formatManager,
  type Manager,
  ManagerSet,
  managersAfterScale,
  managersOfScale,
} from './index.ts';

const REPLICAS = fieldPath('spec', 'replicas');
const at = (second: number): string =>
  new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString().replace('.000', '');

function updater(name: string, second: number, change: Partial<Manager> = {}): Manager {
  return {
    manager: name,
    operation: 'Update',
    apiVersion: 'v1',
    subresource: '',
    time: at(second),
    fields: FieldSet.of(fieldPath(name)),
    ...change,
  };
}

const applier = (name: string, second: number, change: Partial<Manager> = {}): Manager =>
  updater(name, second, { operation: 'Apply', ...change });
const names = (managers: ManagerSet): readonly string[] => managers.all().map(({ manager }) => manager);

describe('managedFields', () => {
  it('list appliers before updaters, then by time, name, version and subresource', () => {
    const managers = ManagerSet.of([
      updater('b', 2),
      updater('a', 2, { subresource: 'status' }),
      updater('a', 2),
      updater('a', 2, { apiVersion: 'v2' }),
      updater('c', 1),
      applier('z', 9),
    ]);
    expect(
      managers.all().map(({ manager, apiVersion, subresource }) => `${manager} ${apiVersion} ${subresource}`),
    ).toEqual(['z v1 ', 'c v1 ', 'a v1 ', 'a v1 status', 'a v2 ', 'b v1 ']);
  });

  it('survive decoding and encoding', () => {
    const entries: readonly ManagedFieldsEntry[] = [
      {
        manager: 'kubectl',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: at(1),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
      {
        manager: 'hpa',
        operation: 'Update',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': {} },
        subresource: 'scale',
      },
    ];
    expect(ManagerSet.decode(entries).encode()).toEqual(entries);
    expect(ManagerSet.decode(undefined).encode()).toBeUndefined();
  });

  it('know an applier by its name, whatever version it applies, and an updater by its version too', () => {
    const managers = ManagerSet.of([
      applier('a', 1),
      applier('a', 2, { apiVersion: 'v2' }),
      updater('a', 1),
      updater('a', 2, { apiVersion: 'v2' }),
    ]);
    expect(managers.all().map(({ operation, apiVersion }) => `${operation} ${apiVersion}`)).toEqual([
      'Apply v2',
      'Update v1',
      'Update v2',
    ]);
  });

  it.each([
    ['an operation that does not exist', { operation: 'Patch' }, 'operation must be `Apply` or `Update`'],
    ['no version', { apiVersion: '' }, 'apiVersion must not be empty'],
    ['no type', { fieldsType: undefined }, 'missing fieldsType in managed fields entry 0'],
    ['another type', { fieldsType: 'FieldsV2' }, 'invalid fieldsType "FieldsV2" in managed fields entry 0'],
  ])('with %s are refused', (_what, change, message) => {
    const entry = {
      manager: 'a',
      operation: 'Apply',
      apiVersion: 'v1',
      fieldsType: 'FieldsV1',
      fieldsV1: {},
      ...change,
    };
    expect(() => ManagerSet.decode([entry as unknown as ManagedFieldsEntry])).toThrow(
      expect.objectContaining({ code: 'INVALID_MANAGED_FIELDS', message }),
    );
  });

  it('hold at most ten updaters: the oldest become one', () => {
    const managers = ManagerSet.of([
      ...Array.from({ length: 12 }, (_, index) => updater(`u${index + 10}`, index)),
      applier('applier', 0),
    ]).capped();
    expect(names(managers)).toEqual([
      'applier',
      'ancient-changes',
      'u13',
      'u14',
      'u15',
      'u16',
      'u17',
      'u18',
      'u19',
      'u20',
      'u21',
    ]);
    const bucket = managers.get({
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: 'v1',
      subresource: '',
    });
    expect(bucket?.time).toBe(at(2));
    expect(bucket?.fields.equals(FieldSet.of(fieldPath('u10'), fieldPath('u11'), fieldPath('u12')))).toBe(
      true,
    );
  });

  it('unite old updaters of one version only', () => {
    const managers = ManagerSet.of(
      Array.from({ length: 11 }, (_, index) =>
        updater(`u${index + 10}`, index, { apiVersion: index === 1 ? 'v2' : 'v1' }),
      ),
    ).capped();
    expect(names(managers).slice(0, 3)).toEqual(['u11', 'ancient-changes', 'u13']);
    expect(names(managers)).toHaveLength(10);
  });

  it('stay as they are up to ten', () => {
    const managers = ManagerSet.of(Array.from({ length: 10 }, (_, index) => updater(`u${index}`, index)));
    expect(managers.capped()).toBe(managers);
  });
});

describe('a manager', () => {
  it.each<[string, Partial<Manager>]>([
    ['"a" using v1', {}],
    ['"a"', { operation: 'Apply' }],
    ['"a" with subresource "scale" using v1', { subresource: 'scale' }],
  ])('is called %s', (text, change) => expect(formatManager(updater('a', 1, change))).toBe(text));
});

describe('the managers of a Scale', () => {
  const paths = new Map([
    ['apps/v1', REPLICAS],
    ['apps/v1beta1', undefined],
  ]);
  const both = FieldSet.of(REPLICAS, fieldPath('spec', 'paused'));
  const parent = ManagerSet.of([
    applier('gitops', 1, { apiVersion: 'apps/v1', fields: both }),
    updater('old', 2, { apiVersion: 'apps/v1beta1', fields: both }),
    updater('gone', 3, { apiVersion: 'apps/v0', fields: both }),
    updater('status', 4, { apiVersion: 'apps/v1', fields: FieldSet.of(fieldPath('status')) }),
  ]);

  it('are those that own replicas', () => {
    const scale = managersOfScale(parent, paths);
    expect(
      scale.all().map(({ manager, apiVersion, fields }) => [manager, apiVersion, fields.paths().length]),
    ).toEqual([['gitops', 'autoscaling/v1', 1]]);
  });

  it('take replicas from the managers of the object when they scale it', () => {
    const scale = ManagerSet.of([
      updater('hpa', 9, {
        apiVersion: 'autoscaling/v1',
        subresource: 'scale',
        fields: FieldSet.of(REPLICAS),
      }),
    ]);
    const after = managersAfterScale(parent, scale, paths, 'apps/v1');
    expect(names(after)).toEqual(['gitops', 'hpa', 'old', 'status']);
    expect(after.all()[0]?.fields.equals(FieldSet.of(fieldPath('spec', 'paused')))).toBe(true);
    const { time, apiVersion, subresource } = after.all()[1]!;
    expect({ time, apiVersion, subresource }).toEqual({
      time: undefined,
      apiVersion: 'apps/v1',
      subresource: 'scale',
    });
  });

  it('change nothing when they own what they owned', () => {
    const after = managersAfterScale(parent, managersOfScale(parent, paths), paths, 'apps/v1');
    expect(after.all()[0]?.fields.equals(both)).toBe(true);
  });
});
