import { describe, expect, it } from 'vitest';
import { digestOf, type KubernetesObject, type RenderedApplication } from '../objects/index.ts';
import { assembleObjects } from '../render/index.ts';
import { compareRendered } from './index.ts';

function application(name: string, ...objects: readonly KubernetesObject[]): RenderedApplication {
  const { applications } = assembleObjects([{ application: name, objects }], { environment: 'production' });
  return applications[0]!;
}

const named = (kind: string, name: string, rest: object, apiVersion = 'v1'): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, namespace: 'shop' },
  ...rest,
});
const map = (name: string, data: object) => named('ConfigMap', name, { data });
const deployment = (replicas: number, image: string) =>
  named(
    'Deployment',
    'web',
    { spec: { replicas, selector: {}, template: { spec: { containers: [{ name: 'web', image }] } } } },
    'apps/v1',
  );

describe('what two renders differ in', () => {
  it('has the effects that a plan would have, as far as rendered objects show them', () => {
    const role = (verbs: readonly string[]) =>
      named(
        'Role',
        'r',
        { rules: [{ apiGroups: [''], resources: ['secrets'], verbs }] },
        'rbac.authorization.k8s.io/v1',
      );
    const { changes } = compareRendered(
      [application('web', deployment(2, 'web:1'), role(['get']))],
      [application('web', deployment(2, 'web:2'), role(['get', 'delete']))],
    );
    const effects = changes.flatMap(({ key, effects: all }) =>
      all.map(({ kind, message }) => `${key.kind} ${kind}: ${message}`),
    );
    expect(effects).toContain('Deployment restarts-pods: restarts 2 pods');
    expect(effects.join()).toContain('Role widens-rbac');
  });

  it('counts what stays, and names what goes with its application', () => {
    const { changes, unchanged } = compareRendered(
      [application('web', map('a', { x: '1' })), application('old', map('b', {}))],
      [application('web', map('a', { x: '1' }), map('c', {}))],
    );
    expect(unchanged).toBe(1);
    expect(changes.map(({ action, key, because }) => [action, key.name, because])).toEqual([
      ['create', 'c', ''],
      ['delete', 'b', 'application old is no longer in the program'],
    ]);
  });

  it('tells of objects that move to another application, as no delete', () => {
    const { changes } = compareRendered([application('a', map('m', {}))], [application('b', map('m', {}))]);
    expect(changes).toMatchObject([
      { action: 'change', application: 'b', because: 'moves here from application a' },
    ]);
  });

  it('masks Secrets, and shows that a value changes', () => {
    const secret = (value: string) => named('Secret', 's', { stringData: { password: value } });
    // Rendering refuses plain Secrets, so they are put where it would have put them.
    const holding = (value: string): RenderedApplication => {
      const [rendered] = application('a', map('s', {})).objects;
      const key = { ...rendered!.key, kind: 'Secret' };
      const digest = digestOf(value);
      return { ...application('a'), objects: [{ ...rendered!, key, digest, object: secret(value) }] };
    };
    const { changes } = compareRendered([holding('hunter1')], [holding('hunter2')]);
    expect(JSON.stringify(changes)).not.toMatch(/hunter/);
    expect(changes[0]!.changes).toEqual([
      { path: 'stringData.password', before: '<masked #1>', after: '<masked #2>' },
    ]);
  });

  it('finds no difference between a render and itself, in any order', () => {
    const objects = [map('a', { x: '1' }), map('b', {}), deployment(1, 'web:1')];
    const { changes, unchanged } = compareRendered(
      [application('web', ...objects)],
      [application('web', ...objects.toReversed())],
    );
    expect(changes).toEqual([]);
    expect(unchanged).toBe(3);
  });
});
