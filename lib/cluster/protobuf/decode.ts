/** Reads request bodies in `application/vnd.kubernetes.protobuf`, which kubectl and client-go send for built-in kinds
 * whatever they accept as an answer (Kubernetes API concepts, "Kubernetes Protobuf encoding"). */
import { formatApiVersion, parseApiVersion } from '../../objects/index.ts';
import { badRequest } from '../status.ts';
import { type MessageTable, messageTable } from './messages.ts';
import { WireReader } from './wire.ts';

export const PROTOBUF = 'application/vnd.kubernetes.protobuf';
const MAGIC = Buffer.from('k8s\0');

const META = 'k8s.io.apimachinery.pkg.apis.meta.v1';
const UNKNOWN = 'k8s.io.apimachinery.pkg.runtime.Unknown';

interface Envelope {
  readonly typeMeta?: { readonly apiVersion?: string; readonly kind?: string };
  /** base64 */
  readonly raw?: string;
}

/** @returns the object as its JSON form would be
 * @throws ApiError 400 */
export function decodeProtobuf(body: Buffer): Record<string, unknown> {
  if (!body.subarray(0, MAGIC.length).equals(MAGIC)) {
    throw badRequest(
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    );
  }
  const table = messageTable();
  const envelope = readMessage(table, UNKNOWN, body.subarray(MAGIC.length)) as Envelope; // read by the table
  const { apiVersion = '', kind = '' } = envelope.typeMeta ?? {};
  const message = messageName(table, apiVersion, kind);
  const content = readMessage(table, message, Buffer.from(envelope.raw ?? '', 'base64'));
  return { apiVersion, kind, ...content };
}

