import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ObjectKey } from './key.ts';
import { applicationPath, objectPath } from './path.ts';

const key = (changes: Partial<ObjectKey> = {}): ObjectKey => ({
  group: 'apps',
  kind: 'Deployment',
  namespace: 'web',
  name: 'api',
  ...changes,
});

describe('the path of an object', () => {
  test.each([
    [key(), 'shop/web/Deployment.apps/api.yaml'],
    [key({ group: '', kind: 'ConfigMap', name: 'settings' }), 'shop/web/ConfigMap/settings.yaml'],
    [key({ group: '', kind: 'Namespace', namespace: '', name: 'web' }), 'shop/_cluster/Namespace/web.yaml'],
    [
      key({ group: 'rbac.authorization.k8s.io', kind: 'ClusterRole', namespace: '', name: 'system:Node%' }),
      'shop/_cluster/ClusterRole.rbac.authorization.k8s.io/system%3a%4eode%25.yaml',
    ],
    [key({ namespace: '_cluster' }), 'shop/%5fcluster/Deployment.apps/api.yaml'],
    [key({ namespace: 'application.json' }), 'shop/application%2ejson/Deployment.apps/api.yaml'],
    [key({ kind: 'deployment' }), 'shop/web/%64eployment.apps/api.yaml'],
    [key({ name: '..' }), 'shop/web/Deployment.apps/%2e%2e.yaml'],
    [key({ name: '.git' }), 'shop/web/Deployment.apps/%2egit.yaml'],
    [key({ name: 'git~1' }), 'shop/web/Deployment.apps/git%7e1.yaml'],
    [key({ name: 'con' }), 'shop/web/Deployment.apps/%63on.yaml'],
    [key({ name: 'a/b' }), 'shop/web/Deployment.apps/a%2fb.yaml'],
    [key({ name: 'ü' }), 'shop/web/Deployment.apps/%c3%bc.yaml'],
    [key({ group: '', kind: 'Aux' }), 'shop/web/%41ux/api.yaml'],
  ])('%j is %s', (of, path) => {
    expect(objectPath('shop', of)).toBe(path);
  });

  test('an application cannot take the place of truekeel.json, in any spelling', () => {
    expect(applicationPath('truekeel.json')).toBe('%74ruekeel.json');
    expect(applicationPath('Truekeel.json')).toBe('%54ruekeel.json');
  });

  test('a name of 253 characters still fits in a file name', () => {
    const long = objectPath('shop', key({ name: 'a'.repeat(253) }));
    const longer = objectPath('shop', key({ name: `${'a'.repeat(252)}b` }));
    expect(Math.max(...long.split('/').map((segment) => segment.length))).toBeLessThanOrEqual(255);
    expect(long).not.toBe(longer);
  });
});

/** Texts that are likely to meet: few characters, the ones that encodings stumble over. */
const tricky = fc.oneof(
  fc.string({
    unit: fc.constantFrom('a', 'A', '.', '/', '%', '_', '-', ':', '2', 'e', 'ü', ' '),
    maxLength: 6,
  }),
  fc.constantFrom(
    '',
    '.',
    '..',
    '.git',
    'con',
    'CON',
    '_cluster',
    '%2e',
    'truekeel.json',
    'application.json',
    'yaml',
  ),
  fc.string({ unit: 'binary', maxLength: 300 }),
);
const kinds = fc.string({ unit: fc.constantFrom('a', 'b', 'A', '.', '-', '%', 'ü'), maxLength: 5 });
const place = fc.record({
  application: tricky,
  key: fc.record({ group: tricky, kind: kinds, namespace: tricky, name: tricky }),
});

describe('for any object', () => {
  test('two objects have two paths', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(place, { selector: (value) => JSON.stringify(value), minLength: 2 }),
        (places) => {
          const paths = places.map((of) => objectPath(of.application, of.key));
          expect(new Set(paths).size).toBe(places.length);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('two objects whose kinds differ in more than case have two paths where case is ignored', () => {
    const selector = (of: { application: string; key: ObjectKey }) =>
      JSON.stringify([
        of.application,
        of.key.group,
        of.key.namespace,
        of.key.name,
        of.key.kind.toLowerCase(),
      ]);
    fc.assert(
      fc.property(fc.uniqueArray(place, { selector, minLength: 2 }), (places) => {
        const paths = places.map((of) => objectPath(of.application, of.key).toLowerCase());
        expect(new Set(paths).size).toBe(places.length);
      }),
      { numRuns: 500 },
    );
  });

  test('the path has four segments that every file system takes', () => {
    fc.assert(
      fc.property(place, (of) => {
        const segments = objectPath(of.application, of.key).split('/');
        expect(segments).toHaveLength(4);
        for (const segment of segments) {
          expect(segment).toMatch(/^[A-Za-z0-9%_~-][A-Za-z0-9%._~-]*$/);
          expect(segment).not.toMatch(/\.$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
          expect(segment.length).toBeLessThanOrEqual(255);
        }
      }),
      { numRuns: 500 },
    );
  });
});
