/** What pods refer to: ConfigMaps and Secrets with their keys, claims, the service account, and ports of their own.
 * Texts of places are made only where something refers to something. */
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

const CONTAINERS = ['initContainers', 'containers'] as const;
const PROBES = ['livenessProbe', 'readinessProbe', 'startupProbe'] as const;
const HANDLERS = ['httpGet', 'tcpSocket'] as const;

export function judgePodReferences(judgement: Judgement, template: PodTemplate, around: Surroundings): void {
  const { spec, at } = template;
  const namespace = template.owner.metadata.namespace ?? '';
  const references = new References(judgement, around, namespace);
  for (const [i, volume] of itemsOf(spec.volumes).entries())
    judgeVolume(references, volume, `${at}.volumes[${i}]`);
  for (const list of CONTAINERS) {
    const containers = itemsOf(spec[list]);
    for (let i = 0; i < containers.length; i += 1) judgeContainer(references, containers[i], at, list, i);
  }
  const account: unknown = spec.serviceAccountName;
  if (typeof account === 'string' && account !== '') {
    references.object('ServiceAccount', account, `${at}.serviceAccountName`);
  }
}

function judgeVolume(references: References, volume: Fields, place: string): void {
  judgeSource(references, volume, place);
  for (const [j, source] of itemsOf(volume.projected?.sources).entries()) {
    judgeSource(references, source, `${place}.projected.sources[${j}]`);
  }
  const claim: unknown = volume.persistentVolumeClaim?.claimName;
  if (typeof claim === 'string') {
    references.object('PersistentVolumeClaim', claim, `${place}.persistentVolumeClaim.claimName`);
  }
}

/** A volume, or a source of a projected one. */
function judgeSource(references: References, { configMap, secret }: Fields, place: string): void {
  if (configMap) {
    const found = references.keyed(
      'ConfigMap',
      configMap.name,
      configMap.optional,
      `${place}.configMap.name`,
    );
    judgeItems(references, found, configMap.items, `${place}.configMap`);
  }
  if (secret) {
    // A volume names it otherwise than a source of a projected one.
    const name = secret.secretName ?? secret.name;
    const found = references.keyed('Secret', name, secret.optional, `${place}.secret`);
    judgeItems(references, found, secret.items, `${place}.secret`);
  }
}

function judgeItems(
  references: References,
  found: KubernetesObject | undefined,
  items: unknown,
  place: string,
): void {
  if (!found) return;
  for (const [k, { key }] of itemsOf(items).entries()) references.key(found, key, `${place}.items[${k}].key`);
}

function judgeContainer(
  references: References,
  container: Fields,
  at: string,
  list: string,
  i: number,
): void {
  const variables = itemsOf(container.env);
  for (let e = 0; e < variables.length; e += 1) {
    const { configMapKeyRef, secretKeyRef } = variables[e].valueFrom ?? NO_SOURCE;
    const kind = configMapKeyRef ? 'ConfigMap' : 'Secret';
    const reference = configMapKeyRef ?? secretKeyRef;
    if (!reference) continue;
    const place = `${at}.${list}[${i}].env[${e}].valueFrom.${configMapKeyRef ? 'configMapKeyRef' : 'secretKeyRef'}`;
    const found = references.keyed(kind, reference.name, reference.optional, `${place}.name`);
    if (found) references.key(found, reference.key, `${place}.key`);
  }
  for (const [e, { configMapRef, secretRef }] of itemsOf(container.envFrom).entries()) {
    const place = `${at}.${list}[${i}].envFrom[${e}]`;
    if (configMapRef)
      references.keyed('ConfigMap', configMapRef.name, configMapRef.optional, `${place}.configMapRef.name`);
    if (secretRef) references.keyed('Secret', secretRef.name, secretRef.optional, `${place}.secretRef.name`);
  }
  for (const probe of PROBES) {
    if (!container[probe]) continue;
    for (const handler of HANDLERS) {
      const port: unknown = container[probe][handler]?.port;
      if (typeof port !== 'string' || /^\d+$/.test(port)) continue;
      references.ownPort(container, port, `${at}.${list}[${i}].${probe}.${handler}.port`);
    }
  }
}

const NO_SOURCE: Fields = {};

class References {
  readonly #judgement: Judgement;
  readonly #around: Surroundings;
  readonly #namespace: string;

  constructor(judgement: Judgement, around: Surroundings, namespace: string) {
    this.#judgement = judgement;
    this.#around = around;
    this.#namespace = namespace;
  }

  /** An object that has to be there. */
  object(kind: string, name: string, field: string): void {
    if (this.#around.find('', kind, this.#namespace, name) || EVERYWHERE.has(`${kind} ${name}`)) return;
    missingObject(this.#judgement, field, `${kind} ${name}`);
  }

  /** A ConfigMap or Secret that has to be there unless it is optional.
   * @returns it, when it is in the program and its keys matter */
  keyed(kind: KeyedKind, name: unknown, isOptional: unknown, field: string): KubernetesObject | undefined {
    if (isOptional === true || typeof name !== 'string') return undefined;
    const found = this.#around.find('', kind, this.#namespace, name);
    if (found) return isFilledElsewhere(found) ? undefined : found;
    // Secrets are made outside of the program as a rule: their values must not be in it.
    if (kind === 'ConfigMap') this.object(kind, name, field);
    return undefined;
  }

  key(owner: KubernetesObject, key: unknown, field: string): void {
    if (typeof key !== 'string') return;
    const known = [owner.data, owner.binaryData, owner.stringData].flatMap((data) => Object.keys(data ?? {}));
    if (known.includes(key)) return;
    missingPart(this.#judgement, field, `key ${key}`, `${owner.kind} ${owner.metadata.name}`, known);
  }

  /** A port that the container names itself. */
  ownPort(container: Fields, port: string, field: string): void {
    const names = itemsOf(container.ports).flatMap(({ name }) => (typeof name === 'string' ? [name] : []));
    if (names.includes(port)) return;
    const owner = typeof container.name === 'string' ? `container ${container.name}` : 'the container';
    missingPart(this.#judgement, field, `port ${port}`, owner, names);
  }
}

/** Controllers fill in objects that are made without data, and what is only ever created is somebody else's then. */
function isFilledElsewhere({ data, binaryData, stringData, metadata }: KubernetesObject): boolean {
  if (metadata.annotations?.[Annotation.apply] === 'create-only') return true;
  return [data, binaryData, stringData].every((part) => Object.keys(part ?? {}).length === 0);
}
