import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collectionPath, objectPath, withQuery } from './paths.ts';

const pods = { group: '', version: 'v1', kind: 'Pod', plural: 'pods', namespaced: true, verbs: [] };
const nodes = { ...pods, kind: 'Node', plural: 'nodes', namespaced: false };
const deployments = { ...pods, group: 'apps', kind: 'Deployment', plural: 'deployments' };

describe('the path of a request', () => {
  it('follows group, namespace, name and subresource', () => {
    expect(collectionPath(pods)).toBe('/api/v1/pods');
    expect(collectionPath(deployments, 'web')).toBe('/apis/apps/v1/namespaces/web/deployments');
    expect(objectPath(deployments, { namespace: 'web', name: 'api' }, 'scale')).toBe(
      '/apis/apps/v1/namespaces/web/deployments/api/scale',
    );
  });

  it('has no namespace for what has none', () => {
    expect(objectPath(nodes, { namespace: 'web', name: 'n' })).toBe('/api/v1/nodes/n');
  });

  it('stays below the collection whatever the name is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        fc.pre(name !== '.' && name !== '..');
        const { pathname, search } = new URL(objectPath(pods, { namespace: 'web', name }), 'https://s');
        expect(pathname.split('/')).toHaveLength(7);
        expect(decodeURIComponent(pathname.split('/')[6] ?? '')).toBe(name);
        expect(search).toBe('');
      }),
    );
  });

  it('carries its query, without what is undefined or false', () => {
    expect(withQuery('/a', { x: 'y=z,w in (a b)', n: 5, t: true, f: false, u: undefined })).toBe(
      '/a?x=y%3Dz%2Cw%20in%20(a%20b)&n=5&t=true',
    );
    expect(withQuery('/a', { f: false })).toBe('/a');
  });
});
