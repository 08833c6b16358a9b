import type { OpenApiSchema } from './openapi-schema.ts';

const text: OpenApiSchema = { type: 'string' };
const integer: OpenApiSchema = { type: 'integer', format: 'int64' };
const time: OpenApiSchema = { type: 'string', format: 'date-time' };
const texts: OpenApiSchema = { type: 'object', additionalProperties: text };

/** `metadata` of every object (meta/v1 ObjectMeta), for custom resources: their own documents only refer to it. */
export const OBJECT_META: OpenApiSchema = {
  type: 'object',
  properties: {
    annotations: texts,
    creationTimestamp: time,
    deletionGracePeriodSeconds: integer,
    deletionTimestamp: time,
    finalizers: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    generateName: text,
    generation: integer,
    labels: texts,
    managedFields: {
      type: 'array',
      'x-kubernetes-list-type': 'atomic',
      items: {
        type: 'object',
        properties: {
          apiVersion: text,
          fieldsType: text,
          fieldsV1: { type: 'object' },
          manager: text,
          operation: text,
          subresource: text,
          time,
        },
      },
    },
    name: text,
    namespace: text,
    ownerReferences: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['uid'],
      items: {
        type: 'object',
        'x-kubernetes-map-type': 'atomic',
        properties: {
          apiVersion: { ...text, default: '' },
          blockOwnerDeletion: { type: 'boolean' },
          controller: { type: 'boolean' },
          kind: { ...text, default: '' },
          name: { ...text, default: '' },
          uid: { ...text, default: '' },
        },
      },
    },
    resourceVersion: text,
    selfLink: text,
    uid: text,
  },
};
