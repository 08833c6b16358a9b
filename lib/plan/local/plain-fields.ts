/** Fields whose change means the same to every API server: no default follows from it, no plugin that comes with
 * Kubernetes looks at it, and whether it is valid can be said here. Everything else is asked of the server. */
import type { JsonObject, JsonValue, KubernetesObject } from '../../objects/index.ts';
import { isMap } from '../field-path.ts';
import { isOurMark } from '../identity.ts';
import { formatGroupKind } from '../live.ts';

/** What may change at and below a place of an object. */
interface Place {
  readonly fields?: Readonly<Record<string, Place>>;
  /** Fields of any name. */
  readonly entries?: (name: string) => Place | undefined;
  /** Items of a list that are told apart by their name. The list may neither grow, shrink nor be sorted anew. */
  readonly named?: Place;
  /** Whether this value may take the place of that; undefined where there is none. */
  readonly allows?: (before: JsonValue | undefined, after: JsonValue | undefined) => boolean;
}

/** Whether a change of an object touches plain fields only. */
export function isPlain(
  live: KubernetesObject,
  after: KubernetesObject,
  key: { group: string; kind: string },
): boolean {
  const place = KINDS[formatGroupKind(key)];
  // Objects that were read are JSON.
  const [before, now] = [live as unknown as JsonObject, after as unknown as JsonObject];
  return place !== undefined && isSound(now, key.kind) && mayBecome(before, now, place);
}

/** Whether changes of a kind can be plain at all. */
export function hasPlainFields(key: { readonly group: string; readonly kind: string }): boolean {
  return KINDS[formatGroupKind(key)] !== undefined;
}

function mayBecome(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  place: Place | undefined,
): boolean {
  if (before === after) return true;
  if (place?.allows) return place.allows(before, after);
  if (isMap(before) && isMap(after)) {
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].every((name) =>
      mayBecome(before[name], after[name], place?.fields?.[name] ?? place?.entries?.(name)),
    );
  }
  if (Array.isArray(before) && Array.isArray(after)) {
    return (
      before.length === after.length &&
      before.every(
        (item, index) => sameName(item, after[index]) && mayBecome(item, after[index], place?.named),
      )
    );
  }
  return false;
}

/** Items without names are the same when they are equal, which the comparison of what is in them finds out. */
function sameName(a: JsonValue, b: JsonValue | undefined): boolean {
  return !isMap(a) || !isMap(b) || a.name === b.name;
}

const isText = (value: JsonValue | undefined): value is string =>
  typeof value === 'string' && value.isWellFormed();
const isGiven = (value: JsonValue | undefined): value is string => isText(value) && value !== '';
/** Coming, going or changing; what is there passes the test. */
const each =
  (test: (value: JsonValue) => boolean) =>
  (before: JsonValue | undefined, after: JsonValue | undefined): boolean =>
    [before, after].every((value) => value === undefined || test(value));
/** Changing, not coming or going: then a default might take its place. */
const both =
  (test: (value: JsonValue | undefined) => boolean) =>
  (before: JsonValue | undefined, after: JsonValue | undefined): boolean =>
    test(before) && test(after);

/** Names of labels and annotations (apimachinery, IsQualifiedName). Those of Kubernetes' own domains may mean something
 * to the server, except for the recommended labels. */
