/** A way from an object's root to a field or list item. */
import type { JsonValue } from '../objects/index.ts';
import { compareElements, elementJson, fieldElement, type PathElement } from './path-element.ts';
import { isList, isMap } from './value.ts';

export type FieldPath = readonly PathElement[];

/** The path of nested fields: `fieldPath('spec', 'replicas')`. */
export function fieldPath(...names: readonly string[]): FieldPath {
  return names.map(fieldElement);
}

/** The path as people read it: `spec.template.spec.containers[name=web].image`. Names that hold dots or brackets
 * are quoted: `data["app.conf"]`. */
export function formatPath(path: FieldPath): string {
  return path.map((element, index) => formatElement(element, index === 0)).join('');
}

function formatElement(element: PathElement, isFirst: boolean): string {
  switch (element.type) {
    case 'field':
      if (/[.[\]=\s"]|^$/.test(element.name)) return `[${JSON.stringify(element.name)}]`;
      return isFirst ? element.name : `.${element.name}`;
    case 'key':
      return `[${element.fields.map(([name, value]) => `${name}=${plain(value)}`).join(',')}]`;
    case 'value':
      return `[=${plain(element.value)}]`;
    case 'index':
      return `[${element.index}]`;
  }
}

function plain(value: JsonValue): string {
  return typeof value === 'string' && !/[\],=\s"]|^$/.test(value) ? value : elementJson(value);
}

/** The path as the API server writes it in the causes of a conflict: `.spec.containers[name="web"].image`. */
export function formatCausePath(path: FieldPath): string {
  return path.map(formatCauseElement).join('');
}

export function formatCauseElement(element: PathElement): string {
  switch (element.type) {
    case 'field':
      return `.${element.name}`;
    case 'key':
      return `[${element.fields.map(([name, value]) => `${name}=${causeValue(value)}`).join(',')}]`;
    case 'value':
      return `[=${causeValue(element.value)}]`;
    case 'index':
      return `[${element.index}]`;
  }
}

function causeValue(value: JsonValue): string {
  if (isList(value)) return `[${value.map(causeValue).join(',')}]`;
  if (isMap(value))
    return Object.entries(value)
      .map(([name, field]) => `${name}=${causeValue(field ?? null)}`)
      .join('');
  return JSON.stringify(value);
}

/** Orders paths element by element; a path comes before those below it. */
export function comparePaths(a: FieldPath, b: FieldPath): number {
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    const order = compareElements(left, right);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}
