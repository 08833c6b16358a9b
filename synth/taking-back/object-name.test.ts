import { describe, expect, it } from 'vitest';
import { formatKey, type KubernetesObject } from '../../lib/objects/index.ts';
import { desiredFromRendered } from '../../lib/plan/index.ts';
import { application, configMap } from '../../test/git/rendered.ts';
import { findObject } from './object-name.ts';

const named = (
  apiVersion: string,
  kind: string,
  namespace: string | undefined,
  name: string,
): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace !== undefined && { namespace }) },
});

const APPLICATIONS = [
  application('web', [
    named('apps/v1', 'Deployment', 'shop', 'web'),
    named('apps/v1', 'Deployment', 'other', 'web'),
    named('networking.k8s.io/v1', 'NetworkPolicy', 'shop', 'web'),
    named('v1', 'Namespace', undefined, 'shop'),
    named('acme.io/v1', 'Deployment', 'shop', 'theirs'),
    configMap('settings'),
  ]),
].map(desiredFromRendered);

const find = (text: string, namespace?: string) => formatKey(findObject(APPLICATIONS, text, namespace).key);

describe('an object', () => {
  it.each([
    ['deployment/web', 'shop', 'Deployment.apps shop/web'],
    ['deployments/web', 'other', 'Deployment.apps other/web'],
    ['Deploy/web', 'shop', 'Deployment.apps shop/web'],
    ['deployments.apps/web', 'shop', 'Deployment.apps shop/web'],
    ['deployments.v1.apps/web', 'shop', 'Deployment.apps shop/web'],
    ['deployment.acme.io/theirs', undefined, 'Deployment.acme.io shop/theirs'],
    ['networkpolicies/web', undefined, 'NetworkPolicy.networking.k8s.io shop/web'],
    ['netpol/web', 'shop', 'NetworkPolicy.networking.k8s.io shop/web'],
    ['ns/shop', 'anything', 'Namespace shop'],
    ['cm/settings', undefined, 'ConfigMap web/settings'],
    ['Deployment.apps other/web', undefined, 'Deployment.apps other/web'],
  ])('is found by %s in %s', (text, namespace, key) => {
    expect(find(text, namespace)).toBe(key);
  });

  it('that may be several is none, and they are named', () => {
    expect(() => find('deployment/web')).toThrow(
      expect.objectContaining({
        code: 'AMBIGUOUS_OBJECT',
        hint: "Give --namespace, or one of: 'Deployment.apps shop/web', 'Deployment.apps other/web'.",
      }),
    );
  });

  it.each(['web', 'deployment/', '/web', 'a/b/c', ''])('is not named by %j', (text) => {
    expect(() => find(text)).toThrow(expect.objectContaining({ code: 'INVALID_FLAG' }));
  });

  it('of another group or namespace is another', () => {
    for (const [text, namespace] of [
      ['deployment.acme.io/web', 'shop'],
      ['deployment/web', 'nowhere'],
      ['statefulset/web', 'shop'],
    ] as const)
      expect(() => find(text, namespace)).toThrow(expect.objectContaining({ code: 'NO_SUCH_OBJECT' }));
  });

  it('that was named exactly may be one that is no longer there', () => {
    expect(findObject(APPLICATIONS, 'Deployment.apps shop/gone', undefined)).toEqual({
      key: { group: 'apps', kind: 'Deployment', namespace: 'shop', name: 'gone' },
    });
  });
});
