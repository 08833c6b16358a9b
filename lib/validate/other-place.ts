import { formatFieldPath } from '../render/tree/index.ts';
import type { SchemaType } from '../schemas/index.ts';

type Path = readonly (string | number)[];

/** Deeper than any place where people put things by mistake. */
const DEEPEST = 7;

/** Where else an object of a type has a field of that name: what was written there may be indented wrongly. Of several
 * places the one that shares most with the given place, then the nearest to the top.
 * @param path of the field that does not exist
 * @returns `spec.template.spec.containers[0]`; undefined when there is no such place */
export function otherPlace(root: SchemaType, path: Path): string | undefined {
  const name = String(path.at(-1));
  const seen = new Set<SchemaType>();
  let level: readonly { readonly type: SchemaType; readonly at: Path }[] = [{ type: root, at: [] }];
  let best: Path | undefined;
  for (let depth = 0; depth < DEEPEST && level.length > 0; depth += 1) {
    for (const { type, at } of level) {
      const isBetter = best === undefined || shared(at, path) > shared(best, path);
      if (isBetter && at.length > 0 && type.field(name)) best = at;
    }
    level = level.flatMap(({ type, at }) => below(type, at, seen));
  }
  return best && formatFieldPath(best);
}

/** The structs right below one, lists and maps taken for their elements. */
function below(type: SchemaType, at: Path, seen: Set<SchemaType>): { type: SchemaType; at: Path }[] {
  return type.fieldNames().flatMap((name) => {
    // Nobody writes it, and much in it has the names of what people do write.
    if (name === 'status' || name === 'managedFields') return [];
    let inner = type.field(name);
    const place: (string | number)[] = [...at, name];
    while (inner?.form === 'list') {
      inner = inner.element;
      place.push(0);
    }
    if (inner?.form !== 'struct' || seen.has(inner)) return [];
    seen.add(inner);
    return [{ type: inner, at: place }];
  });
}

function shared(a: Path, b: Path): number {
  let count = 0;
  while (count < a.length && count < b.length && a[count] === b[count]) count += 1;
  return count;
}
