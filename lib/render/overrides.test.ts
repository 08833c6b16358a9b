import { ApiObject, JsonPatch } from 'cdk8s';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { App, Application, Environment, type OverrideProps } from '../constructs/index.ts';
import { type RenderedObject, TruekeelErrors } from '../objects/index.ts';
import { renderTree } from './index.ts';
import { Overrides } from './tree/overrides.ts';

/** Two applications, each with a Deployment `api` of three replicas, and one without a number. */
function render(overrides: OverrideProps[] | undefined): readonly RenderedObject[] {
  const app = new App();
  const environment = new Environment(app, 'staging', {
    ...(overrides && { overrides }),
  });
  for (const name of ['shop', 'blog']) {
    const application = new Application(environment, name, { namespace: name });
    const deployment = (id: string, spec: object) =>
      new ApiObject(application, id, { apiVersion: 'apps/v1', kind: 'Deployment', spec });
    const containers = [{ name: 'main', resources: { requests: { cpu: '1' } } }];
    deployment('api', { replicas: 3, template: { spec: { containers } } });
    deployment('scaled', {});
  }
  return renderTree(app).flatMap(({ applications }) => applications.flatMap(({ objects }) => objects));
}

const errorsOf = (overrides: OverrideProps[]) => {
  try {
    render(overrides);
    return [];
  } catch (error) {
    if (error instanceof TruekeelErrors) return error.errors;
    throw error;
  }
};

const reason = 'staging is small';
const replicas = { path: '/spec/replicas', value: 1, reason };

