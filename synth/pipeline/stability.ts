/** Finds what a program makes otherwise each time: two renderings of one source are compared, object by object. */
import {
  formatKey,
  type JsonValue,
  type RenderedEnvironment,
  type RenderedObject,
  TruekeelError,
  TruekeelErrors,
} from '../../lib/objects/index.ts';

/** @throws TruekeelErrors, of code `NOT_DETERMINISTIC` each, with everything that differs */
export function assertSame(
  first: readonly RenderedEnvironment[],
  second: readonly RenderedEnvironment[],
): void {
  const errors: TruekeelError[] = [];
  const before = objectsOf(first);
  const after = objectsOf(second);
  for (const [name, object] of before) {
    const again = after.get(name);
    if (!again) errors.push(unstable(object, 'is not made each time the program runs'));
    else if (again.digest !== object.digest) {
      // Rendered objects are JSON.
      const at = differingField(
        object.object as unknown as JsonValue,
        again.object as unknown as JsonValue,
        '',
      );
      errors.push(
        unstable(object, `is another one each time the program runs: ${at || 'its fields'} differs`, at),
      );
    }
  }
  for (const [name, object] of after) {
    if (!before.has(name)) errors.push(unstable(object, 'is not made each time the program runs'));
  }
  if (errors.length === 0) return;
  throw new TruekeelErrors(errors.map(({ message }) => message).join('\n'), errors);
}

function objectsOf(environments: readonly RenderedEnvironment[]): ReadonlyMap<string, RenderedObject> {
  return new Map(
    environments.flatMap(({ name, applications }) =>
      applications.flatMap(({ objects }) =>
        objects.map((object) => [`${name}/${object.path}`, object] as const),
      ),
    ),
  );
}

function unstable(
  { key, constructPath, source }: RenderedObject,
  what: string,
  field?: string,
): TruekeelError {
  return new TruekeelError(`${formatKey(key)} ${what}`, {
    code: 'NOT_DETERMINISTIC',
    family: 'validation',
    key,
    ...(field && { field }),
    ...(constructPath !== undefined && { constructPath }),
    ...(source && { source }),
    hint: 'Look for timers, process ids, paths of this machine and the order of files: the same source has to give the same bytes.',
  });
}

/** The first field that differs: `spec.template.spec.containers[0].image`; empty when none does, but their order. */
function differingField(a: JsonValue | undefined, b: JsonValue | undefined, path: string): string {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b ? '' : path;
  const isList = Array.isArray(a);
  if (isList !== Array.isArray(b)) return path;
  for (const name of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const below = isList ? `${path}[${name}]` : path === '' ? name : `${path}.${name}`;
    // Of a list, the names are its places.
    const [left, right] = [a, b] as readonly Readonly<Record<string, JsonValue>>[];
    const found = differingField(left?.[name], right?.[name], below);
    if (found !== '') return found;
  }
  return '';
}
