import { ApiObject, Chart, JsonPatch } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../objects/index.ts';
import { renderTree } from '../render/index.ts';
import { App, Config, type ConfigProps, EnvironmentSource, Mount, Workload } from './index.ts';
import { objectOf, objectsOf, problemsOf } from './testing/program.ts';

const configOf = (props: ConfigProps) =>
  objectOf('ConfigMap', (web) => void new Config(web, 'settings', props));

describe('Config', () => {
  it('is a ConfigMap that cannot change, named after its place and its content', () => {
    const config = configOf({ data: { greeting: 'hello' }, metadata: { labels: { team: 'blue' } } });
    expect(config).toEqual({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {
        name: expect.stringMatching(/^settings-[0-9a-f]{10}$/),
        namespace: 'shop',
        labels: { team: 'blue' },
        annotations: {
          'truekeel.dev/prune': 'allow',
          'truekeel.dev/version-of': 'settings',
          'truekeel.dev/keep-versions': '3',
        },
      },
      immutable: true,
      data: { greeting: 'hello' },
    });
  });

  it('has another name if and only if it has other content', () => {
    const texts = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.string({ maxLength: 3 }), {
      minKeys: 1,
      maxKeys: 3,
    });
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        const [a, b] = [one, other].map((data) => configOf({ data }).metadata.name);
        expect(a === b).toBe(canonicalJson(one) === canonicalJson(other));
      }),
      { numRuns: 60 },
    );
    expect(configOf({ data: { a: 'YQ==' } }).metadata.name).not.toBe(
      configOf({ binaryData: { a: 'YQ==' } }).metadata.name,
    );
  });

  it('rolls what refers to it, and nothing else', () => {
    const podOf = (data: { [key: string]: string }) => {
      const { spec } = objectOf('Deployment', (web) => {
        const config = new Config(web, 'settings', { data });
        new Workload(web, 'api', {
          image: 'a',
          mounts: [Mount.config('/etc/api', config)],
          environmentFrom: [EnvironmentSource.config(config)],
        });
      });
      return spec.template.spec;
    };
    const [before, after] = [podOf({ a: '1' }), podOf({ a: '2' })];
    expect(podOf({ a: '1' })).toEqual(before);
    expect(after.volumes[0].configMap.name).not.toBe(before.volumes[0].configMap.name);
    expect(after.containers[0].envFrom[0].configMapRef.name).toBe(after.volumes[0].configMap.name);
  });

  it('is named as its place is, however deep, and never too long', () => {
    const objects = objectsOf((web) => {
      const above = new ApiObject(web, 'above', { apiVersion: 'v1', kind: 'ConfigMap' });
      new Config(above, 'inside', { data: { a: '' } });
      new Config(web, 'long-'.repeat(30), { data: { a: '' } });
      new Config(web, 'other', { data: { a: '' }, baseName: 'own' });
    });
    const names = objects.map(({ metadata }) => metadata.name).sort();
    expect(names[1]).toMatch(/^above-inside-[0-9a-f]{10}$/);
    expect(names[2]).toMatch(/^long-long-.*-[0-9a-f]{8}-[0-9a-f]{10}$/);
    expect(names[2]).toHaveLength(63);
    expect(names[3]).toMatch(/^own-[0-9a-f]{10}$/);
  });

  it('stands in a plain chart of cdk8s too', () => {
    const app = new App();
    new Config(new Chart(app, 'plain'), 'settings', { data: { a: '' } });
    expect(renderTree(app)[0]?.applications[0]?.objects[0]?.version).toEqual({ of: 'settings', keep: 3 });
  });

  it('tells the engine how many former versions stay', () => {
    const app = new App();
    new Config(new Chart(app, 'plain'), 'settings', { data: { a: '' }, keep: 7 });
    expect(renderTree(app)[0]?.applications[0]?.objects[0]?.version?.keep).toBe(7);
  });

  it.each<[string, ConfigProps]>([
    ['it has no content', {}],
    ['keep is 0', { data: { a: '' }, keep: 0 }],
    ['metadata has a name', { data: { a: '' }, metadata: { name: 'x' } }],
    ['"a b" cannot be a key', { data: { 'a b': '' } }],
    ['".." cannot be a key', { data: { '..': '' } }],
    ['a is in data and in binaryData', { data: { a: '' }, binaryData: { a: '' } }],
    ['binaryData: a is not base64', { binaryData: { a: 'a' } }],
    ['1048576 is the most', { data: { a: 'x'.repeat(1024 * 1024 + 1) } }],
  ])('refuses: %s', (message, props) => {
    const problems = problemsOf((web) => void new Config(web, 'settings', props));
    expect(problems.join()).toContain(message);
    expect(problems[0]).toMatch(/^test\/web\/settings: /);
  });

  it('refuses content that comes too late for the name', () => {
    expect(
      problemsOf((web) => {
        new Config(web, 'a', { data: { a: '1' } }).addJsonPatch(JsonPatch.replace('/data/a', '2'));
        new Config(web, 'b', { data: { a: '1' } }).addJsonPatch(JsonPatch.replace('/metadata/name', 'b'));
        new Config(web, 'c', { data: { a: '1' } }).addJsonPatch(
          JsonPatch.add('/metadata/labels', { x: 'y' }),
        );
      }),
    ).toEqual([
      expect.stringMatching(/^test\/web\/a: it was changed after/),
      expect.stringMatching(/^test\/web\/b: it was changed after/),
    ]);
  });
});

describe('annotations of versions', () => {
  it.each<[string, object]>([
    ['truekeel.dev/keep-versions of ConfigMap shop/x is "0"', { 'truekeel.dev/keep-versions': '0' }],
    ['truekeel.dev/keep-versions of ConfigMap shop/x is ""', {}],
    ['is "2"', { 'truekeel.dev/version-of': '', 'truekeel.dev/keep-versions': '2' }],
  ])('are refused when they cannot be what they are: %s', (message, annotations) => {
    const metadata = { annotations: { 'truekeel.dev/version-of': 'x', ...annotations } };
    expect(
      problemsOf(
        (web) => void new ApiObject(web, 'x', { apiVersion: 'v1', kind: 'ConfigMap', metadata }),
      ).join(),
    ).toContain(message);
  });
});
