/** Objects written for some namespaces and hosts → the same for others: every reference that can be told from other text.
 * Kubernetes has no list of them; what is looked at is listed here. */
import type { JsonValue } from '../../lib/objects/index.ts';

export interface RelocationOptions {
  /** Namespaces that are given up. */
  readonly namespaces: ReadonlySet<string>;
  /** The namespace that takes the place of all of them. */
  readonly to: string;
  /** Services that move: `name.namespace`. */
  readonly services: ReadonlySet<string>;
  /** Hosts, in lower case, and what takes their place. */
  readonly hosts: ReadonlyMap<string, string>;
}

/** Lists of namespaces (ServiceMonitor's `namespaceSelector.matchNames`, and what is named as plainly). */
const NAMESPACE_LISTS: ReadonlySet<string> = new Set(['matchNames', 'namespaces', 'watchNamespaces']);
/** The label that every namespace has its name in (Kubernetes, "Well-Known Labels"). */
const NAME_LABEL = 'kubernetes.io/metadata.name';
/** Where an image comes from is asked of the node's name service, not the cluster's. */
const NOT_NAMES: ReadonlySet<string> = new Set(['image']);

export class Relocation {
  readonly #options: RelocationOptions;
  /** What changes in texts. Empty sets match nothing. */
  readonly #texts: readonly (readonly [RegExp, (...groups: string[]) => string])[];

  constructor(options: RelocationOptions) {
    this.#options = options;
    const { namespaces, to, services, hosts } = options;
    const any = alternatives(namespaces);
    this.#texts = [
      // api.shop.svc.cluster.local, *.shop.svc, db-0.db.shop.svc
      [new RegExp(`(?<=[a-z0-9*-]\\.)(?:${any})(?=\\.svc(?![a-z0-9-]))`, 'g'), () => to],
      // api.shop: only what is a Service that moves, and stands by itself.
      [
        new RegExp(`(?<![\\w.-])([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)\\.(${any})(?![\\w-]|\\.\\w)`, 'g'),
        (all, name, namespace) => (services.has(`${name}.${namespace}`) ? `${name}.${to}` : all!),
      ],
      [
        new RegExp(`(system:serviceaccounts?:)(?:${any})(?![a-z0-9-])`, 'g'),
        (_all, prefix) => `${prefix}${to}`,
      ],
      [
        new RegExp(`(^|\\s)(--(?:[a-z]+-)*namespace=)(?:${any})(?=$|\\s)`, 'g'),
        (_all, before, flag) => `${before}${flag}${to}`,
      ],
      [
        new RegExp(`(?<![\\w.-])(?:${alternatives(hosts.keys())})(?![\\w-]|\\.\\w)`, 'gi'),
        (all) => hosts.get(all!.toLowerCase()) ?? all!,
      ],
    ];
  }

  /** Anything below the envelope of an object. */
  value(value: JsonValue | undefined, member = ''): JsonValue | undefined {
    if (typeof value === 'string') return NOT_NAMES.has(member) ? value : this.text(value);
    if (value === null || typeof value !== 'object') return value;
    if (isList(value)) return this.#list(value, member);
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, this.#member(name, item, value)]),
    );
  }

  /** What a text has to say instead. */
  text(text: string): string {
    return this.#texts.reduce((now, [pattern, change]) => now.replace(pattern, change), text);
  }

  /** A namespace, wherever nothing but one stands. */
  namespace(name: string): string {
    return this.#options.namespaces.has(name) ? this.#options.to : name;
  }

  #member(
    name: string,
    item: JsonValue | undefined,
    of: { readonly [member: string]: JsonValue | undefined },
  ): JsonValue | undefined {
    if (typeof item === 'string') {
      if (name === 'namespace' || name === NAME_LABEL) return this.namespace(item);
      // { name: POD_NAMESPACE, value: shop }
      if (name === 'value' && /(?:^|_)NAMESPACE$/.test(String(of.name))) return this.namespace(item);
    }
    // { key: kubernetes.io/metadata.name, operator: In, values: [shop] }
    if (name === 'values' && of.key === NAME_LABEL) return this.#names(item);
    return this.value(item, name);
  }

  #list(list: readonly JsonValue[], member: string): JsonValue {
    if (NAMESPACE_LISTS.has(member)) return this.#names(list) ?? list;
    return list.map((item) => this.value(item, member) ?? null);
  }

  /** Several that become one are named once. */
  #names(list: JsonValue | undefined): JsonValue | undefined {
    if (list === null || list === undefined || !isList(list)) return list;
    const moved = list.map((item) =>
      typeof item === 'string' ? this.namespace(item) : (this.value(item) ?? null),
    );
    return moved.filter((item, index) => typeof item !== 'string' || moved.indexOf(item) === index);
  }
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The longest come first: what one begins with is not taken for all of it. */
function alternatives(texts: Iterable<string>): string {
  const sorted = [...texts].sort((a, b) => b.length - a.length);
  return sorted.length === 0 ? '(?!)' : sorted.map(escaped).join('|');
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
