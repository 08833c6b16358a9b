import type { AnyNode } from 'acorn';
import type { JsonValue } from '../../lib/objects/index.ts';
import { propertyName } from './nearness.ts';

/** The value of an expression that consists of literals; undefined for any other. */
export function constantOf(node: AnyNode): JsonValue | undefined {
  switch (node.type) {
    case 'Literal': {
      const { value } = node;
      return typeof value === 'string' ||
        typeof value === 'number' ||
        typeof value === 'boolean' ||
        (value === null && node.raw === 'null')
        ? value
        : undefined;
    }
    case 'UnaryExpression': {
      const value = node.operator === '-' ? constantOf(node.argument) : undefined;
      return typeof value === 'number' ? -value : undefined;
    }
    case 'TemplateLiteral':
      return node.expressions.length === 0 ? (node.quasis[0]?.value.cooked ?? undefined) : undefined;
    case 'ArrayExpression': {
      const items = node.elements.map((item) => (item === null ? undefined : constantOf(item)));
      return items.every((item) => item !== undefined) ? items : undefined;
    }
    case 'ObjectExpression': {
      const members = node.properties.map((property) => {
        const name = propertyName(property);
        const value = property.type === 'Property' ? constantOf(property.value) : undefined;
        return name === undefined || value === undefined ? undefined : ([name, value] as const);
      });
      return members.every((member) => member !== undefined) ? Object.fromEntries(members) : undefined;
    }
    default:
      return undefined;
  }
}
