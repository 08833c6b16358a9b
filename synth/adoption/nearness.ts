/** How near a place of a program is to where an object is made, and to the name of a field. */
import type { AnyNode } from 'acorn';
import type { FieldPath } from '../../lib/plan/index.ts';
import { around, lineAt, type Place, type ProgramSource } from './program-source.ts';
import type { Wish } from './wish.ts';

/** @returns 0 within the call that makes the object or a construct around it, 1 in the same file, 2 elsewhere */
export function reach(source: ProgramSource, place: Place, wish: Wish): number {
  for (const { node } of [place, ...around(place)]) if (isAnchor(source, node, wish)) return 0;
  return source.path === wish.source?.file ? 1 : 2;
}

/** In lines; what is in another file is farther than anything in the same one. */
export function distance(source: ProgramSource, place: Place, { source: made }: Wish): number {
  const line = lineAt(source, place.node.start);
  return source.path === made?.file ? Math.abs(line - made.line) : 1_000_000 + line;
}

/** Whether a call makes the object, or a construct that it stands in: one of its arguments is a part of the construct path,
 * or it spans the line that the object was made at. */
export function isAnchor(
  source: ProgramSource,
  node: AnyNode,
  { constructPath, source: made }: Wish,
): boolean {
  if (node.type !== 'NewExpression' && node.type !== 'CallExpression') return false;
  if (
    source.path === made?.file &&
    lineAt(source, node.start) <= made.line &&
    made.line <= lineAt(source, node.end)
  )
    return true;
  const ids = constructPath?.split('/') ?? [];
  return node.arguments.some(
    (argument) =>
      argument.type === 'Literal' && typeof argument.value === 'string' && ids.includes(argument.value),
  );
}

/** The names on the way to a field, the last one first: fields, and what items of lists are called. */
export function namesOf(path: FieldPath): readonly string[] {
  return path.toReversed().flatMap((step) => {
    if ('field' in step) return [step.field];
    return 'key' in step ? Object.values(step.key).filter((value) => typeof value === 'string') : [];
  });
}

/** What a property is called. */
export function propertyName(node: AnyNode): string | undefined {
  if (node.type !== 'Property' || node.computed) return undefined;
  if (node.key.type === 'Identifier') return node.key.name;
  return node.key.type === 'Literal' ? String(node.key.value) : undefined;
}

/** How well the property that a value is of is called like the field: 0 the same, 1 like something on the way to it, 2 not. */
export function likeness(place: Place, names: readonly string[]): number {
  for (const { node } of [place, ...around(place)]) {
    const name = propertyName(node);
    if (name === undefined) continue;
    return name === names[0] ? 0 : names.includes(name) ? 1 : 2;
  }
  return 2;
}
