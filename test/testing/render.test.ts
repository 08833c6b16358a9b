import { join } from 'node:path';
import { ApiObject, type Chart, Testing } from 'cdk8s';
import { App, Application, Environment } from 'truekeel';
import { deterministic, everyEnvironment, Rendered, render } from 'truekeel/testing';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../synth/version.ts';
import { shop } from './shop.ts';

const configMap = (scope: Chart, data: Record<string, string>) =>
  new ApiObject(scope, 'one', { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one' }, data });

function program(data: () => Record<string, string>) {
  return () => {
    const app = new App();
    configMap(new Application(new Environment(app, 'test', { namespace: 'a' }), 'web'), data());
    return app;
  };
}

describe('render', () => {
  it('gives environments, applications and objects, and says where they were written', () => {
    const rendered = render(shop({ environments: ['staging', 'production'] }));
    expect(rendered.environments.map(({ name }) => name)).toEqual(['staging', 'production']);
    const web = rendered.environment('production').object('Deployment', 'web');
    expect(web).toMatchObject({
      constructPath: 'production/web/web',
      source: { file: 'test/testing/shop.ts', line: 30 },
      path: 'web/shop/Deployment.apps/web.yaml',
    });
  });

  it('takes a construct, and gives what stands below it', () => {
    const app = shop({ environments: ['staging', 'production'] });
    const production = app.node.findChild('production');
    expect(render(production).environments.map(({ name }) => name)).toEqual(['production']);
    const web = render(production.node.findChild('web'));
    expect(web.applications.map(({ name }) => name)).toEqual(['web']);
    const service = render(production.node.findChild('web').node.findChild('service'));
    expect(service.objects.map(({ key }) => key.kind)).toEqual(['Service']);
  });

  it('takes a chart of plain cdk8s', () => {
    const chart = Testing.chart();
    configMap(chart, {});
    expect(render(chart).object('ConfigMap', 'one').key.namespace).toBe('default');
  });

  it('runs the program of a path in its sandbox', async () => {
    const path = join(packageRoot(), 'examples/shop/main.ts');
    const rendered = await render(path);
    expect(rendered.environments.map(({ name }) => name)).toEqual(['staging', 'production']);
    expect(rendered.environment('staging').object('Deployment', 'web').source?.file).toBe(
      'examples/shop/web-service.ts',
    );
  });

  it('tells everything that is wrong with the tree', () => {
    expect(() => render(program(() => ({ a: Number.NaN as never }))())).toThrow(
      expect.objectContaining({ code: expect.any(String), errors: expect.any(Array) }),
    );
  });

  it('finds what Kubernetes would refuse', () => {
    const app = program(() => ({}))();
    const web = app.node.findChild('test').node.findChild('web');
    new ApiObject(web, 'port', {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'x' },
      spec: { prots: [] },
    });
    expect(() => render(app)).toThrow(
      expect.objectContaining({
        errors: [expect.objectContaining({ code: 'UNKNOWN_FIELD', constructPath: 'test/web/port' })],
      }),
    );
  });

  it('says what there is when it is asked for something else', () => {
    const rendered = render(shop({ environments: ['staging', 'production'] }));
    const hintOf = (ask: () => unknown): unknown => {
      try {
        return ask();
      } catch (error) {
        return error;
      }
    };
    expect(hintOf(() => rendered.environment('test'))).toMatchObject({
      code: 'NOT_IN_PROGRAM',
      hint: 'There are: production, staging.',
    });
    expect(hintOf(() => rendered.application('api'))).toMatchObject({ hint: 'There are: cache, web.' });
    expect(hintOf(() => rendered.object('Deployment', 'api'))).toMatchObject({
      hint: 'There are: Deployment.apps shop/redis, Deployment.apps shop/web.',
    });
    expect(hintOf(() => rendered.object('Deployment', 'web'))).toMatchObject({
      message: 'there is no single object Deployment web',
    });
    expect(hintOf(() => new Rendered([]).object('Deployment', 'web'))).toMatchObject({
      hint: 'Nothing was rendered.',
    });
  });
});

describe('everyEnvironment', () => {
  it('goes through all, and tells of each that fails', async () => {
    const app = shop({ environments: ['a', 'b', 'c'] });
    const seen: string[] = [];
    await everyEnvironment(app, ({ environments }, name) => {
      expect(environments).toHaveLength(1);
      seen.push(name);
    });
    expect(seen).toEqual(['a', 'b', 'c']);
    await expect(
      everyEnvironment(app, (_environment, name) => {
        if (name !== 'b') throw new Error(`not ${name}`);
      }),
    ).rejects.toThrow('in a: not a\n\nin c: not c');
  });

  it('does not hold of nothing', async () => {
    await expect(everyEnvironment(new App(), () => {})).rejects.toThrow(RangeError);
  });
});

describe('deterministic', () => {
  it('holds of a program that makes the same each time', () => {
    deterministic(shop);
    deterministic(program(() => ({ a: ['ä', 'z'].sort((x, y) => x.localeCompare(y, 'en')).join() })));
    deterministic(
      program(() => ({ a: new Date(0).toISOString(), b: String(new Date(2020, 1) instanceof Date) })),
    );
  });

  it.each([
    ['the clock', () => String(Date.now())],
    ['a new date', () => new Date().toISOString().slice(0, 10)],
    ['chance', () => String(Math.random() < 0.5)],
    ['the locale’s order', () => ['ä', 'z'].sort((x, y) => x.localeCompare(y)).join()],
    ['a collator of the locale', () => ['ä', 'z'].sort(new Intl.Collator().compare).join()],
    ['a date called as a function', () => Date().slice(0, 15)],
    ['the locale’s case', () => 'ingress'.toLocaleUpperCase()],
    ['the locale’s numbers', () => (1234.5).toLocaleString()],
    ['the locale’s dates', () => new Date(0).toLocaleDateString()],
  ])('finds what %s decides, and names the object and its line', (_what, value) => {
    let error: unknown;
    try {
      deterministic(program(() => ({ value: value() })));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({
      code: 'NOT_DETERMINISTIC',
      constructPath: 'test/web/one',
      source: { file: 'test/testing/render.test.ts' },
      message: expect.stringMatching(
        /^the program renders something else .*one\.yaml\n[\s\S]*-.*value: [\s\S]*\+.*value: /,
      ),
    });
  });

  it('leaves the process as it was, also when the program throws', () => {
    const before = [Date, Math.random, String.prototype.localeCompare, Intl.Collator];
    let runs = 0;
    expect(() =>
      deterministic(() => {
        if (++runs === 2) throw new Error('the second time');
        return shop();
      }),
    ).toThrow('the second time');
    expect([Date, Math.random, String.prototype.localeCompare, Intl.Collator]).toEqual(before);
  });
});