describe('overrides of an environment', () => {
  it('change a field in all objects that have it, and say so', () => {
    const objects = render([replicas]);
    expect(objects.map(({ path, object }) => [path, object.spec.replicas])).toEqual([
      ['blog/blog/Deployment.apps/api.yaml', 1],
      ['blog/blog/Deployment.apps/scaled.yaml', undefined],
      ['shop/shop/Deployment.apps/api.yaml', 1],
      ['shop/shop/Deployment.apps/scaled.yaml', undefined],
    ]);
    expect(objects[0]?.yaml).toContain('replicas: 1\n');
    expect(objects[0]?.overridden).toEqual([{ path: 'spec.replicas', before: 3, after: 1, reason }]);
    expect(objects[1]?.overridden).toBeUndefined();
  });

  it('change those objects only that they name', () => {
    const changed = (props: Partial<OverrideProps>) =>
      render([{ ...replicas, ...props }])
        .filter(({ overridden }) => overridden)
        .map(({ path }) => path);
    expect(changed({ application: 'shop' })).toEqual(['shop/shop/Deployment.apps/api.yaml']);
    expect(changed({ kind: 'Deployment', name: 'api' })).toHaveLength(2);
  });

  it('reach into lists, and come one after the other', () => {
    const path = '/spec/template/spec/containers/0/resources/requests';
    const [object] = render([
      { path, value: { cpu: '2', memory: '1Gi' }, reason: 'a' },
      { path: `${path}/cpu`, value: '3', reason: 'b' },
    ]);
    expect(object?.object.spec.template.spec.containers[0].resources.requests).toEqual({
      cpu: '3',
      memory: '1Gi',
    });
    expect(object?.overridden?.map((one) => [one.path, one.reason])).toEqual([
      ['spec.template.spec.containers[0].resources.requests', 'a'],
      ['spec.template.spec.containers[0].resources.requests.cpu', 'b'],
    ]);
  });

  it('say nothing of a field that has the value anyway', () => {
    const objects = render([{ ...replicas, value: 3 }]);
    expect(objects.map(({ overridden }) => overridden)).toEqual([undefined, undefined, undefined, undefined]);
    expect(objects.map(({ yaml }) => yaml)).toEqual(render(undefined).map(({ yaml }) => yaml));
  });

  it('leave alone what the program holds on to', () => {
    const app = new App();
    const overrides = [{ path: '/spec/labels/a', value: 'changed', reason }];
    const shared = { labels: { a: 'kept' } };
    for (const [name, environment] of [
      ['staging', { overrides }],
      ['production', {}],
    ] as const) {
      const web = new Application(new Environment(app, name, environment), 'web', { namespace: 'x' });
      new ApiObject(web, 'a', { apiVersion: 'acme.io/v1', kind: 'Widget' }).addJsonPatch(
        JsonPatch.add('/spec', shared),
      );
    }
    const values = () =>
      renderTree(app).map(({ applications }) => applications[0]?.objects[0]?.object.spec.labels.a);
    expect([values(), values(), shared.labels.a]).toEqual([['changed', 'kept'], ['changed', 'kept'], 'kept']);
  });

  it.each<[string, OverrideProps]>([
    ['overrides /spec/replica of any object, and there is none', { ...replicas, path: '/spec/replica' }],
    [
      'overrides /spec/replicas of StatefulSet x in application shop, and there is none',
      { ...replicas, kind: 'StatefulSet', name: 'x', application: 'shop' },
    ],
    [
      'overrides /spec/template/spec/containers/1, and',
      { ...replicas, path: '/spec/template/spec/containers/1' },
    ],
    ['overrides /spec/constructor of any object', { ...replicas, path: '/spec/constructor' }],
  ])('are refused when they change nothing: %s', (message, override) => {
    const [error, ...more] = errorsOf([override]);
    expect(more).toEqual([]);
    expect(error).toMatchObject({ code: 'OVERRIDE_UNUSED', family: 'validation', constructPath: 'staging' });
    expect(error?.message).toContain(message.split(', and')[0]);
  });

  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  it.each<[string, OverrideProps]>([
    ['which is no JSON pointer', { ...replicas, path: 'spec.replicas' }],
    ['which is no JSON pointer', { ...replicas, path: '' }],
    ['which is no JSON pointer', { ...replicas, path: '/spec~2' }],
    ['by which objects are known', { ...replicas, path: '/metadata/name' }],
    ['by which objects are known', { ...replicas, path: '/metadata' }],
    ['and does not say why', { ...replicas, reason: ' ' }],
    ['is NaN', { ...replicas, value: Number.NaN }],
    ['is a Date', { ...replicas, value: [new Date(0)] }],
    ['is a bigint', { ...replicas, value: 1n }],
    ['is undefined', { ...replicas, value: undefined }],
    ['holds itself', { ...replicas, value: cycle }],
  ])('are refused when they cannot be: %s', (message, override) => {
    const errors = errorsOf([override]);
    expect(errors.map(({ code }) => code)).toEqual(['INVALID_OVERRIDE']);
    expect(errors[0]?.message).toContain(message);
  });

  it('do not change what never changes: objects whose name may be made of their content', () => {
    const app = new App();
    const overrides = [{ path: '/data/a', value: '2', reason }];
    const web = new Application(new Environment(app, 'staging', { overrides }), 'web', { namespace: 'x' });
    new ApiObject(web, 'a', { apiVersion: 'v1', kind: 'ConfigMap', immutable: true, data: { a: '1' } });
    expect(() => renderTree(app)).toThrow('and there is none');
  });

  it('set any value at any key that an object has itself, and no other', () => {
    const keys = fc.oneof(
      fc.string({ minLength: 1 }),
      fc.constantFrom('__proto__', 'constructor', '~1', 'a/b'),
    );
    fc.assert(
      fc.property(keys, fc.boolean(), fc.jsonValue(), fc.jsonValue(), (key, isThere, before, after) => {
        const path = `/data/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const data = { [isThere ? key : `${key}x`]: before, 'another one': 1 };
        const overrides = new Overrides([{ path, value: after, reason }]);
        const text = JSON.stringify(data);
        const { object } = overrides.apply({ data }, 'web');
        expect(JSON.stringify(object)).toBe(
          JSON.stringify({
            data: isThere ? { ...data, ...JSON.parse(JSON.stringify({ [key]: after })) } : data,
          }),
        );
        expect(overrides.unused()).toHaveLength(isThere ? 0 : 1);
        expect(JSON.stringify(data)).toBe(text);
      }),
    );
  });
});
