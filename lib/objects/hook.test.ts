import { describe, expect, it } from 'vitest';
import type { DependencyEdge, RenderedObject } from './desired.ts';
import { DEFAULT_SETTINGS } from './desired.ts';
import { canonicalJson, digestOf } from './digest.ts';
import { withHooks } from './hook.ts';
import { formatKey } from './key.ts';
import { type JsonObject, type KubernetesObject, keyOf } from './object.ts';

function rendered(
  kind: string,
  name: string,
  annotations: Record<string, string> = {},
  more = {},
): RenderedObject {
  const apiVersion = kind === 'Job' ? 'batch/v1' : 'v1';
  const object: KubernetesObject = {
    apiVersion,
    kind,
    metadata: { name, namespace: 'x', annotations },
    ...more,
  };
  // An object is JSON.
  const yaml = canonicalJson(object as unknown as JsonObject);
  const key = keyOf(object);
  return { key, apiVersion, digest: digestOf(yaml), settings: DEFAULT_SETTINGS, path: name, object, yaml };
}

const hook = (place: string, rerun?: string) => ({
  'truekeel.dev/hook': place,
  ...(rerun !== undefined && { 'truekeel.dev/rerun': rerun }),
});

/** The run of the Job among some objects. */
function runOf(objects: readonly RenderedObject[], edges: readonly DependencyEdge[] = []) {
  const hooks = withHooks(objects, edges, (_, problem) => {
    throw new Error(JSON.stringify(problem));
  }).flatMap((object) => object.hook ?? []);
  expect(hooks).toHaveLength(1);
  return hooks[0]!.run;
}

function problemsOf(object: RenderedObject): readonly string[] {
  const problems: string[] = [];
  withHooks([object], [], (_, { annotation, value, allowed }) => {
    problems.push(`${annotation} ${value}: ${allowed}`);
  });
  return problems;
}

describe('hooks among the objects of an application', () => {
  const data = (value: string, name = 'settings') => rendered('ConfigMap', name, {}, { data: { value } });

  it('are the Jobs that say so', () => {
    const objects = [rendered('Job', 'plain'), rendered('Job', 'hook', hook('before')), data('1')];
    const found = withHooks(objects, [], () => {});
    expect(found.map(({ key, hook: one }) => [formatKey(key), one?.place, one?.rerun])).toEqual([
      ['Job.batch x/plain', undefined, undefined],
      ['Job.batch x/hook', 'before', 'on-change'],
      ['ConfigMap x/settings', undefined, undefined],
    ]);
  });

  it('run for what they are, whatever else is there', () => {
    const job = rendered('Job', 'hook', hook('before'));
    expect(runOf([job, data('1')])).toBe(job.digest);
    expect(runOf([job, data('2')])).toBe(job.digest);
  });

  it('run with every release for all else that the application has, in whatever order', () => {
    const job = rendered('Job', 'hook', hook('after', 'every-release'));
    const other = rendered('Secret', 'other');
    expect(runOf([job, data('1'), other])).toBe(runOf([other, data('1'), job]));
    expect(runOf([job, data('1')])).not.toBe(runOf([job, data('2')]));
    expect(runOf([job, data('1')])).not.toBe(runOf([job, data('1'), other]));
  });

  it('that are placed by dependencies run with every release for what names them', () => {
    const job = rendered('Job', 'hook', hook('ordered', 'every-release'));
    const edges: DependencyEdge[] = [{ from: data('', 'needs').key, to: job.key, until: 'ready' }];
    const run = (needs: string, free: string) =>
      runOf([job, data(needs, 'needs'), data(free, 'free')], edges);
    expect(run('1', '1')).toBe(run('1', '2'));
    expect(run('1', '1')).not.toBe(run('2', '1'));
  });

  it('cannot be of another kind, nor say what does not exist', () => {
    expect(problemsOf(rendered('ConfigMap', 'a', hook('before')))).toEqual([
      'truekeel.dev/hook before: set only on what runs to an end: a Job, a Pod, or an object of a custom kind',
    ]);
    expect(problemsOf(rendered('ConfigMap', 'a', { 'truekeel.dev/rerun': 'on-change' }))).toEqual([
      'truekeel.dev/rerun on-change: set only on what runs to an end: a Job, a Pod, or an object of a custom kind',
    ]);
    expect(problemsOf(rendered('Job', 'a', { 'truekeel.dev/rerun': 'on-change' }))).toEqual([
      'truekeel.dev/rerun on-change: set beside truekeel.dev/hook only',
    ]);
    expect(problemsOf(rendered('Job', 'a', hook('during', 'never')))).toEqual([
      'truekeel.dev/hook during: before, after, ordered',
      'truekeel.dev/rerun never: on-change, every-release',
    ]);
  });
});
