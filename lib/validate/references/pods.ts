/** What pods refer to: ConfigMaps and Secrets with their keys, claims, the service account, and ports of their own. */
import { Annotation, type KubernetesObject } from '../../objects/index.ts';
import type { Judgement } from '../judgement.ts';
import { itemsOf } from './items.ts';
import { missingObject, missingPart } from './reference.ts';
import type { PodTemplate, Surroundings } from './surroundings.ts';

// biome-ignore lint/suspicious/noExplicitAny: fields of a pod's spec
type Fields = any;

type KeyedKind = 'ConfigMap' | 'Secret';

/** Those that Kubernetes makes itself in every namespace. */
const EVERYWHERE = new Set(['ConfigMap kube-root-ca.crt', 'ServiceAccount default']);

const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;

export function judgePodReferences(
  judgement: Judgement,
  { owner, spec, at }: PodTemplate,
  around: Surroundings,
): void {
  const namespace = owner.metadata.namespace ?? '';
  const keyed = (
    kind: KeyedKind,
    reference: Fields,
    field: string,
    keys: readonly (readonly [string, string])[],
  ) => judgeKeyed(judgement, around, { kind, namespace, reference, field, keys });
  for (const [i, volume] of itemsOf(spec.volumes)) {
    const place = `${at}.volumes[${i}]`;
    judgeSource(volume, place, keyed);
    for (const [j, source] of itemsOf(volume.projected?.sources)) {
      judgeSource(source, `${place}.projected.sources[${j}]`, keyed);
    }
    const claim: unknown = volume.persistentVolumeClaim?.claimName;
    if (typeof claim === 'string') {
      present(
        judgement,
        around,
        { kind: 'PersistentVolumeClaim', namespace, name: claim },
        `${place}.persistentVolumeClaim.claimName`,
      );
    }
  }
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [i, container] of itemsOf(spec[list]))
      judgeContainer(judgement, container, `${at}.${list}[${i}]`, keyed);
  }
  const account: unknown = spec.serviceAccountName;
  if (typeof account === 'string' && account !== '') {
    present(
      judgement,
      around,
      { kind: 'ServiceAccount', namespace, name: account },
      `${at}.serviceAccountName`,
    );
  }
}

type Keyed = (
  kind: KeyedKind,
  reference: Fields,
  field: string,
  keys: readonly (readonly [string, string])[],
) => void;

const NO_KEYS: readonly (readonly [string, string])[] = [];

/** A volume, or a source of a projected one. */
function judgeSource(source: Fields, place: string, keyed: Keyed): void {
  if (source.configMap)
    keyed(
      'ConfigMap',
      source.configMap,
      `${place}.configMap.name`,
      itemKeys(source.configMap, `${place}.configMap`),
    );
  const secret = source.secret;
  if (!secret) return;
  const name = secret.secretName ?? secret.name;
  keyed('Secret', { ...secret, name }, `${place}.secret`, itemKeys(secret, `${place}.secret`));
}

function itemKeys({ items }: Fields, place: string): readonly (readonly [string, string])[] {
  if (!Array.isArray(items)) return NO_KEYS;
  return [...itemsOf(items)].map(([k, { key }]) => [key, `${place}.items[${k}].key`] as const);
}

function judgeContainer(judgement: Judgement, container: Fields, place: string, keyed: Keyed): void {
  for (const [e, variable] of itemsOf(container.env)) {
    const { configMapKeyRef, secretKeyRef } = variable.valueFrom ?? {};
    const from = `${place}.env[${e}].valueFrom`;
    if (configMapKeyRef) {
      keyed('ConfigMap', configMapKeyRef, `${from}.configMapKeyRef.name`, [
        [configMapKeyRef.key, `${from}.configMapKeyRef.key`],
      ]);
    }
    if (secretKeyRef) {
      keyed('Secret', secretKeyRef, `${from}.secretKeyRef.name`, [
        [secretKeyRef.key, `${from}.secretKeyRef.key`],
      ]);
    }
  }
  for (const [e, { configMapRef, secretRef }] of itemsOf(container.envFrom)) {
    if (configMapRef) keyed('ConfigMap', configMapRef, `${place}.envFrom[${e}].configMapRef.name`, NO_KEYS);
    if (secretRef) keyed('Secret', secretRef, `${place}.envFrom[${e}].secretRef.name`, NO_KEYS);
  }
  for (const name of PROBES) judgeProbePort(judgement, container, name, place);
}

/** A probe may name a port of its container. */
function judgeProbePort(
  judgement: Judgement,
  container: Fields,
  name: (typeof PROBES)[number],
  place: string,
): void {
  for (const handler of ['httpGet', 'tcpSocket'] as const) {
    const port: unknown = container[name]?.[handler]?.port;
    if (typeof port !== 'string' || /^\d+$/.test(port)) continue;
    const names = [...itemsOf(container.ports)].flatMap(([, one]) =>
      typeof one.name === 'string' ? [one.name] : [],
    );
    if (names.includes(port)) continue;
    missingPart(
      judgement,
      `${place}.${name}.${handler}.port`,
      `port ${port}`,
      `container ${container.name}`,
      names,
    );
  }
}

interface KeyedReference {
  readonly kind: KeyedKind;
  readonly namespace: string;
  readonly reference: Fields;
  /** Where the name is. */
  readonly field: string;
  /** Keys that it must have, and where they are named. */
  readonly keys: readonly (readonly [key: string, field: string])[];
}

function judgeKeyed(judgement: Judgement, around: Surroundings, wanted: KeyedReference): void {
  const { kind, namespace, reference, field, keys } = wanted;
  if (reference.optional === true || typeof reference.name !== 'string') return;
  const found = around.find('', kind, namespace, reference.name);
  if (!found) {
    // Secrets are made outside of the program as a rule: values must not be in it.
    if (kind === 'ConfigMap') missing(judgement, { kind, name: reference.name }, field);
    return;
  }
  if (keys.length === 0 || isFilledElsewhere(found)) return;
  const known = [found.data, found.binaryData, found.stringData].flatMap((data) => Object.keys(data ?? {}));
  for (const [key, place] of keys) {
    if (typeof key !== 'string' || known.includes(key)) continue;
    missingPart(judgement, place, `key ${key}`, `${kind} ${reference.name}`, known);
  }
}

/** Controllers fill in objects that are made without data, and what is only ever created is somebody else's then. */
function isFilledElsewhere(object: KubernetesObject): boolean {
  const isEmpty = [object.data, object.binaryData, object.stringData].every(
    (data) => Object.keys(data ?? {}).length === 0,
  );
  return isEmpty || object.metadata.annotations?.[Annotation.apply] === 'create-only';
}

function present(
  judgement: Judgement,
  around: Surroundings,
  { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string },
  field: string,
): void {
  if (!around.find('', kind, namespace, name)) missing(judgement, { kind, name }, field);
}

function missing(
  judgement: Judgement,
  { kind, name }: { readonly kind: string; readonly name: string },
  field: string,
): void {
  if (!EVERYWHERE.has(`${kind} ${name}`)) missingObject(judgement, field, `${kind} ${name}`);
}
