/** One view on Kubernetes' OpenAPI v3 schemas and on the structural schemas of custom resources: references
 * followed, so that a walk along an object needs no case for either. */
import type { SchemaNode } from '../../schemas/index.ts';

export type { SchemaNode };

/** The schemas of one or more documents by name. */
export type SchemaDefinitions = Readonly<Record<string, SchemaNode>>;

const REF_PREFIX = '#/components/schemas/';

/** Follows references. A property that is `{allOf: [{$ref}], default, x-…}` becomes the target with the property's own
 * members laid over it. */
export class SchemaResolver {
  readonly #definitions: SchemaDefinitions;
  readonly #resolved = new WeakMap<SchemaNode, SchemaNode>();

  constructor(definitions: SchemaDefinitions) {
    this.#definitions = definitions;
  }

  resolve(node: SchemaNode): SchemaNode {
    const known = this.#resolved.get(node);
    if (known) return known;
    const resolved = this.#follow(node);
    this.#resolved.set(node, resolved);
    return resolved;
  }

  #follow(node: SchemaNode): SchemaNode {
    if (node.$ref !== undefined) {
      const target = this.#definitions[node.$ref.slice(REF_PREFIX.length)];
      return target ? this.resolve(target) : {};
    }
    const only = node.allOf?.length === 1 ? node.allOf[0] : undefined;
    if (only?.$ref === undefined) return node;
    const { allOf: _, ...own } = node;
    return { ...this.resolve(only), ...own };
  }

  property(node: SchemaNode, name: string): SchemaNode | undefined {
    const own = node.properties?.[name];
    if (own) return this.resolve(own);
    const additional = node.additionalProperties;
    return typeof additional === 'object' ? this.resolve(additional) : undefined;
  }

  items(node: SchemaNode): SchemaNode | undefined {
    return node.items && this.resolve(node.items);
  }
}

/** Name of the schema that a node is a mere reference to. */
export function referenceName(node: SchemaNode): string | undefined {
  const reference = node.$ref ?? (node.allOf?.length === 1 ? node.allOf[0]?.$ref : undefined);
  return reference?.slice(REF_PREFIX.length);
}
