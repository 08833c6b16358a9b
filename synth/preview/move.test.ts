import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  formatKey,
  type KubernetesObject,
  type PreviewSettings,
  TruekeelErrors,
} from '../../lib/objects/index.ts';
import { assembleObjects } from '../../lib/render/index.ts';
import { moveToPreview } from './move.ts';

const settings: PreviewSettings = {
  namespacePrefix: 'preview',
  timeToLiveMs: 1000,
  max: 3,
  url: 'https://{label}-{preview}.example.org',
  quota: { pods: '5' },
  containerDefaults: { cpu: '50m' },
  secrets: [],
  podSecurity: 'baseline',
};

const object = (apiVersion: string, kind: string, name: string, more: object = {}, namespace?: string) =>
  ({
    apiVersion,
    kind,
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    ...more,
  }) as KubernetesObject;

const configMap = (name: string, namespace = 'shop', data = {}) =>
  object('v1', 'ConfigMap', name, { data }, namespace);

function environment(...objects: readonly KubernetesObject[]) {
  return assembleObjects([{ application: 'web', objects }], { environment: 'staging' });
}

const move = (objects: readonly KubernetesObject[], more: Partial<PreviewSettings> = {}) =>
  moveToPreview(environment(...objects), { ...settings, ...more }, '7');

function moved(one: KubernetesObject, more: Partial<PreviewSettings> = {}): KubernetesObject | undefined {
  return move([one], more).applications[0]?.objects[0]?.object;
}

const codesOf = (run: () => unknown): readonly string[] => {
  try {
    run();
    return [];
  } catch (error) {
    if (error instanceof TruekeelErrors) return error.errors.map(({ code }) => code);
    throw error;
  }
};

describe('what is in a namespace', () => {
  test('is in that of the preview, whatever it was called', () => {
    const name = fc.stringMatching(/^[a-z]([a-z0-9-]{0,8}[a-z0-9])?$/);
    const one = fc.record({ name, namespace: name, kind: fc.constantFrom('ConfigMap', 'ServiceAccount') });
    fc.assert(
      fc.property(
        fc.uniqueArray(one, { maxLength: 6, selector: ({ name: its, kind }) => `${kind} ${its}` }),
        (list) => {
          const { applications, left } = move(
            list.map((each) => object('v1', each.kind, each.name, {}, each.namespace)),
          );
          const objects = applications.flatMap((application) => application.objects);
          expect(
            objects.every(
              ({ key, object: { metadata } }) =>
                key.namespace === 'preview-7' && metadata.namespace === 'preview-7',
            ),
          ).toBe(true);
          // With a LimitRange and a ResourceQuota.
          expect([objects.length, left.length]).toEqual([list.length + 2, 0]);
          expect(new Set(objects.map(({ path }) => path)).size).toBe(objects.length);
        },
      ),
    );
  });

  test('must not meet in one object', () => {
    expect(codesOf(() => move([configMap('a', 'one'), configMap('a', 'two')]))).toEqual([
      'PREVIEW_COLLISION',
    ]);
  });

  test('waits for the limits of the preview', () => {
    const { applications } = move([configMap('a')]);
    expect(applications.map(({ name }) => name)).toEqual(['web', 'truekeel-preview']);
    expect(applications[0]?.dependsOn).toEqual(['truekeel-preview']);
    expect(applications[1]?.objects.map(({ object: { kind, spec } }) => [kind, spec])).toEqual([
      ['LimitRange', { limits: [{ type: 'Container', defaultRequest: { cpu: '50m' } }] }],
      ['ResourceQuota', { hard: { pods: '5' } }],
    ]);
  });

  test('may go, whatever keeps it in the base, and takes no name of the outside', () => {
    const { metadata, ...rest } = configMap('a');
    const annotations = {
      'truekeel.dev/prune': 'protect',
      'external-dns.alpha.kubernetes.io/hostname': 'shop.example.com',
      'truekeel.dev/after': 'ConfigMap shop/b, Namespace shop, Deployment.apps shop/web',
      note: 'kept',
    };
    const { applications } = move([{ ...rest, metadata: { ...metadata, annotations } }]);
    const [one] = applications[0]!.objects;
    expect(one?.settings.prune).toBe('allow');
    expect(one?.object.metadata.annotations).toEqual({
      'truekeel.dev/after': 'ConfigMap preview-7/b, Deployment.apps preview-7/web',
      note: 'kept',
    });
  });
});

