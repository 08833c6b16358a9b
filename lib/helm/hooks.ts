/** What annotations of Helm mean here: hooks, their order, and objects that stay. Helm documentation, "Chart Hooks". */
import { Annotation, compareText, formatKey, type KubernetesObject, keyOf } from '../objects/index.ts';

export interface ReadObject {
  readonly object: KubernetesObject;
  /** Undefined: it is no hook, but an object like others. */
  readonly hook?: { readonly place: 'before' | 'after'; readonly weight: number };
}

export type HelmReading = ReadObject | { readonly leftOut: string | undefined };

const BEFORE = ['pre-install', 'pre-upgrade'];
const AFTER = ['post-install', 'post-upgrade'];
const TESTS = ['test', 'test-success', 'test-failure'];

/** The object with our annotations beside those of Helm, or why it is left out; undefined where nobody has to know.
 * @param warn told of what is not quite as Helm has it */
export function readHelmAnnotations(object: KubernetesObject, warn: (message: string) => void): HelmReading {
  const annotations = object.metadata.annotations ?? {};
  const kept =
    annotations['helm.sh/resource-policy'] === 'keep' && annotations[Annotation.prune] === undefined
      ? annotated(object, { [Annotation.prune]: 'detach' })
      : object;
  const events = textOf(annotations['helm.sh/hook'])
    .split(',')
    .map((event) => event.trim())
    .filter((event) => event !== '');
  if (events.length === 0) return { object: kept };
  const has = (some: readonly string[]) => events.some((event) => some.includes(event));
  const name = formatKey(keyOf(object));
  if (!has([...BEFORE, ...AFTER])) {
    if (events.every((event) => TESTS.includes(event))) return { leftOut: undefined };
    return {
      leftOut: `${name} is left out: it is a hook for ${events.join(', ')}, for which there is none here`,
    };
  }
  const isJob = object.kind === 'Job' && object.apiVersion.startsWith('batch/');
  if (!isJob) {
    // What the Jobs among the hooks use is there before them, as what an object uses always is.
    if (object.kind !== 'Pod') return { object: kept };
    return {
      leftOut: `${name} is left out: it is a hook for ${events.join(', ')}, and only Jobs can be hooks here`,
    };
  }
  const place = has(BEFORE) ? 'before' : 'after';
  if (place === 'before' && has(AFTER))
    warn(`${name} is a hook for ${events.join(', ')}: it runs before only`);
  const isEach = has(['pre-upgrade', 'post-upgrade']);
  return {
    object: annotated(kept, {
      [Annotation.hook]: place,
      ...(isEach && { [Annotation.rerun]: 'every-release' }),
    }),
    hook: { place, weight: Number.parseInt(textOf(annotations['helm.sh/hook-weight']), 10) || 0 },
  };
}

/** For each object, the places of the hooks that come before it: those of the next smaller weight. */
export function hookOrder(objects: readonly ReadObject[]): readonly (readonly number[])[] {
  const weights = { before: [0], after: [0] };
  for (const place of ['before', 'after'] as const) {
    const all = objects.flatMap(({ hook }) => (hook?.place === place ? [hook.weight] : []));
    weights[place] = [...new Set(all)].sort((a, b) => a - b);
  }
  return objects.map(({ hook }) => {
    if (!hook) return [];
    const lighter = weights[hook.place][weights[hook.place].indexOf(hook.weight) - 1];
    if (lighter === undefined) return [];
    return objects.flatMap((other, index) =>
      other.hook?.place === hook.place && other.hook.weight === lighter ? [index] : [],
    );
  });
}

function annotated(object: KubernetesObject, more: Readonly<Record<string, string>>): KubernetesObject {
  const annotations = { ...object.metadata.annotations, ...more };
  const sorted = Object.entries(annotations).sort(([a], [b]) => compareText(a, b));
  return { ...object, metadata: { ...object.metadata, annotations: Object.fromEntries(sorted) } };
}

/** An annotation that is no text is refused later, with the others. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
