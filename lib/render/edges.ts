/** What waits for what within an application, as people declared it. */
import {
  compareText,
  type DependencyEdge,
  formatKey,
  type ObjectKey,
  type RenderedObject,
  readAfter,
} from '../objects/index.ts';
import { findCycle } from './cycles.ts';
import type { Problems } from './problems.ts';
import type { CollectedApplication } from './tree/index.ts';

export function edgesOf(
  application: CollectedApplication,
  rendered: readonly (RenderedObject | undefined)[],
  problems: Problems,
): readonly DependencyEdge[] {
  const edges: DependencyEdge[] = [];
  for (const [from, to] of application.edges) {
    const waiting = rendered[from];
    const awaited = rendered[to];
    if (waiting && awaited) edges.push({ from: waiting.key, to: awaited.key, until: 'ready' });
  }
  const annotated = rendered.flatMap((object, index) => {
    if (!object) return [];
    const { keys, wrong } = readAfter(object.object);
    if (wrong.length > 0) {
      problems.add(application.objects[index] ?? application, {
        code: 'INVALID_SETTING',
        key: object.key,
        message: `truekeel.dev/after of ${formatKey(object.key)} names no objects: ${wrong.join(', ')}`,
        hint: 'Write keys such as "ConfigMap web/settings, Deployment.apps web/api".',
      });
    }
    return keys.map((to): DependencyEdge => ({ from: object.key, to, until: 'ready' }));
  });
  checkCycle(application, [...edges, ...annotated], problems);
  return [...edges, ...annotated].sort((a, b) => compareText(edgeText(a), edgeText(b)));
}

function checkCycle(
  application: CollectedApplication,
  edges: readonly DependencyEdge[],
  problems: Problems,
): void {
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    const waiting = formatKey(from);
    const known = next.get(waiting);
    if (known) known.push(formatKey(to));
    else next.set(waiting, [formatKey(to)]);
  }
  const cycle = findCycle(next.keys(), (key) => next.get(key) ?? []);
  if (cycle) {
    problems.add(application, {
      code: 'DEPENDENCY_CYCLE',
      message: `objects of application ${application.name} wait for each other: ${cycle.join(' → ')}`,
      hint: 'Remove one of these dependencies (addDependency, or the annotation truekeel.dev/after).',
    });
  }
}

function edgeText({ from, to }: { readonly from: ObjectKey; readonly to: ObjectKey }): string {
  return `${formatKey(from)}\n${formatKey(to)}`;
}