describe('what a preview does not have', () => {
  test.each([
    [object('rbac.authorization.k8s.io/v1', 'ClusterRole', 'reader'), 'in no namespace'],
    [object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', 'things.example.com'), 'in no namespace'],
    [object('external-secrets.io/v1', 'ExternalSecret', 'db', { spec: {} }, 'shop'), 'holds secrets'],
    [object('networking.istio.io/v1', 'VirtualService', 'web', { spec: {} }, 'shop'), 'which hosts it takes'],
  ])('is said with words: %o', (one, because) => {
    const { applications, left } = move([one]);
    expect(applications[0]?.objects).toEqual([]);
    expect(left).toMatchObject([{ key: { kind: one.kind }, because: expect.stringContaining(because) }]);
  });

  test('is what lets traffic in, where it has no URL', () => {
    const { url: _, ...plain } = settings;
    const ingress = object('networking.k8s.io/v1', 'Ingress', 'web', { spec: { rules: [] } }, 'shop');
    const { left, urls } = moveToPreview(environment(ingress, configMap('a')), plain, '7');
    expect(left.map(({ key }) => formatKey(key))).toEqual(['Ingress.networking.k8s.io shop/web']);
    expect(urls).toEqual([]);
  });

  test('is a secret that the base did not name', () => {
    const secret = object('external-secrets.io/v1', 'ExternalSecret', 'db', { spec: {} }, 'shop');
    expect(move([secret], { secrets: ['db'] }).left).toEqual([]);
    expect(move([secret], { secrets: ['other'] }).left).toHaveLength(1);
  });

  test('is the namespace of the base, without a word', () => {
    expect(move([object('v1', 'Namespace', 'shop'), configMap('a')]).left).toEqual([]);
  });
});

describe('hosts', () => {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const http = { paths: [{ path: '/', pathType: 'Prefix', backend }] };
  const ingress = (spec: object, name = 'web') =>
    object('networking.k8s.io/v1', 'Ingress', name, { spec }, 'shop');
  const route = (hostnames: readonly string[] | undefined, name = 'web') =>
    object('gateway.networking.k8s.io/v1', 'HTTPRoute', name, { spec: { hostnames } }, 'shop');

  test('of an Ingress are the preview’s, also those that it does not name', () => {
    const one = ingress({
      defaultBackend: backend,
      tls: [{ hosts: ['shop.example.com'], secretName: 'tls' }],
      rules: [{ host: 'shop.example.com', http }, { http }],
    });
    expect(moved(one)?.spec).toEqual({
      tls: [{ hosts: ['shop-7.example.org'], secretName: 'tls' }],
      rules: [
        { host: 'shop-7.example.org', http },
        { host: 'web-7.example.org', http },
      ],
    });
    expect(moved(ingress({ defaultBackend: backend }))?.spec).toEqual({
      rules: [{ host: 'web-7.example.org', http }],
    });
  });

  test('of routes and Gateways are the preview’s', () => {
    expect(moved(route(['shop.example.com', '*.shop.example.com']))?.spec.hostnames).toEqual([
      'shop-7.example.org',
      '*.shop-7.example.org',
    ]);
    expect(moved(route(undefined))?.spec.hostnames).toEqual(['web-7.example.org']);
    const gateway = object(
      'gateway.networking.k8s.io/v1',
      'Gateway',
      'public',
      {
        spec: {
          addresses: [{ value: '10.0.0.1' }],
          listeners: [{ name: 'a', hostname: 'Shop.example.com' }, { name: 'b' }],
        },
      },
      'shop',
    );
    expect(moved(gateway)?.spec).toEqual({
      listeners: [{ name: 'a', hostname: 'shop-7.example.org' }, { name: 'b' }],
    });
  });

  test('are what a preview is reached by, in their order', () => {
    expect(
      move([route(['b.example.com', 'a.example.com']), route(['*.c.example.com'], 'more')]).urls,
    ).toEqual(['https://b-7.example.org', 'https://a-7.example.org']);
    expect(move([route(['a.example.com'])], { url: 'http://{host}.{namespace}.test' }).urls).toEqual([
      'http://a-example-com.preview-7.test',
    ]);
  });

  test('that would meet, or that nobody could be sent to, are refused', () => {
    expect(codesOf(() => move([route(['shop.example.com', 'shop.example.net'])]))).toEqual(['PREVIEW_HOST']);
    const byHost = { url: 'https://{host}-{preview}.example.org' };
    expect(codesOf(() => move([route(['shop.example.com', 'shop.example.net'])], byHost))).toEqual([]);
    const long = `${'x'.repeat(62)}.example.com`;
    expect(codesOf(() => move([route([long])]))).toEqual(['PREVIEW_HOST']);
  });

  test('never stay those of the base, and their names stay no part of other texts', () => {
    const label = fc.stringMatching(/^[a-z]([a-z0-9-]{0,6}[a-z0-9])?$/);
    const host = fc.tuple(label, label).map(([a, b]) => `${a}.${b}.example.com`);
    fc.assert(
      fc.property(fc.uniqueArray(host, { minLength: 1, maxLength: 4 }), (hosts) => {
        const byHost = { url: 'https://{host}-{preview}.example.org' };
        const data = { site: `https://${hosts[0]}/x`, app: 'web' };
        const { applications } = move([route(hosts), configMap('settings', 'shop', data)], byHost);
        const [settingsNow, routeNow] = applications[0]!.objects.map(({ object: one }) => one);
        expect(routeNow?.spec.hostnames.every((one: string) => one.endsWith('-7.example.org'))).toBe(true);
        expect(settingsNow?.data).toEqual({ site: `https://${routeNow?.spec.hostnames[0]}/x`, app: 'web' });
      }),
    );
  });
});

describe('what is one of its kind', () => {
  test('of a Service is not taken from the base', () => {
    const ports = [{ port: 80, nodePort: 30_080 }];
    const spec = {
      type: 'LoadBalancer',
      clusterIP: '10.0.0.7',
      externalIPs: ['192.0.2.1'],
      ports,
      selector: { app: 'web' },
    };
    expect(moved(object('v1', 'Service', 'web', { spec }, 'shop'))?.spec).toEqual({
      ports: [{ port: 80 }],
      selector: { app: 'web' },
    });
    const headless = { clusterIP: 'None', ports: [{ port: 80 }] };
    expect(moved(object('v1', 'Service', 'web', { spec: headless }, 'shop'))?.spec).toEqual(headless);
  });

  test('of a claim is not taken from the base', () => {
    const spec = { volumeName: 'pv-1', accessModes: ['ReadWriteOnce'] };
    const claim = object('v1', 'PersistentVolumeClaim', 'data', { spec }, 'shop');
    expect(moved(claim)?.spec).toEqual({ accessModes: ['ReadWriteOnce'] });
  });
});
