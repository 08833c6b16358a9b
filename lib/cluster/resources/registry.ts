/** All resources that the server offers at the moment: the built-in ones, and those that CustomResourceDefinitions
 * add and take away. */
import { formatApiVersion, type GroupVersionKind } from '../../objects/index.ts';
import { builtinResources } from './builtin.ts';
import { type Resource, tableOf } from './resource.ts';

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

  #add(resource: Resource): void {
    this.#byPath.set(pathOf(resource), resource);
    if (!this.#byTable.has(tableOf(resource))) this.#byTable.set(tableOf(resource), resource);
    this.#byKind.set(`${resource.group}/${resource.version}/${resource.kind}`, resource);
  }
}

function pathOf(resource: Resource): string {
  return `${resource.group}/${resource.version}/${resource.plural}`;
}

export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return formatApiVersion(resource.group, resource.version);
}
