import { describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue, KubernetesObject, ManagedFieldsEntry } from '../../objects/index.ts';
import { writtenPart } from './written.ts';

const entry = (
  manager: string,
  fieldsV1: JsonObject,
  rest: Partial<ManagedFieldsEntry> = {},
): ManagedFieldsEntry => ({
  manager,
  operation: 'Update',
  apiVersion: 'example.com/v1',
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...rest,
});

const widget = (
  spec: JsonValue,
  managedFields: readonly ManagedFieldsEntry[],
  metadata: Partial<KubernetesObject['metadata']> = {},
): KubernetesObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: {
    name: 'w',
    namespace: 'x',
    uid: 'u',
    resourceVersion: '1',
    generation: 3,
    creationTimestamp: '2030-01-01T00:00:00Z',
    managedFields,
    ...metadata,
  },
  spec,
  status: { phase: 'Ready' },
});

const SCHEMA = {
  type: 'object',
  properties: { spec: { type: 'object', properties: { mode: { type: 'string', default: 'fast' } } } },
};
const noSchemas = () => undefined;
const written = (object: KubernetesObject, schemas: () => JsonValue | undefined = noSchemas) => {
  const part = writtenPart(object, schemas);
  return 'object' in part ? part.object : part.madeBy;
};

describe('what people wrote of a live object', () => {
  it('is what their tools hold, not what controllers set, also within lists', () => {
    const spec = {
      replicas: 7,
      image: 'a',
      items: [
        { name: 'a', x: 1, y: 2 },
        { name: 'b', x: 1 },
      ],
    };
    const object = widget(
      spec,
      [
        entry('kubectl-create', {
          'f:spec': { 'f:image': {}, 'f:items': { 'k:{"name":"a"}': { '.': {}, 'f:x': {} } } },
        }),
        entry('kubectl-edit', { 'f:metadata': { 'f:labels': { 'f:tier': {} } } }),
        entry('some-controller', { 'f:spec': { 'f:replicas': {}, 'f:items': { 'k:{"name":"b"}': {} } } }),
        entry('kubectl-scale', { 'f:spec': { 'f:replicas': {} } }, { subresource: 'scale' }),
      ],
      { labels: { tier: 'web', theirs: 'x' } },
    );
    expect(written(object)).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'x', labels: { tier: 'web' } },
      spec: { image: 'a', items: [{ name: 'a', x: 1 }] },
    });
  });

  it('is without the defaults of the definition, unless they were applied', () => {
    const fields = { 'f:spec': { 'f:mode': {}, 'f:size': {} } };
    const spec = { mode: 'fast', size: 1 };
    expect(written(widget(spec, [entry('helm', fields)]), () => SCHEMA)).toMatchObject({ spec: { size: 1 } });
    expect(written(widget(spec, [entry('helm', fields)]), () => SCHEMA)).not.toHaveProperty('spec.mode');
    const applied = entry('argocd-controller', fields, { operation: 'Apply' });
    expect(written(widget(spec, [applied]), () => SCHEMA)).toMatchObject({ spec });
  });

  it('is all of it where nobody holds anything, but for what only the server sets', () => {
    expect(written(widget({ a: null, b: {} }, []))).toEqual({
      apiVersion: 'example.com/v1',
      kind: 'Widget',
      metadata: { name: 'w', namespace: 'x' },
      spec: { a: null, b: {} },
    });
  });

  it('bears no marks of kubectl and Truekeel', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': 'no JSON',
      'truekeel.dev/digest': 'sha256:0',
      mine: 'x',
    };
    const labels = { 'truekeel.dev/application': 'web', 'applyset.kubernetes.io/part-of': 'y' };
    const object = widget({}, [], { annotations, labels });
    expect(written(object)).toHaveProperty('metadata', {
      name: 'w',
      namespace: 'x',
      annotations: { mine: 'x' },
    });
  });

  it('is nothing where an owner, the cluster or a controller made it', () => {
    const owner = { apiVersion: 'v1', kind: 'Pod', name: 'p', uid: 'v' };
    expect(written(widget({}, [], { ownerReferences: [owner] }))).toBe('owner');
    expect(written(widget({}, [entry('kube-controller-manager', {})]))).toBe('cluster');
    expect(written(widget({}, [entry('kubelet', {}), entry('an-operator', {})]))).toEqual({
      manager: 'an-operator',
    });
    expect(
      written({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default', namespace: 'x' } }),
    ).toBe('cluster');
  });
});
