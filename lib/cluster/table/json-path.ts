/** The JSON paths of printer columns: `.spec.replicas`, `.status.conditions[?(@.type=="Ready")].status`,
 * `.metadata.annotations.example\.org/x`, `.spec.list[0]`, `.spec.list[*].name`. */
import type { JsonValue } from '../../objects/index.ts';

type Step =
  | { readonly kind: 'member'; readonly name: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'all' }
  | { readonly kind: 'filter'; readonly member: string; readonly value: string };

const STEP =
  /\.((?:[^.[\\]|\\.)+)|\[(-?\d+)\]|\[\*\]|\[\?\(@\.([\w.-]+)\s*==\s*["']([^"']*)["']\)\]|\[['"]([^'"]+)['"]\]/gy;

const parsed = new Map<string, readonly Step[]>();

/** The first value that the path leads to; undefined when it leads nowhere. */
export function jsonPathValue(object: unknown, path: string): JsonValue | undefined {
  const steps = parsed.get(path) ?? parse(path);
  parsed.set(path, steps);
  return follow([object], steps)[0] as JsonValue | undefined; // parts of JSON are JSON
}

function parse(path: string): readonly Step[] {
  const text = path.replace(/^\$?\.?/, '.').replace(/^\.\[/, '[');
  return [...text.matchAll(STEP)].map(([step, member, index, filtered, value = '', quoted]): Step => {
    if (member !== undefined) return { kind: 'member', name: member.replaceAll('\\', '') };
    if (index !== undefined) return { kind: 'index', index: Number(index) };
    if (filtered !== undefined) return { kind: 'filter', member: filtered, value };
    if (quoted !== undefined) return { kind: 'member', name: quoted };
    return step === '[*]' ? { kind: 'all' } : { kind: 'member', name: '' };
  });
}

function follow(values: readonly unknown[], steps: readonly Step[]): readonly unknown[] {
  return steps.reduce<readonly unknown[]>(
    (reached, step) => reached.flatMap((value) => take(value, step)).filter((value) => value !== undefined),
    values,
  );
}

function take(value: unknown, step: Step): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  switch (step.kind) {
    case 'member':
      return [(value as Readonly<Record<string, unknown>>)[step.name]]; // a JSON object or array
    case 'index':
      return Array.isArray(value) ? [value.at(step.index)] : [];
    case 'all':
      return Object.values(value);
    case 'filter':
      return Object.values(value).filter(
        (item) => String(jsonPathValue(item, `.${step.member}`)) === step.value,
      );
  }
}
