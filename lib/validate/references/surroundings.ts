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

export class Surroundings {
  readonly #objects = new Map<string, KubernetesObject>();
  /** By namespace and the text of a label. */
  readonly #templates = new Map<string, PodTemplate[]>();
  /** By namespace. */
  readonly #inNamespace = new Map<string, PodTemplate[]>();
  readonly #withCustom = new Set<string>();

  /** @param isKnown whether the kind is one of Kubernetes itself */
  constructor(objects: Iterable<Neighbour>, isKnown: (object: KubernetesObject) => boolean) {
    for (const { object } of objects) {
      this.#objects.set(
        keyText(groupOf(object.apiVersion), object.kind, object.metadata.namespace, object.metadata.name),
        object,
      );
      if (!isKnown(object)) this.#withCustom.add(object.metadata.namespace ?? '');
      const template = podTemplateOf(object);
      if (template) this.#addTemplate(template, object.metadata.namespace ?? '');
    }
  }

  find(
    group: string,
    kind: string,
    namespace: string | undefined,
    name: string,
  ): KubernetesObject | undefined {
    return this.#objects.get(keyText(group, kind, namespace, name));
  }

  /** Pods that a selector selects in a namespace. An empty selector selects all. */
  selected(namespace: string, selector: ObjectLabelSelector): readonly PodTemplate[] {
    const { matchLabels } = selector;
    for (const key in matchLabels) {
      const candidates = this.#templates.get(`${namespace} ${key}=${matchLabels[key]}`) ?? [];
      return candidates.filter(({ labels }) => selectorMatches(selector, labels));
    }
    const all = this.#inNamespace.get(namespace) ?? [];
    return all.filter(({ labels }) => selectorMatches(selector, labels));
  }

  /** Whether pods may be made in the namespace by kinds that nothing is known of. */
  hasUnknownMakers(namespace: string): boolean {
    return this.#withCustom.has(namespace);
  }

  #addTemplate(template: PodTemplate, namespace: string): void {
    push(this.#inNamespace, namespace, template);
    for (const key in template.labels)
      push(this.#templates, `${namespace} ${key}=${template.labels[key]}`, template);
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
