import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../objects/index.ts';
import { widensAccess } from './access.ts';
import { newlyAllowed } from './rbac-rules.ts';

const rule = (
  verbs: readonly string[],
  resources: readonly string[],
  more: { apiGroups?: readonly string[]; resourceNames?: readonly string[] } = {},
): JsonObject => ({ apiGroups: [''], verbs, resources, ...more });

describe('what RBAC rules allow', () => {
  it.each<[string, JsonObject[], JsonObject[]]>([
    [
      'a rule split by verb',
      [rule(['get', 'list'], ['pods'])],
      [rule(['list'], ['pods']), rule(['get'], ['pods'])],
    ],
    [
      'two rules made one',
      [rule(['get'], ['pods']), rule(['get'], ['services'])],
      [rule(['get'], ['pods', 'services'])],
    ],
    ['what a wildcard allowed', [rule(['*'], ['*'])], [rule(['delete'], ['pods/exec'])]],
    [
      'what a wildcard group allowed',
      [rule(['get'], ['*'], { apiGroups: ['*'] })],
      [rule(['get'], ['deployments'], { apiGroups: ['apps'] })],
    ],
    ['a subresource of everything', [rule(['get'], ['*/scale'])], [rule(['get'], ['deployments/scale'])]],
    [
      'one of all names',
      [rule(['get'], ['secrets'])],
      [rule(['get'], ['secrets'], { resourceNames: ['a'] })],
    ],
    [
      'names in two rules',
      [
        rule(['get'], ['secrets'], { resourceNames: ['a'] }),
        rule(['get'], ['secrets'], { resourceNames: ['b'] }),
      ],
      [rule(['get'], ['secrets'], { resourceNames: ['b', 'a'] })],
    ],
    [
      'a path below a pattern',
      [{ verbs: ['get'], nonResourceURLs: ['/healthz/*'] }],
      [{ verbs: ['get'], nonResourceURLs: ['/healthz/etcd'] }],
    ],
    ['nothing', [rule(['get'], ['pods'])], []],
  ])('is not more by %s', (_name, before, after) => {
    expect(newlyAllowed(before, after)).toEqual([]);
  });

  it.each<[string, JsonObject[], JsonObject[], string]>([
    ['a verb', [rule(['get'], ['pods'])], [rule(['get', 'delete'], ['pods'])], 'delete on pods'],
    [
      'a resource',
      [rule(['get'], ['pods'])],
      [rule(['get'], ['pods', 'secrets', 'nodes'])],
      'get on secrets, nodes',
    ],
    [
      'a group',
      [rule(['get'], ['deployments'])],
      [rule(['get'], ['deployments'], { apiGroups: ['apps'] })],
      'get on deployments.apps',
    ],
    ['every verb', [rule(['get', 'list', 'watch'], ['pods'])], [rule(['*'], ['pods'])], 'everything on pods'],
    ['everything', [], [rule(['*'], ['*'], { apiGroups: ['*'] })], 'everything on every resource'],
    [
      'every name',
      [rule(['get'], ['secrets'], { resourceNames: ['a'] })],
      [rule(['get'], ['secrets'])],
      'get on secrets',
    ],
    [
      'a name',
      [rule(['get'], ['secrets'], { resourceNames: ['a'] })],
      [rule(['get'], ['secrets'], { resourceNames: ['a', 'b'] })],
      'get on secrets "b"',
    ],
    ['a subresource', [rule(['get'], ['pods'])], [rule(['get'], ['pods/log'])], 'get on pods/log'],
    [
      'a path',
      [{ verbs: ['get'], nonResourceURLs: ['/healthz'] }],
      [{ verbs: ['get'], nonResourceURLs: ['/*'] }],
      'get on /*',
    ],
  ])('is more by %s', (_name, before, after, what) => {
    expect(newlyAllowed(before, after)).toEqual([what]);
  });

  const word = (...words: string[]) => fc.uniqueArray(fc.constantFrom(...words), { minLength: 1 });
  const someRule = fc.record({
    apiGroups: word('', 'apps', '*'),
    resources: word('pods', 'secrets', 'pods/log', '*/log', '*'),
    verbs: word('get', 'list', 'delete', '*'),
  });
  const someRules = fc.array(someRule, { minLength: 1, maxLength: 4 });

  it('does not depend on how rules are cut', () => {
    fc.assert(
      fc.property(someRules, (rules) => {
        const atoms = rules.flatMap(({ apiGroups, resources, verbs }) =>
          apiGroups.flatMap((group) =>
            resources.flatMap((resource) =>
              verbs.map((verb) => rule([verb], [resource], { apiGroups: [group] })),
            ),
          ),
        );
        expect(newlyAllowed(rules, atoms.reverse())).toEqual([]);
        expect(newlyAllowed(atoms, rules)).toEqual([]);
      }),
    );
  });

  it('is the same for a single request as asking each rule whether it allows it', () => {
    const request = fc.record({
      group: fc.constantFrom('', 'apps', 'batch'),
      resource: fc.constantFrom('pods', 'secrets', 'pods/log', 'jobs/log'),
      verb: fc.constantFrom('get', 'list', 'delete', 'create'),
    });
    fc.assert(
      fc.property(someRules, request, (rules, { group, resource, verb }) => {
        const allowed = rules.some(
          (given) =>
            (given.verbs.includes('*') || given.verbs.includes(verb)) &&
            (given.apiGroups.includes('*') || given.apiGroups.includes(group)) &&
            (given.resources.includes('*') ||
              given.resources.includes(resource) ||
              (resource.endsWith('/log') && given.resources.includes('*/log'))),
        );
        const asked = rule([verb], [resource], { apiGroups: [group] });
        expect(newlyAllowed(rules, [asked]).length === 0).toBe(allowed);
      }),
    );
  });
});

