import { describe, expect, it } from 'vitest';
import {
  DEFAULT_SETTINGS,
  type DesiredObject,
  digestOf,
  type KubernetesObject,
  type ManagedFieldsEntry,
} from '../../lib/objects/index.ts';
import { parseAddress } from '../../lib/plan/index.ts';
import { liveChanges } from './live-changes.ts';

function entry(
  manager: string,
  fieldsV1: object,
  more: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry {
  return {
    manager,
    operation: manager === 'truekeel' ? 'Apply' : 'Update',
    apiVersion: 'v1',
    time: '2026-11-26T10:00:00Z',
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsV1 as ManagedFieldsEntry['fieldsV1'],
    ...more,
  };
}

function object(
  kind: string,
  data: object,
  managedFields: readonly ManagedFieldsEntry[] = [],
): KubernetesObject {
  return { apiVersion: 'v1', kind, metadata: { name: 'x', namespace: 'n', managedFields }, data };
}

function changesOf(
  kind: string,
  rendered: object,
  live: object,
  managers: readonly ManagedFieldsEntry[],
  fields: readonly string[] = [],
) {
  const desired: DesiredObject = {
    key: { group: '', kind, namespace: 'n', name: 'x' },
    apiVersion: 'v1',
    digest: digestOf(''),
    settings: DEFAULT_SETTINGS,
    path: 'x.yaml',
  };
  const { wishes, left } = liveChanges(
    'web',
    desired,
    object(kind, rendered),
    object(kind, live, managers),
    fields.map(parseAddress),
  );
  return {
    wishes: wishes.map(({ field, before, after, writer }) => [field, before, after, writer?.manager]),
    left: left.map(({ field, because }) => [field, because]),
  };
}

const A = { 'f:data': { 'f:a': {} } };

describe('what somebody changed', () => {
  it('is a field that we no longer hold, with the one who wrote it last', () => {
    const managers = [
      entry('truekeel', { 'f:data': { 'f:b': {} } }),
      entry('kubectl-edit', A, { time: '2026-11-25T10:00:00Z' }),
      entry('k9s', A),
    ];
    expect(changesOf('ConfigMap', { a: '1', b: '1' }, { a: '2', b: '1' }, managers)).toEqual({
      wishes: [['data.a', '1', '2', 'k9s']],
      left: [],
    });
  });

  it('is not what we hold: that was not applied yet', () => {
    expect(changesOf('ConfigMap', { a: '2' }, { a: '1' }, [entry('truekeel', A)])).toEqual({
      wishes: [],
      left: [],
    });
  });

  it('is what we wrote by other means neither: an admission webhook did it for us', () => {
    const managers = [entry('truekeel', {}), entry('truekeel', A, { operation: 'Update' })];
    expect(changesOf('ConfigMap', { a: '1' }, { a: '2' }, managers)).toEqual({ wishes: [], left: [] });
  });

  it('is what nobody holds any more, as somebody removed it', () => {
    expect(changesOf('ConfigMap', { a: '1', b: '1' }, { b: '1' }, [entry('truekeel', {})])).toMatchObject({
      wishes: [['data.a', '1', undefined, undefined], ['data.b']].slice(0, 1),
    });
  });

  it('is left alone where a controller holds it, or where it was added, unless it is asked for', () => {
    const managers = [
      entry('truekeel', {}),
      entry('autoscaler', A),
      entry('kubectl-patch', { 'f:data': { 'f:b': {} } }),
      entry('controller', { 'f:data': { 'f:c': {} } }),
    ];
    const live = { a: '2', b: '2', c: '2' };
    const all = changesOf('ConfigMap', { a: '1' }, live, managers);
    expect(all.wishes).toEqual([]);
    expect(all.left).toEqual([
      ['data.a', expect.stringContaining('autoscaler holds it')],
      ['data.b', expect.stringContaining('kubectl-patch added it')],
    ]);
    const asked = changesOf('ConfigMap', { a: '1' }, live, managers, ['data.a', 'data.c']);
    expect(asked.wishes.map(([field]) => field)).toEqual(['data.a', 'data.c']);
    expect(changesOf('ConfigMap', { a: '1' }, live, managers, ['data']).wishes).toHaveLength(3);
    expect(changesOf('ConfigMap', { a: '1' }, live, managers, ['dat']).wishes).toEqual([]);
  });

  it('is never told of Secrets, nor of what is called like one, whoever asks', () => {
    const managers = [
      entry('truekeel', {}),
      entry('kubectl-edit', { 'f:data': { 'f:a': {}, 'f:API_TOKEN': {} } }),
    ];
    const secret = changesOf('Secret', { a: 'MQ==' }, { a: 'Mg==' }, managers, ['data']);
    expect(secret.wishes).toEqual([]);
    expect(secret.left).toEqual([['data.a', expect.stringContaining('truekeel secret')]]);
    expect(JSON.stringify(secret)).not.toContain('Mg==');
    const named = changesOf('ConfigMap', { API_TOKEN: 'x' }, { API_TOKEN: 'y' }, managers, ['data']);
    expect(named.wishes).toEqual([]);
    expect(named.left).toEqual([['data.API_TOKEN', expect.stringContaining('kept secret')]]);
  });
});