/** Packages are named by the Go packages of the groups, which are the groups' first words. */
function messageName(table: MessageTable, apiVersion: string, kind: string): string {
  const { group, version } = parseApiVersion(apiVersion);
  const folder = group === '' ? 'core' : group.split('.')[0]!;
  const places = [
    `k8s.io.api.${FOLDERS[group] ?? folder}.${version}.${kind}`,
    `k8s.io.apiextensions_apiserver.pkg.apis.${folder}.${version}.${kind}`,
    `${META}.${kind}`,
  ];
  const found = places.find((place) => Object.hasOwn(table, place));
  if (found === undefined) {
    throw badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(formatApiVersion(group, version))}`,
    );
  }
  return found;
}

const FOLDERS: Readonly<Record<string, string>> = { 'internal.apiserver.k8s.io': 'apiserverinternal' };

/** Messages that stand for something that is not an object in JSON. */
const SPECIAL: Readonly<Record<string, (fields: Record<string, unknown>) => unknown>> = {
  [`${META}.Time`]: timeText,
  [`${META}.MicroTime`]: (fields) => timeText(fields)?.replace('Z', `.${micros(fields)}Z`),
  [`${META}.Duration`]: (fields) => `${Number(fields.duration ?? 0) / 1e9}s`,
  [`${META}.FieldsV1`]: rawJson,
  [`${META}.Verbs`]: (fields) => fields.items ?? [],
  'k8s.io.apimachinery.pkg.api.resource.Quantity': (fields) => fields.string ?? '0',
  'k8s.io.apimachinery.pkg.util.intstr.IntOrString': (fields) =>
    fields.type === 1 ? (fields.strVal ?? '') : (fields.intVal ?? 0),
  'k8s.io.apimachinery.pkg.runtime.RawExtension': rawJson,
  'k8s.io.api.authentication.v1.ExtraValue': (fields) => fields.items ?? [],
  'k8s.io.api.authorization.v1.ExtraValue': (fields) => fields.items ?? [],
  'k8s.io.api.certificates.v1.ExtraValue': (fields) => fields.items ?? [],
  'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSON': rawJson,
  'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrBool': (fields) =>
    fields.schema ?? fields.allows ?? false,
  'k8s.io.apiextensions_apiserver.pkg.apis.apiextensions.v1.JSONSchemaPropsOrArray': (fields) =>
    fields.schema ?? fields.jSONSchemas,
};

function timeText(fields: Readonly<Record<string, unknown>>): string | undefined {
  if (Object.keys(fields).length === 0) return undefined;
  return `${new Date(Number(fields.seconds ?? 0) * 1000).toISOString().slice(0, 19)}Z`;
}

function micros(fields: Readonly<Record<string, unknown>>): string {
  return String(Math.trunc(Number(fields.nanos ?? 0) / 1000)).padStart(6, '0');
}

function rawJson(fields: Readonly<Record<string, unknown>>): unknown {
  const raw = fields.raw ?? fields.Raw;
  return typeof raw === 'string' ? JSON.parse(Buffer.from(raw, 'base64').toString('utf8')) : {};
}

function readMessage(table: MessageTable, name: string, bytes: Buffer): Record<string, unknown> {
  const fields = table[name];
  if (!fields) throw badRequest(`there is no message ${name}`);
  const result: Record<string, unknown> = {};
  const reader = new WireReader(bytes);
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    const field = fields[number];
    if (field === undefined) {
      reader.skip(wireType);
      continue;
    }
    const space = field.indexOf(' ');
    const member = field.slice(0, space);
    const shaped = field.slice(space + 1);
    const type = shaped.replace(/(\[\]|\{\})$/, '');
    if (shaped.endsWith('{}')) {
      const entry = readEntry(table, type, reader.bytes());
      result[member] = { ...(result[member] as object | undefined), [entry.key]: entry.value }; // maps are made here only
    } else if (shaped.endsWith('[]')) {
      const list = (result[member] ?? []) as unknown[]; // lists are made here only
      list.push(readValue(table, type, reader));
      result[member] = list;
    } else {
      const value = readValue(table, type, reader);
      if (value !== undefined && !isLeftOut(member, value)) result[member] = value;
    }
  }
  return result;
}

/** Fields whose zero is not the same as their absence. The encoding writes the zeros of all other fields too, where JSON
 * leaves them out. */
const MAY_BE_ZERO = new Set([
  'activeDeadlineSeconds',
  'allocateLoadBalancerNodePorts',
  'allowPrivilegeEscalation',
  'automountServiceAccountToken',
  'backoffLimit',
  'blockOwnerDeletion',
  'completions',
  'controller',
  'defaultMode',
  'enableServiceLinks',
  'failedJobsHistoryLimit',
  'fsGroup',
  'gracePeriodSeconds',
  'hostUsers',
  'immutable',
  'intVal',
  'minReplicas',
  'mode',
  'optional',
  'parallelism',
  'partition',
  'priority',
  'privileged',
  'progressDeadlineSeconds',
  'readOnlyRootFilesystem',
  'replicas',
  'revisionHistoryLimit',
  'runAsGroup',
  'runAsNonRoot',
  'runAsUser',
  'shareProcessNamespace',
  'startingDeadlineSeconds',
  'successfulJobsHistoryLimit',
  'suspend',
  'terminationGracePeriodSeconds',
  'tolerationSeconds',
  'ttlSecondsAfterFinished',
]);

function isLeftOut(member: string, value: unknown): boolean {
  return value === '' || ((value === 0 || value === false) && !MAY_BE_ZERO.has(member));
}

function readEntry(
  table: MessageTable,
  type: string,
  bytes: Buffer,
): { readonly key: string; readonly value: unknown } {
  const reader = new WireReader(bytes);
  let key = '';
  let value: unknown = type === 'string' || type === 'bytes' ? '' : undefined;
  while (!reader.done) {
    const { number, wireType } = reader.tag();
    if (number === 1) key = reader.bytes().toString('utf8');
    else if (number === 2) value = readValue(table, type, reader);
    else reader.skip(wireType);
  }
  return { key, value };
}

function readValue(table: MessageTable, type: string, reader: WireReader): unknown {
  switch (type) {
    case 'string':
      return reader.bytes().toString('utf8');
    case 'bytes':
      return reader.bytes().toString('base64');
    case 'bool':
      return reader.varint() !== 0n;
    case 'int32':
    case 'int64':
      return Number(BigInt.asIntN(64, reader.varint()));
    case 'uint32':
    case 'uint64':
      return Number(reader.varint());
    case 'double':
      return reader.double();
    default: {
      const fields = readMessage(table, type, reader.bytes());
      const special = SPECIAL[type];
      return special ? special(fields) : fields;
    }
  }
}
