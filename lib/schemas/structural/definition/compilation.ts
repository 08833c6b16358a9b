/** Rules of a sound schema have to compile (apiextensions-apiserver, pkg/apiserver/schema/cel). */
import { checkExpression } from '../../../expressions/index.ts';
import type { FieldError } from '../field-error.ts';
import { typesOf } from '../rules/types-of.ts';
import type { SchemaNode, ValidationRule } from '../schema-node.ts';
import { invalid } from './said.ts';

export function compilationErrors(schema: SchemaNode, path: string, isResource = true): FieldError[] {
  const { properties = {}, items, additionalProperties, allOf = [] } = schema;
  const isEmbedded = (part: SchemaNode) => part['x-kubernetes-embedded-resource'] === true;
  return [
    ...ownErrors(schema, path, isResource),
    ...Object.entries(properties).flatMap(([name, property]) =>
      compilationErrors(property, `${path}.properties[${name}]`, isEmbedded(property)),
    ),
    ...(items ? compilationErrors(items, `${path}.items`, isEmbedded(items)) : []),
    ...(typeof additionalProperties === 'object'
      ? compilationErrors(
          additionalProperties,
          `${path}.additionalProperties`,
          isEmbedded(additionalProperties),
        )
      : []),
    ...allOf.flatMap((branch, i) => compilationErrors(branch, `${path}.allOf[${i}]`, isResource)),
  ];
}

function ownErrors(schema: SchemaNode, path: string, isResource: boolean): FieldError[] {
  const rules = schema['x-kubernetes-validations'] ?? [];
  if (rules.length === 0) return [];
  const texts = rules.flatMap(({ rule, messageExpression }) => [rule, messageExpression ?? '']);
  const check = checkExpression(typesOf(schema, isResource), texts);
  const failed = (text: string, wanted: 'bool' | 'string') => {
    const { problem, type } = check(text);
    if (problem !== undefined)
      return `${wanted === 'bool' ? '' : 'messageExpression '}compilation failed: ERROR: ${problem}`;
    if (type === undefined || type === wanted) return undefined;
    return wanted === 'bool'
      ? 'cel expression must evaluate to a bool'
      : 'messageExpression must evaluate to a string';
  };
  return rules.flatMap((rule: ValidationRule, i) => {
    const at = `${path}.x-kubernetes-validations[${i}]`;
    const why = failed(rule.rule, 'bool');
    const said = rule.messageExpression ? failed(rule.messageExpression, 'string') : undefined;
    return [
      ...(why === undefined ? [] : [invalid(`${at}.rule`, rule.rule, why)]),
      ...(said === undefined ? [] : [invalid(`${at}.messageExpression`, rule.messageExpression, said)]),
    ];
  });
}
