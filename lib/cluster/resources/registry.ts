/** All resources that the server offers at the moment: the built-in ones, and those that CustomResourceDefinitions
 * add and take away. */
import { formatApiVersion, type GroupVersionKind } from '../../objects/index.ts';
import { builtinResources } from './builtin.ts';
import { type Resource, tableOf, type Verb } from './resource.ts';

/** A kind as discovery shows it. */
export interface ServedKind extends GroupVersionKind {
  /** Lower-case plural, as it stands in paths. */
  readonly plural: string;
  readonly namespaced: boolean;
  readonly verbs: readonly string[];
}

export class ResourceRegistry {
  readonly #byPath = new Map<string, Resource>();
  readonly #byKind = new Map<string, Resource>();
  readonly #byTable = new Map<string, Resource>();
  readonly #custom = new Map<string, readonly Resource[]>();
  #generation = 0;

  constructor() {
    for (const resource of builtinResources()) this.#add(resource);
  }

  /** Grows with every change; what is derived from the registry is cached under it. */
  get generation(): number {
    return this.#generation;
  }

  all(): readonly Resource[] {
    return [...this.#byPath.values()];
  }

  byPath(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  byKind(kind: GroupVersionKind): Resource | undefined {
    return this.#byKind.get(`${kind.group}/${kind.version}/${kind.kind}`);
  }

  hasGroupVersion(group: string, version: string): boolean {
    return this.all().some((resource) => resource.group === group && resource.version === version);
  }

  /** Any version of what a table holds. */
  forTable(table: string): Resource | undefined {
    return this.#byTable.get(table);
  }

  /** One resource for each table, so that a walk over everything meets each object once. */
  tables(): readonly Resource[] {
    return [...this.#byTable.values()];
  }

  /** Puts a definition's resources in place of those it had before; none to remove it. */
  setCustom(definition: string, resources: readonly Resource[]): void {
    for (const old of this.#custom.get(definition) ?? []) {
      this.#byPath.delete(pathOf(old));
      this.#byTable.delete(tableOf(old));
      this.#byKind.delete(`${old.group}/${old.version}/${old.kind}`);
    }
    this.#custom.delete(definition);
    if (resources.length > 0) this.#custom.set(definition, resources);
    for (const resource of resources) this.#add(resource);
    this.#generation++;
  }

  /** Serves these kinds and no others: Kubernetes' own as they are known here, what definitions have brought, and the rest
   * without a schema. */
  serveOnly(kinds: readonly ServedKind[]): void {
    const wanted = new Map(kinds.map((kind) => [pathOf(kind), kind]));
    for (const [path, resource] of this.#byPath) {
      if (wanted.has(path) || resource.custom) continue;
      this.#byPath.delete(path);
      this.#byKind.delete(`${resource.group}/${resource.version}/${resource.kind}`);
    }
    const tables = [...this.#byPath.values()].map((resource) => [tableOf(resource), resource] as const);
    this.#byTable.clear();
    for (const [table, resource] of tables) if (!this.#byTable.has(table)) this.#byTable.set(table, resource);
    for (const [path, kind] of wanted) if (!this.#byPath.has(path)) this.#add(withoutSchema(kind));
    this.#generation++;
  }

  #add(resource: Resource): void {
    this.#byPath.set(pathOf(resource), resource);
    if (!this.#byTable.has(tableOf(resource))) this.#byTable.set(tableOf(resource), resource);
    this.#byKind.set(`${resource.group}/${resource.version}/${resource.kind}`, resource);
  }
}

function withoutSchema(kind: ServedKind): Resource {
  const { group, version, plural } = kind;
  return {
    group,
    version,
    kind: kind.kind,
    plural,
    namespaced: kind.namespaced,
    singular: kind.kind.toLowerCase(),
    listKind: `${kind.kind}List`,
    // Names of verbs are the server's; those that are not ours are never asked for.
    verbs: kind.verbs as readonly Verb[],
    shortNames: [],
    categories: [],
    subresources: [],
    custom: {
      schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      printerColumns: [],
      selectableFields: [],
    },
  };
}

function pathOf(resource: Pick<Resource, 'group' | 'version' | 'plural'>): string {
  return `${resource.group}/${resource.version}/${resource.plural}`;
}

export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return formatApiVersion(resource.group, resource.version);
}
