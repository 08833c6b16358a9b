import { stripVTControlCharacters } from 'node:util';
import { ApiObject } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
import { render } from 'truekeel/testing';
import 'truekeel/testing/matchers';
import { describe, expect, it } from 'vitest';
import { shop } from './shop.ts';

const rendered = render(shop());
const web = rendered.object('Deployment', 'web');

/** The message of an assertion that does not hold. */
function messageOf(assertion: () => void): string {
  try {
    assertion();
  } catch (error) {
    return stripVTControlCharacters((error as Error).message);
  }
  throw new Error('it holds');
}

describe('toHaveObject', () => {
  it('finds an object by some of its fields, in whatever it is asked about', () => {
    const expected = {
      kind: 'Deployment',
      name: 'web',
      namespace: 'shop',
      spec: {
        template: { spec: { containers: [{ name: 'main', image: expect.stringMatching(/^example\//) }] } },
      },
    };
    const [environment] = rendered.environments;
    for (const subject of [
      shop(),
      rendered,
      environment,
      rendered.application('web'),
      rendered.applications[1],
      rendered.objects,
      web,
    ])
      expect(subject).toHaveObject(expected);
    expect(rendered.application('cache')).not.toHaveObject(expected);
    expect(rendered.application('cache')).toHaveNoObject(expected);
  });

  it('shows the nearest object with its place, and how it differs', () => {
    expect(
      messageOf(() =>
        expect(rendered).toHaveObject({
          kind: 'Deployment',
          name: 'web',
          spec: { replicas: 3, template: { spec: { containers: [{ image: 'example/web:1.5' }] } } },
        }),
      ),
    ).toBe(`expected a Deployment web with spec as given; the nearest is

  Deployment.apps shop/web  test/web/web  test/testing/shop.ts:30

  - expected  + found

    kind: Deployment
    metadata:
      name: web
    spec:
  -   replicas: 3
  +   replicas: 1
      template:
        spec:
          containers:
  -       - image: example/web:1.5
  +       - image: example/web:1.4`);
  });

  it('takes the object that has most of what was expected where no name helps', () => {
    const message = messageOf(() =>
      expect(rendered).toHaveObject({
        kind: 'Deployment',
        spec: { replicas: 2, template: { spec: { containers: [{ image: 'redis:7' }] } } },
      }),
    );
    expect(message).toContain('Deployment.apps shop/redis  test/cache/redis');
  });

  it('says which kinds there are where there is none of the kind', () => {
    expect(messageOf(() => expect(rendered).toHaveObject({ kind: 'StatefulSet' }))).toBe(
      'expected a StatefulSet, but there is none of that kind among: 2 Deployment, ConfigMap, Ingress, Namespace, Service',
    );
    expect(messageOf(() => expect(web).toHaveObject({ kind: 'Service', name: 'web' }))).toMatch(
      /^expected a Service web, but it is Deployment\.apps shop\/web .*shop\.ts:30$/,
    );
  });

  it('names what there is and must not be', () => {
    expect(messageOf(() => expect(rendered).toHaveNoObject({ kind: 'Service' }))).toBe(
      'expected no Service, but found:\n\n  Service shop/web  test/web/service  test/testing/shop.ts:31',
    );
    expect(messageOf(() => expect(rendered).not.toHaveObject({ kind: 'Service' }))).toContain(
      'expected no Service',
    );
  });

  it('refuses to be asked about something that was not rendered', () => {
    expect(() => expect({ kind: 'Service' }).toHaveObject({ kind: 'Service' })).toThrow(TypeError);
    expect(() => expect(undefined).toHaveNoObject({ kind: 'Service' })).toThrow(
      /expected something rendered/,
    );
  });
});

describe('toExpose', () => {
  it('knows ports of Services, hosts that lead to them, and ports of a single workload', () => {
    expect(rendered).toExpose(80);
    expect(rendered).toExpose({ service: 'web', port: 80 });
    expect(rendered).toExpose({ service: 'web', port: 80, host: 'shop.example.com' });
    expect(rendered.object('Ingress', 'front')).toExpose({
      service: 'web',
      port: 80,
      host: 'shop.example.com',
    });
    expect(web).toExpose(8080);
    expect(rendered.application('cache')).not.toExpose(80);
  });

  it('follows an HTTPRoute', () => {
    const app = new App();
    const application = new Application(new Environment(app, 'test', { namespace: 'shop' }), 'web');
    new ApiObject(application, 'route', {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      spec: { hostnames: ['a.example.com'], rules: [{ backendRefs: [{ name: 'web', port: 8443 }] }] },
    });
    expect(app).toExpose({ service: 'web', port: 8443, host: 'a.example.com' });
    expect(app).not.toExpose({ service: 'web', port: 8443, host: 'b.example.com' });
  });

  it('lists what is exposed instead', () => {
    expect(
      messageOf(() => expect(rendered).toExpose({ service: 'web', port: 80, host: 'other.example.com' })),
    ).toBe(
      [
        'expected web:80 at other.example.com to be exposed; what is:',
        '',
        '  web:80 at shop.example.com  Ingress.networking.k8s.io shop/front  test/web/front  test/testing/shop.ts:37',
        '  web:80  Service shop/web  test/web/service  test/testing/shop.ts:31',
      ].join('\n'),
    );
    expect(messageOf(() => expect(rendered.application('cache')).toExpose(80))).toBe(
      'expected port 80 to be exposed, but nothing is',
    );
  });
});

describe('matchers over containers', () => {
  it('take the fields of the pod, the container and the defaults of Kubernetes together', () => {
    expect(rendered).toRunAs({ user: 100, nonRoot: true, readOnlyRoot: true, privileged: false });
    expect(rendered).toRunAs({ privilegeEscalation: true, serviceAccount: 'default', dropped: [] });
    expect(rendered).not.toRunAs({ user: 0 });
  });

  it('show one that runs otherwise, and how many more', () => {
    expect(
      messageOf(() => expect(rendered).toRunAs({ nonRoot: true, dropped: ['ALL'] })),
    ).toBe(`expected every container to run as expected; main does not, and 1 more do not

  Deployment.apps shop/redis  test/cache/redis  test/testing/shop.ts:21

  - expected  + found

  - dropped:
  - - ALL
  + dropped: []
    nonRoot: true`);
  });

  it('never hold where nothing runs', () => {
    const service = rendered.object('Service', 'web');
    const message = 'expected something that runs containers, but there is none among 1 object';
    expect(messageOf(() => expect(service).toRunAs({}))).toBe(message);
    expect(messageOf(() => expect(service).toHaveImage('x'))).toBe(message);
    expect(messageOf(() => expect(service).toHaveResources())).toBe(message);
  });

  it('compare images as texts or by patterns', () => {
    expect(rendered).toHaveImage('redis:7');
    expect(web).toHaveImage(/^example\/web:/);
    expect(web).not.toHaveImage('example/web');
    expect(messageOf(() => expect(web).toHaveImage('example/web:2'))).toBe(
      'expected a container with image example/web:2; there are:\n\n  example/web:1.4  main  Deployment.apps shop/web  test/web/web  test/testing/shop.ts:30',
    );
  });

  it('compare quantities by what they amount to', () => {
    expect(rendered).toHaveResources();
    expect(rendered).toHaveResources({
      requests: { cpu: 0.1, memory: '65536Ki' },
      limits: { memory: '128Mi' },
    });
    expect(
      messageOf(() => expect(web).toHaveResources({ requests: { cpu: '1' }, limits: { cpu: '1' } })),
    ).toContain(
      '  - limits:\n  -   cpu: "1"\n  + limits: {}\n    requests:\n  -   cpu: "1"\n  +   cpu: 100m',
    );
    expect(web).not.toHaveResources({ limits: { cpu: '1' } });
  });
});

describe('toDependOn', () => {
  it('knows what applications and objects wait for, declared or needed, directly or not', () => {
    expect(rendered.application('web')).toDependOn('cache');
    expect(rendered.application('web')).toDependOn(rendered.application('cache').applications[0]!);
    expect(rendered.application('cache')).not.toDependOn('web');
    expect(web).toDependOn('ConfigMap shop/settings');
    expect(web).toDependOn(rendered.object('Namespace', 'shop'));
    expect(rendered.object('Ingress', 'front')).toDependOn('Service shop/web');
    expect(rendered.application('web')).toDependOn('Namespace shop');
  });

  it('says what it depends on instead', () => {
    expect(messageOf(() => expect(rendered.application('web')).toDependOn('queue'))).toBe(
      'expected web to depend on queue; it depends on cache',
    );
    expect(messageOf(() => expect(rendered.object('Namespace', 'shop')).toDependOn('ConfigMap a/b'))).toMatch(
      /to depend on ConfigMap a\/b; it depends on nothing$/,
    );
  });
});

describe('toBeOwnedBy and toHaveSettings', () => {
  it('hold for all objects or not at all', () => {
    expect(web).toBeOwnedBy('web');
    expect(rendered.application('cache')).toBeOwnedBy('cache');
    expect(rendered).not.toBeOwnedBy('web');
    expect(rendered.application('cache')).toHaveSettings({ prune: 'protect' });
    expect(rendered).not.toHaveSettings({ prune: 'protect' });
    expect([]).not.toHaveSettings({ prune: 'protect' });
    expect([]).not.toBeOwnedBy('web');
  });

  it('tell who owns it, and what it has', () => {
    expect(messageOf(() => expect(web).toBeOwnedBy('cache'))).toContain(
      'expected cache to own all; web owns:',
    );
    expect(messageOf(() => expect(web).toHaveSettings({ drift: 'ignore' }))).toContain(
      '  - drift: ignore\n  + drift: correct',
    );
  });
});
