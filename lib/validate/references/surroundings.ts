/** The objects of an environment, as others refer to them. */
import { type KubernetesObject, type ObjectLabelSelector, selectorMatches } from '../../objects/index.ts';

export interface Neighbour {
  readonly object: KubernetesObject;
}

/** Pods that an object makes, or is. */
export interface PodTemplate {
  readonly owner: KubernetesObject;
  readonly labels: Readonly<Record<string, string>>;
  // biome-ignore lint/suspicious/noExplicitAny: fields of a pod's spec, which may be that of a kind that is not known
  readonly spec: any;
  /** Where the spec is in the owner. */
  readonly at: string;
}

interface SurroundingsOptions {
  /** Whether the kind is one of Kubernetes itself. */
  readonly isKnown: (object: KubernetesObject) => boolean;
  /** Gives further objects of a namespace; the empty one holds what is cluster-scoped. */
  readonly elsewhere?: (namespace: string) => readonly Neighbour[];
  /** Told of each namespace that something is looked for in. */
  readonly onLookUp?: (namespace: string) => void;
}

export class Surroundings {
  #all: readonly Neighbour[];
  readonly #options: SurroundingsOptions;
  readonly #fetched = new Set<string>();
  #objects: Map<string, KubernetesObject> | undefined;
  #pods: PodIndex | undefined;
  #withCustom: Set<string> | undefined;

  constructor(objects: readonly Neighbour[], options: SurroundingsOptions) {
    this.#all = objects;
    this.#options = options;
  }

  find(
    group: string,
    kind: string,
    namespace: string | undefined,
    name: string,
  ): KubernetesObject | undefined {
    this.#lookUp(namespace ?? '');
    if (!this.#objects) {
      this.#objects = new Map();
      for (const { object } of this.#all) {
        const { namespace: its, name: itsName } = object.metadata;
        this.#objects.set(keyText(groupOf(object.apiVersion), object.kind, its, itsName), object);
      }
    }
    return this.#objects.get(keyText(group, kind, namespace, name));
  }

  /** Pods that a selector selects in a namespace. An empty selector selects all. */
  selected(namespace: string, selector: ObjectLabelSelector): readonly PodTemplate[] {
    this.#lookUp(namespace);
    this.#pods ??= new PodIndex(this.#all);
    return this.#pods
      .candidates(namespace, selector)
      .filter(({ labels }) => selectorMatches(selector, labels));
  }

  /** Whether pods may be made in the namespace by kinds that nothing is known of. */
  hasUnknownMakers(namespace: string): boolean {
    this.#lookUp(namespace);
    this.#withCustom ??= new Set(
      this.#all.flatMap(({ object }) =>
        this.#options.isKnown(object) ? [] : [object.metadata.namespace ?? ''],
      ),
    );
    return this.#withCustom.has(namespace);
  }

  #lookUp(namespace: string): void {
    const { elsewhere, onLookUp } = this.#options;
    onLookUp?.(namespace);
    if (!elsewhere || this.#fetched.has(namespace)) return;
    this.#fetched.add(namespace);
    const more = elsewhere(namespace);
    if (more.length === 0) return;
    this.#all = [...new Set([...this.#all, ...more])];
    this.#objects = undefined;
    this.#pods = undefined;
    this.#withCustom = undefined;
  }
}

const NONE: readonly PodTemplate[] = [];

class PodIndex {
  /** By namespace and the text of a label. */
  readonly #byLabel = new Map<string, PodTemplate[]>();
  readonly #byNamespace = new Map<string, PodTemplate[]>();

  constructor(objects: readonly Neighbour[]) {
    for (const { object } of objects) {
      const template = podTemplateOf(object);
      if (!template) continue;
      const namespace = object.metadata.namespace ?? '';
      push(this.#byNamespace, namespace, template);
      for (const key in template.labels)
        push(this.#byLabel, `${namespace} ${key}=${template.labels[key]}`, template);
    }
  }

  /** Some pods, the selected ones among them. */
  candidates(namespace: string, { matchLabels }: ObjectLabelSelector): readonly PodTemplate[] {
    for (const key in matchLabels)
      return this.#byLabel.get(`${namespace} ${key}=${matchLabels[key]}`) ?? NONE;
    return this.#byNamespace.get(namespace) ?? NONE;
  }
}

function push<T>(map: Map<string, T[]>, key: string, item: T): void {
  const known = map.get(key);
  if (known) known.push(item);
  else map.set(key, [item]);
}

function keyText(group: string, kind: string, namespace: string | undefined, name: string): string {
  return `${group} ${kind} ${namespace ?? ''} ${name}`;
}

export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf('/');
  return slash < 0 ? '' : apiVersion.slice(0, slash);
}

/** The pods of a Pod, a CronJob, and of every kind that has a template as workloads have. */
export function podTemplateOf(object: KubernetesObject): PodTemplate | undefined {
  const { kind, spec } = object;
  if (typeof spec !== 'object' || spec === null) return undefined;
  if (kind === 'Pod' && object.apiVersion === 'v1') {
    return { owner: object, labels: object.metadata.labels ?? {}, spec, at: 'spec' };
  }
  const isCronJob = kind === 'CronJob' && groupOf(object.apiVersion) === 'batch';
  const template = isCronJob ? spec.jobTemplate?.spec?.template : spec.template;
  if (!Array.isArray(template?.spec?.containers)) return undefined;
  return {
    owner: object,
    labels: template.metadata?.labels ?? {},
    spec: template.spec,
    at: isCronJob ? 'spec.jobTemplate.spec.template.spec' : 'spec.template.spec',
  };
}