const QUALIFIED_NAME =
  /^(?:[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;

function isFreeName(name: string): boolean {
  if (!QUALIFIED_NAME.test(name)) return false;
  if (isOurMark(name)) return true;
  const domain = name.includes('/') ? name.slice(0, name.indexOf('/')) : '';
  if (domain.includes('..')) return false;
  return domain === 'app.kubernetes.io' || !/(?:^|\.)(?:kubernetes|k8s)\.io$/.test(domain);
}

const LABELS: Place = {
  entries: (name) =>
    isFreeName(name) ? { allows: each((value) => isText(value) && LABEL_VALUE.test(value)) } : undefined,
};
const ANNOTATIONS: Place = {
  entries: (name) => (isFreeName(name) ? { allows: each(isText) } : undefined),
};
const METADATA: Place = { fields: { labels: LABELS, annotations: ANNOTATIONS } };

/** Keys of ConfigMaps and Secrets (apimachinery, IsConfigMapKey). */
const isDataKey = (name: string): boolean =>
  /^[-._a-zA-Z0-9]{1,253}$/.test(name) && name !== '.' && !name.startsWith('..');
const isBase64 = (value: JsonValue): boolean =>
  isText(value) && Buffer.from(value, 'base64').toString('base64') === value;
const dataOf = (test: (value: JsonValue) => boolean): Place => {
  const entries = (name: string): Place | undefined => (isDataKey(name) ? { allows: each(test) } : undefined);
  return { entries };
};

const isStrings = (value: JsonValue | undefined): boolean =>
  Array.isArray(value) && value.length > 0 && value.every(isText);
const CONTAINERS: Place = {
  named: {
    fields: {
      image: { allows: both((value) => isGiven(value) && !/\s/.test(value)) },
      args: { allows: both(isStrings) },
      command: { allows: both(isStrings) },
      env: { named: { fields: { value: { allows: both(isGiven) } } } },
    },
  },
};
const TEMPLATE: Place = {
  fields: {
    // A map of annotations that comes or goes is a change of the map: not one of its entries.
    metadata: { fields: { annotations: ANNOTATIONS } },
    spec: { fields: { containers: CONTAINERS, initContainers: CONTAINERS } },
  },
};
const REPLICAS: Place = {
  allows: both(
    (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 2 ** 31,
  ),
};
const WITH_TEMPLATE = { metadata: METADATA, spec: { fields: { template: TEMPLATE } } };
const SCALED = { metadata: METADATA, spec: { fields: { template: TEMPLATE, replicas: REPLICAS } } };

/** RBAC is not among them: who changes anything of a role has to have all that it allows. */
const KINDS: Readonly<Record<string, Place>> = {
  ConfigMap: { fields: { metadata: METADATA, data: dataOf(isText), binaryData: dataOf(isBase64) } },
  Secret: { fields: { metadata: METADATA, data: dataOf(isBase64) } },
  'Deployment.apps': { fields: SCALED },
  'StatefulSet.apps': { fields: SCALED },
  'DaemonSet.apps': { fields: WITH_TEMPLATE },
  Service: { fields: { metadata: METADATA } },
  ServiceAccount: { fields: { metadata: METADATA } },
  'CronJob.batch': { fields: { metadata: METADATA } },
  'Ingress.networking.k8s.io': { fields: { metadata: METADATA } },
  'NetworkPolicy.networking.k8s.io': { fields: { metadata: METADATA } },
  'PodDisruptionBudget.policy': { fields: { metadata: METADATA } },
};

/** Bytes of a whole object; the server has several limits between this and 1.5 MiB. */
const LARGEST = 768 * 1024;
/** Bytes of all annotations together (apimachinery, TotalAnnotationSizeLimitB), with some left for our marks. */
const LARGEST_ANNOTATIONS = 250 * 1024;

/** Whether the object as a whole is what the server takes. */
function isSound(object: JsonObject, kind: string): boolean {
  const bytes = (value: JsonValue | undefined): number => Buffer.byteLength(JSON.stringify(value ?? null));
  if (bytes(object) > LARGEST) return false;
  const metadata = isMap(object.metadata) ? object.metadata : {};
  if (bytes(metadata.annotations) > LARGEST_ANNOTATIONS) return false;
  if (kind !== 'ConfigMap' && kind !== 'Secret') return true;
  if (object.immutable === true) return false;
  // Other types want some keys to be there, or to hold something.
  if (kind === 'Secret') return object.type === 'Opaque';
  const [data, binary] = [object.data ?? {}, object.binaryData ?? {}];
  return isMap(data) && isMap(binary) && !Object.keys(data).some((name) => Object.hasOwn(binary, name));
}