describe('the effect on access', () => {
  const group = 'rbac.authorization.k8s.io';
  const widened = (kind: string, before: JsonObject | undefined, after: JsonObject) =>
    widensAccess({
      key: { group, kind, namespace: '', name: 'r' },
      action: before ? 'change' : 'create',
      changes: [],
      ...(before && {
        live: { apiVersion: `${group}/v1`, kind, metadata: { name: 'r' }, ...before },
      }),
      after: { apiVersion: `${group}/v1`, kind, metadata: { name: 'r' }, ...after },
    })?.message;

  const binding = (role: string, ...subjects: JsonObject[]): JsonObject => ({
    roleRef: { apiGroup: group, kind: 'ClusterRole', name: role },
    subjects,
  });
  const account = (name: string): JsonObject => ({ kind: 'ServiceAccount', namespace: 'shop', name });

  it('of a binding is what it gives to whom', () => {
    expect(widened('RoleBinding', undefined, binding('view', account('a')))).toBe(
      'gives ClusterRole view to ServiceAccount shop/a',
    );
    expect(
      widened('RoleBinding', binding('view', account('a')), binding('view', account('b'), account('a'))),
    ).toBe('gives ClusterRole view to ServiceAccount shop/b');
    expect(
      widened('RoleBinding', binding('view', account('a'), account('b')), binding('view', account('b'))),
    ).toBe(undefined);
  });

  it('of a binding to another role is that role for all its subjects', () => {
    expect(widened('RoleBinding', binding('view', account('a')), binding('admin', account('a')))).toBe(
      'gives ClusterRole admin to ServiceAccount shop/a',
    );
  });

  it('of a subject with the default group written out is none', () => {
    const user = { kind: 'User', name: 'jane' };
    expect(widened('RoleBinding', binding('view', user), binding('view', { ...user, apiGroup: group }))).toBe(
      undefined,
    );
  });

  it('of a role that others aggregate is theirs, too', () => {
    const role = (label: string | undefined, ...verbs: string[]): JsonObject => ({
      metadata: { name: 'r', ...(label && { labels: { [`${group}/aggregate-to-view`]: label } }) },
      rules: [rule(verbs, ['pods'])],
    });
    expect(widened('ClusterRole', role('true', 'get'), role('true', 'get', 'list'))).toBe(
      'allows list on pods; gives its rules to whoever has the role view',
    );
    expect(widened('ClusterRole', role(undefined, 'get'), role('true', 'get'))).toBe(
      'gives its rules to whoever has the role view',
    );
    expect(widened('ClusterRole', role('true', 'get', 'list'), role('true', 'list'))).toBe(undefined);
    expect(widened('ClusterRole', role('true', 'get'), role('false', 'get'))).toBe(undefined);
  });

  it('of an aggregated role is another label that it collects rules by', () => {
    const aggregated = (...labels: string[]): JsonObject => ({
      rules: [],
      aggregationRule: {
        clusterRoleSelectors: labels.map((label) => ({ matchLabels: { [label]: 'true' } })),
      },
    });
    expect(widened('ClusterRole', aggregated('a'), aggregated('a', 'b'))).toBe(
      'collects the rules of roles with the label b=true',
    );
    expect(widened('ClusterRole', aggregated('a', 'b'), aggregated('b'))).toBe(undefined);
  });
});
