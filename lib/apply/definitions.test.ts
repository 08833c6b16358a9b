import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { keyOf } from '../objects/index.ts';
import { describeOnBoth } from './testing/clusters.ts';
import {
  changeOf,
  Engine,
  indexOfEvent,
  keyText,
  namespaceObject,
  widgetDefinition,
} from './testing/engine.ts';

describeOnBoth('a definition and its custom resources', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const scenario = () => {
    const group = `${cluster().uniqueName('g')}.example.com`;
    const namespace = cluster().uniqueName('widgets');
    const properties = {
      spec: {
        type: 'object',
        properties: { size: { type: 'integer' }, parts: { type: 'array', items: { type: 'string' } } },
      },
    };
    const definition: KubernetesObject = widgetDefinition(group, { type: 'object', properties });
    const widget = (name: string, size: number): KubernetesObject => ({
      apiVersion: `${group}/v1`,
      kind: 'Widget',
      metadata: { namespace, name },
      spec: { size, parts: ['a', 'b'] },
    });
    return { engine: new Engine(client, cluster().uniqueName('env')), namespace, definition, widget };
  };

  it('are planned and applied in one run, though nothing of it exists', async () => {
    const { engine, namespace, definition, widget } = scenario();
    const program = { web: [widget('one', 1), widget('two', 2), definition, namespaceObject(namespace)] };
    const plan = await engine.plan(program);
    expect(plan.errors).toEqual([]);
    expect(plan.counts.create).toBe(4);
    const { result, events } = await engine.sync(program);
    expect(result.errors).toEqual([]);
    expect(indexOfEvent(events, 'ready', keyOf(definition))).toBeLessThan(
      indexOfEvent(events, 'writing', keyOf(widget('one', 1))),
    );
    expect((await engine.sync(program)).actions).toEqual([]);
    const changed = { web: [widget('one', 5), widget('two', 2), definition, namespaceObject(namespace)] };
    const second = await engine.sync(changed);
    expect(second.actions).toEqual([`change ${keyText(widget('one', 1))}`]);
    expect(changeOf(second.plan, widget('one', 1)).because).toBe('size 1 → 5');
  });

  it('are deleted the other way round, and the definition needs an approval', async () => {
    const { engine, namespace, definition, widget } = scenario();
    const rest = [namespaceObject(namespace)];
    await engine.sync({ web: [...rest, definition, widget('one', 1)] });
    await expect(engine.sync({ web: rest })).rejects.toMatchObject({ code: 'PROTECTED_OBJECT' });
    const { plan, result, events } = await engine.sync(
      { web: rest },
      { approvals: [{ code: 'PROTECTED_OBJECT' }] },
    );
    expect(result.errors).toEqual([]);
    expect(changeOf(plan, definition).effects.map(({ kind }) => kind)).toEqual(['removes-crd']);
    expect(indexOfEvent(events, 'written', keyOf(widget('one', 1)))).toBeLessThan(
      indexOfEvent(events, 'writing', keyOf(definition)),
    );
    expect((await engine.sync({ web: rest })).actions).toEqual([]);
  });

  it('are applied when the definition was written a moment ago, and its kind is not served yet', async () => {
    const { namespace, definition, widget } = scenario();
    const environment = cluster().uniqueName('env');
    const rest = [namespaceObject(namespace), definition];
    await new Engine(client, environment).sync({ web: rest });
    const late = new Engine(servesLate(client, 'Widget', 3), environment);
    const program = { web: [...rest, widget('one', 1)] };
    const { plan, result, actions } = await late.sync(program);
    expect(plan.errors).toEqual([]);
    expect(result.errors).toEqual([]);
    expect(actions).toEqual([`create ${keyText(widget('one', 1))}`]);
  });
});

/** A client of a server that does not serve a kind the first times that it is asked for it. */
function servesLate(client: KubeClient, kind: string, times: number): KubeClient {
  let left = times;
  const answer = <T>(asked: { readonly kind: string }, real: () => Promise<T>): Promise<T> => {
    if (asked.kind !== kind || left === 0) return real();
    left -= 1;
    return Promise.reject(
      new KubeError(`no ${kind} is served`, { code: 'UNKNOWN_KIND', family: 'validation' }),
    );
  };
  const late: Partial<KubeClient> = {
    resource: (gvk) => answer(gvk, () => client.resource(gvk)),
    apply: (object, options) => answer(object, () => client.apply(object, options)),
    applyForMetadata: (object, options) => answer(object, () => client.applyForMetadata(object, options)),
  };
  return new Proxy(client, {
    get: (target, name) => {
      const value: unknown = Reflect.get(name in late ? late : target, name);
      return typeof value === 'function' && !(name in late) ? value.bind(target) : value;
    },
  });
}
