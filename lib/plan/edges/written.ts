import type { JsonValue, KubernetesObject, ObjectKey } from '../../objects/index.ts';
import { fieldOf, isMap, stringOf } from '../field-path.ts';
import { KeyIndex } from '../key-index.ts';
import { formatGroupKind } from '../live.ts';
import type { EdgeSource, WrittenObjects } from './edge.ts';
import { producedSecret } from './issued.ts';
import { podSpecOf } from './pod-spec.ts';
import { selects } from './selector.ts';

/** Kinds that bound all pods of their namespace. */
const LIMITS: ReadonlySet<string> = new Set(['LimitRange', 'ResourceQuota']);

/** Looks up what is written: each table is made once, the dear ones when somebody asks for the first time. */
export class WrittenTables implements WrittenObjects {
  readonly #sources: readonly EdgeSource[];
  readonly #definitions = new Map<string, ObjectKey>();
  readonly #limits = new Map<string, ObjectKey[]>();
  readonly #policies = new Map<string, EdgeSource[]>();
  readonly #producers = new Map<string, ObjectKey[]>();
  #index: KeyIndex | undefined;
  #workloads: Map<string, EdgeSource[]> | undefined;

  /** @param groupKinds of each source, in their order */
  constructor(sources: readonly EdgeSource[], groupKinds: readonly string[]) {
    this.#sources = sources;
    for (const [index, source] of sources.entries()) {
      const groupKind = groupKinds[index]!;
      const { key } = source;
      const defined = definedKind(source.object);
      if (defined !== undefined) this.#definitions.set(defined, key);
      if (LIMITS.has(groupKind)) put(this.#limits, key.namespace, key);
      if (groupKind === 'NetworkPolicy.networking.k8s.io')
        put(
          this.#policies,
          `${key.namespace} ${handleOf(fieldOf(source.object, 'spec', 'podSelector'))}`,
          source,
        );
      const secret = producedSecret(groupKind, source);
      if (secret !== undefined) put(this.#producers, `${key.namespace}/${secret}`, key);
    }
  }

  get(key: ObjectKey): KubernetesObject | undefined {
    this.#index ??= new KeyIndex(this.#sources.map((source) => source.key));
    const number = this.#index.find(key);
    return number === undefined ? undefined : this.#sources[number]?.object;
  }

  definitionOf(kind: Pick<ObjectKey, 'group' | 'kind'>): ObjectKey | undefined {
    return this.#definitions.size === 0 ? undefined : this.#definitions.get(formatGroupKind(kind));
  }

  limitsOf(namespace: string): readonly ObjectKey[] {
    return this.#limits.get(namespace) ?? [];
  }

  policiesFor(namespace: string, labels: JsonValue | undefined): readonly ObjectKey[] {
    if (this.#policies.size === 0) return [];
    const handles = isMap(labels)
      ? Object.entries(labels).map(([name, value]) => handleOf({ matchLabels: { [name]: value } }))
      : [];
    return ['', ...handles].flatMap((handle) =>
      (this.#policies.get(`${namespace} ${handle}`) ?? [])
        .filter(({ object }) => selects(fieldOf(object, 'spec', 'podSelector'), labels))
        .map(({ key }) => key),
    );
  }

  workloads(namespace: string): readonly EdgeSource[] {
    this.#workloads ??= Map.groupBy(
      this.#sources.filter(({ object }) => podSpecOf(object) !== undefined),
      ({ key }) => key.namespace,
    );
    return this.#workloads.get(namespace) ?? [];
  }

  producersOf(namespace: string, secret: string): readonly ObjectKey[] {
    return this.#producers.size === 0 ? [] : (this.#producers.get(`${namespace}/${secret}`) ?? []);
  }
}

/** One of the labels that a selector asks for, so that only pods that have it need be compared with it; the empty text
 * when it asks for none by value. */
function handleOf(selector: JsonValue | undefined): string {
  const labels = fieldOf(selector, 'matchLabels');
  const [first] = isMap(labels) ? Object.entries(labels) : [];
  return first === undefined ? '' : `${first[0]}=${String(first[1])}`;
}

function put<T>(map: Map<string, T[]>, name: string, value: T): void {
  const known = map.get(name);
  if (known) known.push(value);
  else map.set(name, [value]);
}

/** The kind that a CustomResourceDefinition defines, as a group kind; undefined for every other object. */
export function definedKind(object: KubernetesObject): string | undefined {
  if (object.kind !== 'CustomResourceDefinition') return undefined;
  const kind = stringOf(object, 'spec', 'names', 'kind');
  const group = stringOf(object, 'spec', 'group');
  return kind === undefined || group === undefined ? undefined : formatGroupKind({ group, kind });
}
