import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { application, configMap, environment, greeting, renderedObject } from '../../test/git/rendered.ts';
import { asOid, hashObject } from '../git/index.ts';
import { digestOf, objectPath, type RenderedEnvironment } from '../objects/index.ts';
import { renderedFiles, renderedTree } from './files.ts';
import { parseApplicationManifest, parseEnvironmentManifest } from './manifest.ts';

const provenance = {
  sourceCommit: asOid('a'.repeat(40)),
  program: 'main.ts',
  versions: { truekeel: '0.1.0' },
};
const text = (files: ReadonlyMap<string, Uint8Array>, path: string) =>
  Buffer.from(files.get(path)!).toString('utf8');
const digest = (of: RenderedEnvironment) => renderedTree(of, provenance).manifest.digest;

const WEBHOOK = { sink: 'webhook', url: 'https://hooks.example', events: ['failed'] } as const;

describe('the files of a rendered environment', () => {
  test('are one an object, one an application and one for all', () => {
    const files = renderedFiles(greeting('hello'), provenance);
    expect([...files.keys()].sort()).toEqual([
      'truekeel.json',
      'web/application.json',
      'web/web/ConfigMap/other.yaml',
      'web/web/ConfigMap/settings.yaml',
    ]);
    expect(JSON.parse(text(files, 'truekeel.json'))).toEqual({
      schema: 'truekeel.dev/environment/v1',
      environment: 'production',
      cluster: { context: 'prod' },
      promotesFrom: ['staging'],
      digest: expect.stringMatching(/^sha256:/),
      source: { commit: provenance.sourceCommit, program: 'main.ts' },
      versions: { truekeel: '0.1.0' },
      applications: [{ name: 'web', path: 'web', digest: expect.stringMatching(/^sha256:/), objects: 2 }],
    });
    expect(
      text(files, 'web/application.json')
        .split('\n')
        .filter((line) => line.includes('"key"')),
    ).toEqual([
      expect.stringContaining('"name":"other"'),
      expect.stringContaining(
        '"constructPath":"app/web/settings","source":{"file":"main.ts","line":1,"column":3}',
      ),
    ]);
  });

  test('hold only the settings that differ, and are read back with all', () => {
    const web = {
      ...application('web', []),
      objects: [renderedObject('web', configMap('a'), 1, { prune: 'protect' })],
    };
    const files = renderedFiles(environment(web), provenance);
    const manifest = parseApplicationManifest(Buffer.from(files.get('web/application.json')!), 'here');
    expect(manifest.objects[0]?.settings).toEqual({ prune: 'protect' });
    expect(manifest.settings).toMatchObject({ prune: 'allow', wait: 'ready' });
  });

  test('hold the health rules of an application, which are part of its digest', () => {
    const rule = { group: 'acme.io', kind: 'Widget', current: 'object.status.ready', message: '"m"' };
    const web = { ...application('web', [configMap('a')]), health: [rule] };
    const bytes = renderedFiles(environment(web), provenance).get('web/application.json')!;
    expect(parseApplicationManifest(Buffer.from(bytes), 'here').health).toEqual([rule]);
    const other = { ...web, health: [{ ...rule, current: 'true' }] };
    const without = application('web', [configMap('a')]);
    expect(new Set([web, other, without].map((of) => digest(environment(of)))).size).toBe(3);
  });

  test('hold what follows on a failed release, which is part of the digest', () => {
    const web = { ...application('web', [configMap('a')]), onFailure: 'roll-back' as const };
    const bytes = renderedFiles(environment(web), provenance).get('web/application.json')!;
    expect(parseApplicationManifest(Buffer.from(bytes), 'here').onFailure).toBe('roll-back');
    const without = application('web', [configMap('a')]);
    expect(digest(environment(web))).not.toBe(digest(environment(without)));
  });

  test('hold how many objects may be deleted at once, which is part of the digest', () => {
    const web = { ...application('web', [configMap('a')]), deleteLimits: { maxDeletes: 0 } };
    const bytes = renderedFiles(environment(web), provenance).get('web/application.json')!;
    expect(parseApplicationManifest(Buffer.from(bytes), 'here').deleteLimits).toEqual({ maxDeletes: 0 });
    const others = [
      application('web', [configMap('a')]),
      { ...web, deleteLimits: { maxDeletes: 0, maxDeleteShare: 0 } },
    ];
    expect(new Set([web, ...others].map((of) => digest(environment(of)))).size).toBe(3);
  });

  test('hold who looks after an application and where more is to be found, which is part of the digest', () => {
    const about = { owners: ['team-web'], links: [{ title: 'Runbook', url: 'https://example.com/web' }] };
    const web = { ...application('web', [configMap('a')]), ...about };
    const bytes = renderedFiles(environment(web), provenance).get('web/application.json')!;
    expect(parseApplicationManifest(Buffer.from(bytes), 'here')).toMatchObject(about);
    const others = [
      application('web', [configMap('a')]),
      { ...web, owners: ['other'] },
      { ...web, links: [] },
    ];
    expect(new Set([web, ...others].map((of) => digest(environment(of)))).size).toBe(4);
  });

  test('hold what makes an object a hook, which is part of the digest', () => {
    const job = renderedObject('web', configMap('a'), 1);
    const run = (text: string) => ({ place: 'before', rerun: 'on-change', run: digestOf(text) }) as const;
    const web = (hook?: ReturnType<typeof run>) =>
      environment({ ...application('web', []), objects: [hook ? { ...job, hook } : job] });
    const bytes = renderedFiles(web(run('1')), provenance).get('web/application.json')!;
    expect(parseApplicationManifest(Buffer.from(bytes), 'here').objects[0]?.hook).toEqual(run('1'));
    expect(new Set([web(), web(run('1')), web(run('2'))].map(digest)).size).toBe(3);
  });

  test('hold how many former versions of an object stay', () => {
    const version = { of: 'settings', keep: 3 };
    const web = {
      ...application('web', []),
      objects: [{ ...renderedObject('web', configMap('a'), 1), version }],
    };
    const bytes = renderedFiles(environment(web), provenance).get('web/application.json')!;
    expect(parseApplicationManifest(Buffer.from(bytes), 'here').objects[0]?.version).toEqual(version);
  });

  test('hold what the environment changed in an object, which is no part of the digest', () => {
    const object = renderedObject('web', configMap('a'), 1);
    const overridden = [{ path: 'data.a', before: { b: [1] }, after: null, reason: 'staging is small' }];
    const web = { ...application('web', []), objects: [{ ...object, overridden }] };
    const bytes = renderedFiles(environment(web), provenance).get('web/application.json')!;
    expect(parseApplicationManifest(Buffer.from(bytes), 'here').objects[0]?.overridden).toEqual(overridden);
    expect(digest(environment(web))).toBe(digest(environment({ ...web, objects: [object] })));
  });

  test('hold how long an object may take', () => {
    const limits = { waitTimeoutMs: 1_200_000, noProgressTimeoutMs: 90_000 };
    const web = { ...application('web', []), objects: [renderedObject('web', configMap('a'), 1, limits)] };
    const bytes = renderedFiles(environment(web), provenance).get('web/application.json')!;
    expect(parseApplicationManifest(Buffer.from(bytes), 'here').objects[0]?.settings).toEqual(limits);
  });

  test('do not depend on the order in which anything was made', () => {
    const names = ['a', 'B', 'ü', 'a.b', 'a-b', '10', '9'];
    const edge = (from: string, to: string) => ({
      from: renderedObject('x', configMap(from)).key,
      to: renderedObject('x', configMap(to)).key,
      until: 'ready' as const,
    });
    const all = names.map((name) => ({
      ...application(
        name,
        names.map((of) => ({ ...configMap(of), metadata: { name: of, namespace: name } })),
      ),
      dependsOn: names.filter((other) => other !== name),
      edges: [edge('a', 'B'), edge('a', 'ü'), edge('B', 'a')],
    }));
    const bytes = (of: readonly (typeof all)[number][]) =>
      [...renderedTree(environment(...of), provenance).oids].sort().join();
    const expected = bytes(all);
    const shuffled = <T>(values: readonly T[]) =>
      fc.shuffledSubarray([...values], { minLength: values.length });
    fc.assert(
      fc.property(shuffled(all), shuffled(names), fc.boolean(), (applications, dependsOn, reverse) => {
        const mixed = applications.map((one) => ({
          ...one,
          dependsOn: dependsOn.filter((other) => other !== one.name),
          edges: reverse ? one.edges.toReversed() : one.edges,
          objects: reverse ? one.objects.toReversed() : one.objects,
        }));
        expect(bytes(mixed)).toBe(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('of two objects that differ in case alone are refused, with both named', () => {
    const object = (kind: string) => ({
      ...renderedObject('web', configMap('a')),
      key: { group: 'x.y', kind, namespace: 'web', name: 'a' },
    });
    const objects = ['HTTPThing', 'HttpThing'].map((kind) => {
      const of = object(kind);
      return { ...of, path: objectPath('web', of.key) };
    });
    expect(() => renderedFiles(environment({ ...application('web', []), objects }), provenance)).toThrow(
      expect.objectContaining({
        code: 'PATH_COLLISION',
        family: 'validation',
        message: expect.stringMatching(/HttpThing.*HTTPThing/),
      }),
    );
  });
});

describe('the digest of an environment', () => {
  const base = digest(greeting('hello'));

  test('does not change with lines of the program, construct paths, the source commit or versions', () => {
    expect(digest(greeting('hello', 40))).toBe(base);
    const other = renderedTree(greeting('hello'), {
      sourceCommit: asOid('b'.repeat(40)),
      program: 'x.ts',
      dirty: true,
      versions: {},
    });
    expect(other.manifest.digest).toBe(base);
  });

  test('changes with content, settings, edges, order of applications, target and names', () => {
    const [web] = greeting('hello').applications;
    const changes: readonly RenderedEnvironment[] = [
      greeting('bye'),
      { ...greeting('hello'), name: 'staging' },
      { ...greeting('hello'), cluster: { server: 'https://10.0.0.1' } },
      { ...greeting('hello'), promotesFrom: [] },
      { ...greeting('hello'), gates: [{ type: 'ready' }] },
      { ...greeting('hello'), notifications: [WEBHOOK] },
      environment({ ...web!, notifications: [WEBHOOK] }),
      { ...greeting('hello'), gates: [{ type: 'soak', durationMs: 1 }] },
      environment({ ...web!, name: 'api' }),
      environment({ ...web!, dependsOn: ['db'] }),
      environment({
        ...web!,
        edges: [{ from: web!.objects[0]!.key, to: web!.objects[1]!.key, until: 'present' }],
      }),
      environment({
        ...web!,
        objects: web!.objects.map((object) => ({
          ...object,
          settings: { ...object.settings, wait: 'none' as const },
        })),
      }),
      environment({ ...web!, objects: web!.objects.slice(1) }),
      environment(),
    ];
    expect(new Set([base, ...changes.map(digest)]).size).toBe(changes.length + 1);
  });
});

describe('a manifest', () => {
  test.each([
    '',
    '{',
    '[]',
    '{}',
    '{"schema":"truekeel.dev/environment/v9"}',
    '{"__proto__":{"schema":"truekeel.dev/environment/v1"}}',
  ])('%j is refused', (bytes) => {
    expect(() => parseEnvironmentManifest(Buffer.from(bytes), 'truekeel.json')).toThrow(
      expect.objectContaining({
        code: 'RENDERED_UNREADABLE',
        message: expect.stringContaining('truekeel.json'),
      }),
    );
  });

  test('takes members that a later version may add', () => {
    const files = renderedFiles(greeting('hello'), provenance);
    const later = JSON.stringify({ ...JSON.parse(text(files, 'truekeel.json')), gates: [] });
    expect(parseEnvironmentManifest(Buffer.from(later), 'here').environment).toBe('production');
  });
});

test('the object ids are those of the bytes', () => {
  const { files, oids } = renderedTree(greeting('hello'), provenance);
  for (const [path, bytes] of files) expect(oids.get(path)).toBe(hashObject('blob', bytes));
});
