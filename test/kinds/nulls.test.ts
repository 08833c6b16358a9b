/** Objects as people write them may hold null anywhere. */
import { expect, test } from 'vitest';
import { kindErrors } from '../../lib/kinds/index.ts';
import { gvkOf, type KubernetesObject } from '../../lib/objects/index.ts';
import { definitions } from './definitions.ts';
import { others } from './others.ts';

/** Judged elsewhere. */
const ELSEWHERE = ['Deployment', 'HorizontalPodAutoscaler', 'Job', 'NetworkPolicy'];

/** The value with null in one place after another. */
function* withNulls(value: unknown): Iterable<unknown> {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, part] of Object.entries(value)) {
    const replaced = (by: unknown): unknown =>
      Array.isArray(value)
        ? value.map((item, i) => (String(i) === name ? by : item))
        : { ...value, [name]: by };
    yield replaced(null);
    for (const inner of withNulls(part)) yield replaced(inner);
  }
}

test('null stands in no judgement’s way', () => {
  const cases = [...others, ...definitions].filter(([, { kind }]) => !ELSEWHERE.includes(kind));
  const thrown = cases.flatMap(([what, object]) => {
    const { apiVersion, kind, metadata, ...content } = object;
    const kinds = gvkOf(object);
    return [...withNulls(content)].flatMap((changed) => {
      try {
        kindErrors(kinds, { apiVersion, kind, metadata, ...(changed as object) } as KubernetesObject); // of the same kind
        return [];
      } catch (error) {
        return [
          `${what}: ${String((error as Error).stack)
            .split('\n')
            .slice(0, 2)
            .join(' ')} ${JSON.stringify(changed).slice(0, 300)}`,
        ];
      }
    });
  });
  expect(thrown).toEqual([]);
});
