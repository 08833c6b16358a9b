/** Others are at work at the same time: a second engine, and people between plan and apply. */
import { expect, it } from 'vitest';
import { applyPlan, runToEnd } from '../../lib/apply/index.ts';
import {
  applicationsOf,
  applyAs,
  configMap,
  Engine,
  keyText,
  namespaceObject,
  type Program,
} from '../../lib/apply/testing/engine.ts';
import { connectWith } from '../../lib/kube/index.ts';
import { gvkOf, type KubernetesObject, keyOf } from '../../lib/objects/index.ts';
import { APPROVALS, startScenario } from './scenario.ts';
import { onBothServers, unique } from './servers.ts';
import { findings } from './verdict.ts';

onBothServers('beside somebody else', (server) => {
  const another = async <T>(use: (engine: (environment: string) => Engine) => Promise<T>): Promise<T> => {
    const client = connectWith(server());
    try {
      return await use((environment) => new Engine(client, environment));
    } finally {
      await client.close();
    }
  };

  it('two engines that apply the same at once come to the same end as one', async () => {
    for (let round = 0; round < 3; round += 1) {
      const scenario = await startScenario(server().client);
      const { environment, after } = scenario;
      const [mine, theirs] = await another((engine) =>
        Promise.all(
          [new Engine(server().client, environment), engine(environment)].map((each) =>
            each.sync(after, { approvals: APPROVALS }),
          ),
        ),
      );
      // What one has deleted, detached or moved on the other may find changed, and says so; nothing else may fail.
      const errors = [...mine!.result.errors, ...theirs!.result.errors];
      expect(errors.filter(({ code }) => code !== 'CHANGED_HANDS' && code !== 'CONFLICT')).toEqual([]);
      const quiet = await new Engine(server().client, environment).sync(after, { approvals: APPROVALS });
      expect(quiet.result.errors).toEqual([]);
      expect(await findings(server(), scenario)).toEqual([]);
    }
  });

  it('two engines with two releases end with the one that comes last', async () => {
    for (let round = 0; round < 3; round += 1) {
      const scenario = await startScenario(server().client);
      const { environment, before, after } = scenario;
      const approvals = [...APPROVALS, { code: 'TOO_MANY_DELETES' as const }];
      await another((engine) =>
        Promise.allSettled([
          new Engine(server().client, environment).sync(after, { approvals }),
          engine(environment).sync(before, { approvals }),
        ]),
      );
      const last = await new Engine(server().client, environment).sync(after, { approvals });
      expect(last.result.errors).toEqual([]);
      expect(await findings(server(), scenario)).toEqual([]);
    }
  });

  /** Plans, lets somebody meddle, and applies. */
  const meddled = async (
    standing: Program[string],
    desired: Program[string],
    meddle: () => Promise<void>,
  ) => {
    const { client } = server();
    const engine = new Engine(client, unique('env'));
    const program: Program = { web: desired };
    await engine.sync({ web: standing });
    const plan = await engine.plan(program);
    await meddle();
    const applications = applicationsOf(program);
    const result = await runToEnd(applyPlan({ client, plan, applications, options: { timeoutMs: 60_000 } }));
    return { engine, plan, result, program };
  };

  const recreate = async (object: KubernetesObject): Promise<string> => {
    const { client } = server();
    const resource = await client.resource(gvkOf(object));
    await client.delete(resource, keyOf(object));
    await applyAs(client, 'kubectl', object);
    return (await client.get(resource, keyOf(object)))?.metadata.uid ?? '';
  };

  const freshNamespace = async () => {
    const namespace = unique('rivals');
    await server().client.apply(namespaceObject(namespace));
    return namespace;
  };

  it('what was to be deleted, and was made anew by somebody else, stays', async () => {
    const namespace = await freshNamespace();
    const [kept, going] = [configMap(namespace, 'kept'), configMap(namespace, 'going', { value: 'ours' })];
    let uid = '';
    const { engine, result } = await meddled([kept, going], [kept], async () => {
      uid = await recreate(configMap(namespace, 'going', { value: 'theirs' }));
    });
    expect(result.errors.map(({ code }) => code)).toEqual(['CHANGED_HANDS']);
    expect(await engine.read(going)).toMatchObject({ metadata: { uid }, data: { value: 'theirs' } });
  });

  it('what was to be changed, and was made anew by somebody else, is not changed by that plan', async () => {
    const namespace = await freshNamespace();
    const map = (value: string) => configMap(namespace, 'settings', { value });
    let uid = '';
    const { engine, result, program } = await meddled([map('old')], [map('new')], async () => {
      uid = await recreate(map('theirs'));
    });
    expect(result.errors.map(({ code, key }) => [code, key?.name])).toEqual([['CHANGED_HANDS', 'settings']]);
    expect(await engine.read(map(''))).toMatchObject({ metadata: { uid }, data: { value: 'theirs' } });
    // The next plan knows it for what it is.
    const next = await engine.sync(program);
    expect(next.actions).toEqual([`adopt ${keyText(map(''))}`]);
    expect(next.result.errors).toEqual([]);
    expect(await engine.read(map(''))).toMatchObject({ metadata: { uid }, data: { value: 'new' } });
  });

  it('what was to be adopted with its fields, and was made anew by somebody else, is not touched', async () => {
    const namespace = await freshNamespace();
    const { client } = server();
    const map = (value: string) => configMap(namespace, 'release', { value });
    await applyAs(client, 'helm', map('first'));
    const resource = await client.resource(gvkOf(map('')));
    let version: string | undefined;
    const { plan, result } = await meddled([], [map('ours')], async () => {
      await client.delete(resource, keyOf(map('')));
      await applyAs(client, 'helm', map('second'));
      version = (await client.get(resource, keyOf(map(''))))?.metadata.resourceVersion;
    });
    expect(plan.changes).toMatchObject([{ action: 'adopt', takesFieldsOf: ['helm'] }]);
    expect(result.errors.map(({ code }) => code)).toEqual(['CHANGED_HANDS']);
    expect((await client.get(resource, keyOf(map(''))))?.metadata.resourceVersion).toBe(version);
  });

  it('what was to be changed, and was only deleted, is made anew', async () => {
    const namespace = await freshNamespace();
    const map = (value: string) => configMap(namespace, 'settings', { value });
    const { engine, result } = await meddled([map('old')], [map('new')], async () => {
      const { client } = server();
      await client.delete(await client.resource(gvkOf(map(''))), keyOf(map('')));
    });
    expect(result.errors).toEqual([]);
    expect(await engine.read(map(''))).toMatchObject({ data: { value: 'new' } });
  });

  it('what was to be replaced, and was made anew by somebody else, is not deleted', async () => {
    const namespace = await freshNamespace();
    const map = (value: string) => ({ ...configMap(namespace, 'fixed', { value }), immutable: true });
    const settings = { [keyText(map(''))]: { apply: 'recreate' as const } };
    let uid = '';
    const { engine, plan, result } = await meddled(
      { objects: [map('old')], settings },
      { objects: [map('new')], settings },
      async () => {
        uid = await recreate(map('theirs'));
      },
    );
    expect(plan.counts.replace).toBe(1);
    expect(result.errors.map(({ code }) => code)).toEqual(['CHANGED_HANDS']);
    expect(await engine.read(map(''))).toMatchObject({ metadata: { uid }, data: { value: 'theirs' } });
  });
});
