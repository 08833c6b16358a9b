import { describe, expect, it } from 'vitest';
import type { Discovery } from './discovery.ts';
import { discovery } from './discovery.ts';
import { KubeError } from './errors.ts';
import { heldClock } from './testing/held-clock.ts';

const configMap = { group: '', version: 'v1', kind: 'ConfigMap' };
const widget = { group: 'x.dev', version: 'v1', kind: 'Widget' };

const aggregatedCore = {
  kind: 'APIGroupDiscoveryList',
  items: [
    {
      metadata: {},
      versions: [
        {
          version: 'v1',
          resources: [
            {
              resource: 'configmaps',
              responseKind: { group: '', version: 'v1', kind: 'ConfigMap' },
              scope: 'Namespaced',
              verbs: ['get', 'list'],
              subresources: [],
            },
            {
              resource: 'bindings',
              responseKind: { kind: 'Binding' },
              scope: 'Namespaced',
              verbs: ['create'],
            },
          ],
        },
      ],
    },
  ],
};
const group = (name: string, ...versions: string[]) => ({
  metadata: { name },
  versions: versions.map((version) => ({
    version,
    resources: [
      { resource: 'widgets', responseKind: { kind: 'Widget' }, scope: 'Cluster', verbs: ['list', 'watch'] },
    ],
  })),
});

/** A server that counts what is asked of it. */
function server(documents: Record<string, unknown>) {
  const asked: string[] = [];
  const clock = heldClock();
  const found: Discovery = discovery(
    async (path) => {
      asked.push(path);
      const document = documents[path];
      if (document === undefined) throw new KubeError('down', { code: 'SERVER_ERROR', status: 503 });
      return document;
    },
    'https://s',
    clock,
  );
  return { asked, clock, found, documents };
}

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

describe('aggregated discovery', () => {
  const documents = () => ({
    '/api': aggregatedCore,
    '/apis': { kind: 'APIGroupDiscoveryList', items: [group('x.dev', 'v1', 'v1beta1')] },
  });

  it('takes two requests, however many objects of however many kinds are looked up', async () => {
    const { asked, found } = server(documents());
    await Promise.all(
      Array.from({ length: 100 }, (_, index) => found.resource(index % 2 ? configMap : widget)),
    );
    expect(asked).toEqual(['/api', '/apis']);
    expect(await found.resource(widget)).toEqual({
      group: 'x.dev',
      version: 'v1',
      kind: 'Widget',
      plural: 'widgets',
      namespaced: false,
      verbs: ['list', 'watch'],
    });
  });

  it('lists each listable resource once, in the preferred version', async () => {
    const { found } = server(documents());
    expect((await found.preferred()).map(({ plural, version }) => `${plural} ${version}`)).toEqual([
      'configmaps v1',
      'widgets v1',
    ]);
  });

  it('is read again for an unknown kind, once for all who ask, and not in a tight loop', async () => {
    const { asked, clock, found } = server(documents());
    await found.resource(configMap);
    clock.advance(1_000);
    const gadget = { ...widget, kind: 'Gadget' };
    await Promise.all(Array.from({ length: 10 }, () => failure(found.resource(gadget))));
    expect(asked).toHaveLength(4);
    await failure(found.resource(gadget));
    expect(asked).toHaveLength(4);
  });

  it('is read again for an unknown kind also when the clock was set back meanwhile', async () => {
    const {
      clock,
      found,
      documents: served,
    } = server({
      ...documents(),
      '/apis': { kind: 'APIGroupDiscoveryList' },
    });
    await found.resource(configMap);
    clock.advance(-3_600_000);
    served['/apis'] = { kind: 'APIGroupDiscoveryList', items: [group('x.dev', 'v1')] };
    expect((await found.resource(widget)).plural).toBe('widgets');
  });

  it('sees a kind that was just defined', async () => {
    const { found, documents: served } = server({
      ...documents(),
      '/apis': { kind: 'APIGroupDiscoveryList' },
    });
    expect(await failure(found.resource(widget))).toMatchObject({
      code: 'UNKNOWN_KIND',
      family: 'validation',
    });
    found.expectKinds('x.dev');
    served['/apis'] = { kind: 'APIGroupDiscoveryList', items: [group('x.dev', 'v1')] };
    expect((await found.resource(widget)).plural).toBe('widgets');
  });

  it('is asked for a little while for kinds whose definition was written, and for no others', async () => {
    const { asked, clock, found } = server(documents());
    found.expectKinds('new.dev');
    await failure(found.resource({ ...widget, kind: 'Gadget' }));
    expect(clock.sleeps).toEqual([]);
    await failure(found.resource({ group: 'new.dev', version: 'v1', kind: 'New' }));
    expect(clock.sleeps).toEqual([25, 50, 100, 200, 400, 800]);
    const { length } = asked;
    clock.advance(60_000);
    await failure(found.resource({ group: 'new.dev', version: 'v1', kind: 'New' }));
    expect(asked).toHaveLength(length + 2);
  });

  it('suggests the nearest kind, or the version that is served', async () => {
    const { found } = server(documents());
    expect(await failure(found.resource({ ...configMap, kind: 'Configmap' }))).toMatchObject({
      message: 'https://s serves no Configmap of v1',
      hint: 'Did you mean ConfigMap?',
    });
    expect(await failure(found.resource({ ...widget, version: 'v2' }))).toMatchObject({
      hint: 'It serves Widget as x.dev/v1, x.dev/v1beta1.',
    });
    expect(await failure(found.resource({ ...widget, kind: 'Zeppelin' }))).toMatchObject({
      hint: expect.stringContaining('CustomResourceDefinition'),
    });
  });

  it('is tried again after it failed', async () => {
    const { found, documents: served } = server({});
    expect(await failure(found.resource(configMap))).toMatchObject({ code: 'SERVER_ERROR' });
    Object.assign(served, documents());
    expect((await found.resource(configMap)).plural).toBe('configmaps');
  });
});

describe('plain discovery', () => {
  it('is read where nothing else is offered, without subresources, the preferred version first', async () => {
    const { found } = server({
      '/api': { kind: 'APIVersions', versions: ['v1'] },
      '/apis': {
        kind: 'APIGroupList',
        groups: [
          {
            name: 'x.dev',
            versions: [
              { groupVersion: 'x.dev/v1beta1', version: 'v1beta1' },
              { groupVersion: 'x.dev/v1', version: 'v1' },
            ],
            preferredVersion: { version: 'v1' },
          },
          { name: 'down.dev', versions: [{ groupVersion: 'down.dev/v1', version: 'v1' }] },
        ],
      },
      '/api/v1': {
        resources: [
          { name: 'configmaps', kind: 'ConfigMap', namespaced: true, verbs: ['list'] },
          { name: 'configmaps/status', kind: 'ConfigMap', namespaced: true, verbs: ['get'] },
        ],
      },
      '/apis/x.dev/v1': {
        resources: [{ name: 'widgets', kind: 'Widget', namespaced: false, verbs: ['list'] }],
      },
      '/apis/x.dev/v1beta1': {
        resources: [{ name: 'widgets', kind: 'Widget', namespaced: false, verbs: ['list'] }],
      },
    });
    expect((await found.preferred()).map(({ plural, version }) => `${plural} ${version}`)).toEqual([
      'configmaps v1',
      'widgets v1',
    ]);
    expect((await found.resource(widget)).namespaced).toBe(false);
  });
});
