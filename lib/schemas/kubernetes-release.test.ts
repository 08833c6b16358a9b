import { statSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { builtInOpenApi } from '../fields/index.ts';
import { kubernetesMinor, NEWEST_KUBERNETES } from '../objects/index.ts';
import { knownReleases, kubernetesRelease, type SchemaType } from './index.ts';

/** Reads a type to its end, once through every type.
 * @returns how many structs there were */
function readAll(type: SchemaType, seen = new Set<SchemaType>()): number {
  if (seen.has(type)) return 0;
  seen.add(type);
  if (type.form === 'list' || type.form === 'map') return readAll(type.element, seen);
  if (type.form !== 'struct') return 0;
  return type.fieldNames().reduce((count, name) => count + readAll(type.field(name)!, seen), 1);
}

const CORE = [
  'v1',
  'apps/v1',
  'batch/v1',
  'networking.k8s.io/v1',
  'rbac.authorization.k8s.io/v1',
  'policy/v1',
];

describe('the known releases', () => {
  it('are those that environments can name', () => {
    expect(knownReleases()).toEqual([27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37]);
    expect(knownReleases().at(-1)).toBe(NEWEST_KUBERNETES);
    expect(knownReleases().map((minor) => kubernetesMinor(`1.${minor}`))).toEqual(knownReleases());
    expect(kubernetesMinor('1.26')).toBeUndefined();
    expect(kubernetesMinor('1.38')).toBeUndefined();
  });

  it('take less than a megabyte together', () => {
    expect(statSync(new URL('releases/releases.data.json', import.meta.url)).size).toBeLessThan(1_000_000);
  });

  test.each(knownReleases().map((minor) => [minor]))(
    '1.%i has kinds whose types can be read to their end',
    (minor) => {
      const release = kubernetesRelease(minor);
      expect(release.version).toMatch(new RegExp(`^1\\.${minor}\\.`));
      for (const apiVersion of CORE) {
        const kinds = release.kindsOf(apiVersion);
        expect(kinds.length).toBeGreaterThan(0);
        for (const kind of kinds) expect(readAll(release.kind(apiVersion, kind)!.type)).toBeGreaterThan(1);
      }
    },
  );

  it('are no others', () => {
    expect(() => kubernetesRelease(26)).toThrow(RangeError);
    expect(() => kubernetesRelease(99)).toThrow(RangeError);
  });
});

describe('the newest release', () => {
  const release = kubernetesRelease(NEWEST_KUBERNETES);

  it('has what its OpenAPI documents have: kinds, fields, required fields and keys', () => {
    const openApi = builtInOpenApi();
    let compared = 0;
    for (const path of openApi.paths()) {
      for (const [full, schema] of Object.entries(openApi.document(path)?.components?.schemas ?? {})) {
        for (const { group, version, kind } of schema['x-kubernetes-group-version-kind'] ?? []) {
          const type = release.kind(group === '' ? version : `${group}/${version}`, kind)?.type;
          if (!type || type.name !== full.replace(/^io\.k8s\./, '')) continue;
          compared += 1;
          expect(type.fieldNames()).toEqual(Object.keys(schema.properties ?? {}));
          expect(type.required).toEqual(schema.required ?? []);
        }
      }
    }
    expect(compared).toBeGreaterThan(80);
  });

  it('knows which kinds live in a namespace', () => {
    expect(release.kind('v1', 'ConfigMap')?.isNamespaced).toBe(true);
    expect(release.kind('v1', 'Namespace')?.isNamespaced).toBe(false);
    expect(release.kind('rbac.authorization.k8s.io/v1', 'ClusterRole')?.isNamespaced).toBe(false);
  });

  it('knows forms, list types, keys and defaults', () => {
    const pod = release.kind('v1', 'Pod')!.type.field('spec')!;
    const container = pod.field('containers')!.element;
    expect(container.name).toBe('api.core.v1.Container');
    expect(container.field('ports')).toMatchObject({
      form: 'list',
      listType: 'map',
      keys: ['containerPort', 'protocol'],
    });
    expect(container.field('ports')!.element.defaultOf('protocol')).toBe('TCP');
    expect(container.field('args')).toMatchObject({ form: 'list', listType: 'atomic', keys: [] });
    expect(container.field('resources')!.field('limits')!.element.form).toBe('quantity');
    expect(container.field('livenessProbe')!.field('httpGet')!.field('port')!.form).toBe('int-or-string');
    expect(release.kind('v1', 'Secret')!.type.field('data')!.element.form).toBe('bytes');
    expect(release.kind('v1', 'ConfigMap')!.type.field('metadata')!.field('finalizers')!.listType).toBe(
      'set',
    );
  });

  it('has no fields that only the language has', () => {
    const type = release.kind('v1', 'ConfigMap')!.type;
    for (const name of ['constructor', '__proto__', 'toString']) expect(type.field(name)).toBeUndefined();
    expect(release.kind('v1', 'constructor')).toBeUndefined();
  });

  it('has no elements where there are none', () => {
    expect(() => release.kind('v1', 'ConfigMap')!.type.element).toThrow(RangeError);
  });
});

describe('lifecycles', () => {
  const release = kubernetesRelease(NEWEST_KUBERNETES);

  it('say since when and what instead', () => {
    expect(release.lifecycle('batch/v1beta1', 'CronJob')).toEqual({
      deprecated: 21,
      removed: 25,
      replacement: { apiVersion: 'batch/v1', kind: 'CronJob' },
    });
    expect(release.lifecycle('apiextensions.k8s.io/v1beta1', 'CustomResourceDefinition')).toMatchObject({
      removed: 22,
    });
    expect(release.lifecycle('apps/v1', 'Deployment')).toBeUndefined();
    expect(release.lifecycle('apps/v1', 'constructor')).toBeUndefined();
  });

  it('hold for what the releases serve', () => {
    for (const minor of knownReleases()) {
      const other = kubernetesRelease(minor);
      expect(other.kind('flowcontrol.apiserver.k8s.io/v1beta3', 'FlowSchema') !== undefined).toBe(minor < 32);
      expect(other.firstServed('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema')).toBe(29);
    }
    expect(release.versionsOf('FlowSchema')).toEqual(['flowcontrol.apiserver.k8s.io/v1']);
    expect(kubernetesRelease(29).versionsOf('FlowSchema')).toEqual([
      'flowcontrol.apiserver.k8s.io/v1',
      'flowcontrol.apiserver.k8s.io/v1beta3',
    ]);
  });
});
