/** Overrides of an environment, written into the program where the environment is made. They do for one environment what no
 * edit of a literal does. */
import type { AnyNode, NewExpression } from 'acorn';
import type { JsonValue, KubernetesObject } from '../../lib/objects/index.ts';
import { type FieldPath, isMap, itemMatches, valueAt } from '../../lib/plan/index.ts';
import type { Candidate } from './candidate.ts';
import { brokenText } from './literal-text.ts';
import { propertyName } from './nearness.ts';
import { onlyDifference } from './only-difference.ts';
import { lineAt, type ProgramSource } from './program-source.ts';
import { newline, withItems, withMember } from './punctuation.ts';
import type { TextEdit } from './text-edit.ts';

export interface NewOverride {
  /** A JSON pointer. */
  readonly path: string;
  readonly value: JsonValue;
  readonly reason: string;
  readonly kind: string;
  readonly name: string;
  readonly application: string;
}

export interface Replacement {
  /** A JSON pointer. */
  readonly pointer: string;
  readonly value: JsonValue;
}

/** The place that has to be replaced for a field to be as wanted, and by what: the field itself where it is, else what it is
 * to come into or to go from.
 * @param rendered as it is
 * @param wanted as it shall be
 * @returns undefined when that would be the object, or all of its metadata */
export function replacementFor(
  rendered: KubernetesObject,
  wanted: KubernetesObject,
  path: FieldPath,
): Replacement | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const at = path.slice(0, length);
    const [before, value] = [json(rendered, at), json(wanted, at)];
    if (before === undefined || value === undefined) continue;
    const pointer = pointerTo(rendered, at);
    return pointer === undefined || pointer === '/metadata'
      ? undefined
      : narrowed({ pointer, value }, before, value);
  }
  return undefined;
}

/** As deep as there is one difference. */
function narrowed(replacement: Replacement, before: JsonValue, after: JsonValue): Replacement {
  const only = onlyDifference(before, after);
  if (!only) return replacement;
  const pointer = `${replacement.pointer}/${escaped(only.step)}`;
  return narrowed({ pointer, value: only.after }, only.before, only.after);
}

/** A step of a JSON pointer (RFC 6901). */
function escaped(step: string): string {
  return step.replaceAll('~', '~0').replaceAll('/', '~1');
}

// A Kubernetes object is JSON.
function json(object: KubernetesObject, path: FieldPath): JsonValue | undefined {
  return valueAt(object as unknown as JsonValue, path);
}

function pointerTo(object: KubernetesObject, path: FieldPath): string | undefined {
  let value = object as unknown as JsonValue | undefined;
  let pointer = '';
  for (const step of path) {
    if ('field' in step) {
      pointer += `/${escaped(step.field)}`;
      value = isMap(value) ? value[step.field] : undefined;
    } else {
      const items: readonly JsonValue[] = Array.isArray(value) ? value : [];
      const index = items.findIndex((item) => itemMatches(step, item));
      if (index < 0) return undefined;
      pointer += `/${index}`;
      value = items[index];
    }
  }
  return pointer;
}

/** Where an override could be written, the likeliest place first. */
export function overrideCandidates(
  override: NewOverride,
  environment: string,
  sources: readonly ProgramSource[],
): readonly Candidate[] {
  const found = sources.flatMap((source) =>
    source.places.flatMap(({ node }) => {
      if (node.type !== 'NewExpression' || !/Environment$/.test(calleeName(node))) return [];
      const edit = editOf(source, node, override);
      const isNamed = node.arguments.some(
        (argument) => argument.type === 'Literal' && argument.value === environment,
      );
      return edit ? [{ source, edit, isNamed }] : [];
    }),
  );
  return [...found.filter(({ isNamed }) => isNamed), ...found.filter(({ isNamed }) => !isNamed)].map(
    ({ source, edit, isNamed }) => ({
      file: source.path,
      line: lineAt(source, edit.start),
      edit,
      tier: `override ${isNamed}`,
    }),
  );
}

function calleeName({ callee }: NewExpression): string {
  if (callee.type === 'Identifier') return callee.name;
  return callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
    ? callee.property.name
    : '';
}

function editOf(source: ProgramSource, node: NewExpression, override: NewOverride): TextEdit | undefined {
  const { style } = source;
  const props = propsOf(source, node.arguments[2]);
  const indent = lineIndent(source, node.start);
  const list = (depth: string) => {
    const inner = `${depth}${INDENT}`;
    return `overrides: [\n${inner}${brokenText({ ...override }, style, inner)},\n${depth}]`;
  };
  const text = (found: TextEdit | undefined): TextEdit | undefined =>
    found && { ...found, text: found.text.replaceAll(/\r?\n/g, newline(source)) };
  if (!props) {
    const last = node.arguments.at(-1);
    const added = `, {\n${indent}${INDENT}${list(indent + INDENT)},\n${indent}}`;
    return node.arguments.length === 2 && last
      ? text({ start: last.end, end: last.end, text: added })
      : undefined;
  }
  if (props.type !== 'ObjectExpression') return undefined;
  const there = props.properties.find((property) => propertyName(property) === 'overrides');
  const [first] = props.properties;
  const depth = first ? lineIndent(source, first.start) : `${indent}${INDENT}`;
  if (!there) return text(withMember(source, props, list(depth)));
  const overrides: AnyNode | undefined = there.type === 'Property' ? there.value : undefined;
  if (overrides?.type !== 'ArrayExpression') return undefined;
  const { elements } = overrides;
  const at = elements[0] ? lineIndent(source, elements[0].start) : `${depth}${INDENT}`;
  return text(withItems(source, overrides, elements.length, [brokenText({ ...override }, style, at)]));
}

/** Properties in place, or a constant of the file that has them. */
function propsOf({ places }: ProgramSource, argument: AnyNode | undefined): AnyNode | undefined {
  if (argument?.type !== 'Identifier') return argument;
  for (const { node } of places) {
    if (node.type !== 'VariableDeclarator' || node.id.type !== 'Identifier') continue;
    if (node.id.name === argument.name && node.init) return node.init;
  }
  return argument;
}

const INDENT = '  ';

/** What the line of a place begins with. */
function lineIndent({ text }: ProgramSource, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', offset - 1) + 1))![0];
}
