import { expect, test } from 'vitest';
import { decodeProtobuf } from './decode.ts';

/** A field: its tag and content. */
const bytes = (number: number, content: Buffer | string): Buffer => {
  const value = Buffer.from(content);
  return Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value]);
};
const varint = (number: number, value: number): Buffer => Buffer.from([number << 3, value]);
const message = (...fields: readonly Buffer[]): Buffer => Buffer.concat(fields);
const envelope = (apiVersion: string, kind: string, raw: Buffer): Buffer =>
  message(Buffer.from('k8s\0'), bytes(1, message(bytes(1, apiVersion), bytes(2, kind))), bytes(2, raw));

test('an object is read as its JSON form', () => {
  const metadata = message(
    bytes(1, 'a'),
    bytes(2, ''), // generateName, which is written even when it is empty
    bytes(8, ''), // creationTimestamp, zero
    bytes(11, message(bytes(1, 'app'), bytes(2, 'web'))),
  );
  const body = envelope(
    'v1',
    'ConfigMap',
    message(bytes(1, metadata), bytes(2, message(bytes(1, 'k'), bytes(2, 'v')))),
  );
  expect(decodeProtobuf(body)).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', labels: { app: 'web' } },
    data: { k: 'v' },
  });
});

test('zero replicas are kept, fields that are not known are passed over', () => {
  const spec = message(varint(1, 0), varint(15, 1), bytes(14, 'unknown'));
  expect(decodeProtobuf(envelope('apps/v1', 'Deployment', bytes(2, spec)))).toEqual({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    spec: { replicas: 0 },
  });
});

test.each([
  ['no magic', Buffer.from('{"kind":"ConfigMap"}')],
  ['an unknown kind', envelope('v1', 'Nonsense', Buffer.alloc(0))],
  ['a length beyond the end', envelope('v1', 'ConfigMap', Buffer.from([0x0a, 0x50, 0x01]))],
  ['an endless integer', envelope('v1', 'ConfigMap', Buffer.alloc(12, 0xff))],
])('%s is a bad request', (_, body) => {
  expect(() => decodeProtobuf(body)).toThrow(expect.objectContaining({ code: 400 }));
});
