import { describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { summarizeChanges } from './because.ts';
import { diffObjects } from './diff.ts';
import { maskChanges } from './mask.ts';

const live = (spec: object, metadata: object = {}): KubernetesObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'x', ...metadata },
  spec,
});
const diff = (before: object, after: object) => diffObjects(live(before), live(after));

describe('the difference between two states of an object', () => {
  it('names fields by their path, and items of lists by their key', () => {
    const before = { replicas: 2, template: { containers: [{ name: 'a', image: '1' }, { name: 'b' }] } };
    const after = { replicas: 3, template: { containers: [{ name: 'b' }, { name: 'a', image: '2' }] } };
    expect(diff(before, after)).toEqual([
      { path: 'spec.replicas', before: 2, after: 3 },
      { path: 'spec.template.containers[name=a].image', before: '1', after: '2' },
    ]);
  });

  it('shows lists without keys, and what comes and goes, as a whole', () => {
    expect(diff({ args: ['a'] }, { args: ['a', 'b'] })).toEqual([
      { path: 'spec.args', before: ['a'], after: ['a', 'b'] },
    ]);
    expect(diff({}, { limits: { cpu: '1' } })).toEqual([{ path: 'spec.limits', after: { cpu: '1' } }]);
    expect(diff({ paused: true }, {})).toEqual([{ path: 'spec.paused', before: true }]);
    expect(diff({ a: {} }, {})).toEqual([]);
  });

  it('leaves out our own marks, the status and what the server counts', () => {
    const before = live(
      {},
      { generation: 1, resourceVersion: '1', annotations: { 'truekeel.dev/digest': 'a' } },
    );
    const after = live(
      {},
      {
        generation: 2,
        resourceVersion: '2',
        annotations: { 'truekeel.dev/digest': 'b' },
        labels: { 'truekeel.dev/application': 'web' },
      },
    );
    expect(diffObjects({ ...before, status: { a: 1 } }, { ...after, status: { a: 2 } })).toEqual([]);
  });

  it('names who wrote the live value', () => {
    const managedFields = [
      {
        manager: 'kubectl-edit',
        operation: 'Update',
        apiVersion: 'apps/v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:spec': { 'f:replicas': {} } },
      },
    ];
    expect(diffObjects(live({ replicas: 1 }, { managedFields }), live({ replicas: 2 }))).toMatchObject([
      { manager: 'kubectl-edit' },
    ]);
  });
});

describe('the reason in a table', () => {
  it.each([
    [[{ path: 'spec.replicas', before: 2, after: 3 }], 'replicas 2 → 3'],
    [
      [
        {
          path: 'spec.containers[name=web].image',
          before: 'registry.example.com/a/very/long/name:1',
          after: 'example/web:2',
        },
      ],
      'image example/web:2',
    ],
    [[{ path: 'data["app.conf"]', before: 'a\nb', after: 'a\nc' }], 'app.conf'],
    [[{ path: 'spec.paused', before: true }], 'paused removed'],
    [[{ path: 'spec.limits', after: { cpu: '1' } }], 'limits added'],
    [['a', 'b', 'c', 'd', 'e'].map((path) => ({ path, after: 1 })), 'a 1, b 1, c 1, 2 more'],
    [[], 'nothing but its record'],
  ])('is short: %#', (changes, text) => {
    expect(summarizeChanges(changes)).toBe(text);
  });
});

describe('the changes of a Secret', () => {
  const key = { group: '', kind: 'Secret', namespace: 'x', name: 'a' };

  it('are numbered by value and never shown', () => {
    const changes = [
      { path: 'data.a', before: 'b25l', after: 'dHdv' },
      { path: 'data.b', before: 'dHdv', after: 'b25l' },
      { path: 'stringData', after: { c: 'one' } },
      {
        path: 'metadata.annotations["kubectl.kubernetes.io/last-applied-configuration"]',
        before: '{"data":{"a":"b25l"}}',
      },
      { path: 'type', before: 'Opaque', after: 'other' },
    ];
    expect(maskChanges(key, changes)).toEqual([
      { path: 'data.a', before: '<masked #1>', after: '<masked #2>' },
      { path: 'data.b', before: '<masked #2>', after: '<masked #1>' },
      { path: 'stringData', after: { c: '<masked #3>' } },
      { ...changes[3], before: '<masked #4>' },
      changes[4],
    ]);
  });
});
