/** Hooks: what runs once for what it is, a Job above all, and that others wait for, or that waits for others. */
import type { DependencyEdge, RenderedObject } from './desired.ts';
import { canonicalJson, type Digest, digestOf } from './digest.ts';
import { formatKey, type ObjectKey } from './key.ts';
import { Annotation } from './names.ts';
import { gvkOf, type KubernetesObject } from './object.ts';
import { compareText } from './order.ts';
import type { SettingProblem } from './settings.ts';

/** `before`: the other objects of its application wait for it, but for those that it needs itself. `after`: it waits for
 * them. `ordered`: edges alone say what waits for it. */
export type HookPlace = 'before' | 'after' | 'ordered';

/** `on-change`: when the hook itself changed. `every-release`: also when an object changed that it is there for. */
export type HookRerun = 'on-change' | 'every-release';

export interface Hook {
  readonly place: HookPlace;
  readonly rerun: HookRerun;
  /** Names the run: the hook has run for this, or has yet to. */
  readonly run: Digest;
}

const PLACES: readonly HookPlace[] = ['before', 'after', 'ordered'];
const RERUNS: readonly HookRerun[] = ['on-change', 'every-release'];

type Told = Omit<Hook, 'run'>;

/** Whether objects of a kind may be hooks: those that run to an end. Which custom kinds do is not known here. */
export function mayBeHook({ group, kind }: Pick<ObjectKey, 'group' | 'kind'>): boolean {
  if (group === 'batch') return kind === 'Job';
  return (group === '' && kind === 'Pod') || (group.includes('.') && !group.endsWith('.k8s.io'));
}

/** The objects of an application, with what makes some of them hooks.
 * @param edges those that people declared in the application
 * @param problem told of annotations that cannot be what they are */
export function withHooks(
  objects: readonly RenderedObject[],
  edges: readonly DependencyEdge[],
  problem: (object: RenderedObject, problem: SettingProblem) => void,
): readonly RenderedObject[] {
  const hooks = new Map<RenderedObject, Told>();
  for (const object of objects) {
    const told = readHook(object.object, (wrong) => problem(object, wrong));
    if (told) hooks.set(object, told);
  }
  if (hooks.size === 0) return objects;
  const others = objects.filter((object) => !hooks.has(object));
  return objects.map((object) => {
    const told = hooks.get(object);
    return told ? { ...object, hook: { ...told, run: runOf(object, told, others, edges) } } : object;
  });
}

function readHook(object: KubernetesObject, problem: (problem: SettingProblem) => void): Told | undefined {
  const { annotations } = object.metadata;
  const value = annotations?.[Annotation.hook];
  const again = annotations?.[Annotation.rerun];
  if (value === undefined && again === undefined) return undefined;
  const place = PLACES.find((one) => one === value);
  const rerun = RERUNS.find((one) => one === (again ?? 'on-change'));
  const runs = mayBeHook(gvkOf(object));
  if (!runs || (value === undefined && again !== undefined)) {
    const annotation = value === undefined ? Annotation.rerun : Annotation.hook;
    const allowed = runs
      ? `set beside ${Annotation.hook} only`
      : 'set only on what runs to an end: a Job, a Pod, or an object of a custom kind';
    problem({ annotation, value: value ?? again ?? '', allowed });
    return undefined;
  }
  if (!place) problem({ annotation: Annotation.hook, value: value ?? '', allowed: PLACES.join(', ') });
  if (!rerun) problem({ annotation: Annotation.rerun, value: again ?? '', allowed: RERUNS.join(', ') });
  return place && rerun ? { place, rerun } : undefined;
}

function runOf(
  hook: RenderedObject,
  { place, rerun }: Told,
  others: readonly RenderedObject[],
  edges: readonly DependencyEdge[],
): Digest {
  if (rerun === 'on-change') return hook.digest;
  const name = formatKey(hook.key);
  const waiting = new Set(edges.flatMap(({ from, to }) => (formatKey(to) === name ? [formatKey(from)] : [])));
  const guarded = others
    .map(({ key, digest }) => ({ key: formatKey(key), digest }))
    .filter(({ key }) => place !== 'ordered' || waiting.has(key))
    .sort((a, b) => compareText(a.key, b.key));
  return digestOf(canonicalJson([hook.digest, ...guarded]));
}
