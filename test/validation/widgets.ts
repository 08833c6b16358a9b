/** A custom kind with what structural schemas have, and an object of it that uses it all. */
import type { KubernetesObject } from '../../lib/objects/index.ts';

const SCHEMA = {
  type: 'object',
  required: ['metadata', 'spec'],
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { type: 'object' },
    spec: {
      type: 'object',
      required: ['size', 'mode'],
      'x-kubernetes-validations': [
        { rule: "self.mode == 'fast' || self.size <= 50", message: 'slow ones are small' },
        { rule: 'self.parts.all(p, p.port != 8080 || p.name == "b")', fieldPath: '.parts' },
        { rule: '!has(self.inner.data) || self.inner.data.all(k, self.inner.data[k] != k)' },
        { rule: 'type(self.port) == int ? self.port > 0 : self.port.size() < 5' },
        { rule: "self.since > timestamp('2020-01-01T00:00:00Z')" },
      ],
      properties: {
        size: { type: 'integer', minimum: 1, maximum: 100, multipleOf: 5 },
        mode: { type: 'string', enum: ['fast', 'slow'], default: 'fast' },
        ratio: { type: 'number', minimum: 0, exclusiveMinimum: true },
        name: { type: 'string', pattern: '^[a-z]+(-[a-z]+)*$', minLength: 2, maxLength: 20 },
        note: { type: 'string', nullable: true },
        on: { type: 'boolean' },
        since: { type: 'string', format: 'date-time' },
        port: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        labels: { type: 'object', additionalProperties: { type: 'string' }, maxProperties: 3 },
        tags: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set', maxItems: 5 },
        parts: {
          type: 'array',
          minItems: 1,
          maxItems: 9,
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name', 'port'],
          items: {
            type: 'object',
            required: ['name'],
            'x-kubernetes-validations': [{ rule: '!has(self.args) || self.args.size() < 3' }],
            properties: {
              name: { type: 'string', maxLength: 20 },
              port: { type: 'integer', default: 80 },
              args: { type: 'array', maxItems: 9, items: { type: 'string', maxLength: 20 } },
            },
          },
        },
        free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        open: {
          type: 'object',
          'x-kubernetes-preserve-unknown-fields': true,
          properties: { known: { type: 'integer' } },
        },
        template: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          'x-kubernetes-preserve-unknown-fields': true,
        },
        inner: {
          type: 'object',
          'x-kubernetes-embedded-resource': true,
          properties: {
            metadata: { type: 'object' },
            data: {
              type: 'object',
              maxProperties: 9,
              additionalProperties: { type: 'string', maxLength: 20 },
            },
          },
        },
        either: {
          type: 'object',
          properties: { a: { type: 'string' }, b: { type: 'string' } },
          oneOf: [{ required: ['a'] }, { required: ['b'] }],
        },
      },
    },
  },
} as const;

export function widgetDefinition(group: string): KubernetesObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
      versions: [{ name: 'v1', served: true, storage: true, schema: { openAPIV3Schema: SCHEMA } }],
    },
  };
}

export function widget(group: string): KubernetesObject {
  return {
    apiVersion: `${group}/v1`,
    kind: 'Widget',
    metadata: { name: 'one', labels: { app: 'web' } },
    spec: {
      size: 10,
      mode: 'slow',
      ratio: 0.5,
      name: 'a-b',
      note: 'text',
      on: true,
      since: '2030-01-31T12:00:00Z',
      port: 'http',
      labels: { a: 'b', c: 'd' },
      tags: ['x', 'y'],
      parts: [{ name: 'a', port: 80, args: ['x'] }, { name: 'a', port: 81 }, { name: 'b' }],
      free: { any: [1, 'two', { three: null }] },
      open: { known: 1, other: 'x' },
      template: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'inner' }, data: { a: 'b' } },
      inner: {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'b', labels: { a: 'b' } },
        data: { a: 'b' },
      },
      either: { a: 'x' },
    },
  };
}
