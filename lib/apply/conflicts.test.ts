import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { describeOnBoth } from './testing/clusters.ts';
import {
  applyAs,
  changeOf,
  configMap,
  deployment,
  Engine,
  keyText,
  patchAs,
  withApply,
} from './testing/engine.ts';

describeOnBoth('fields that others hold', (cluster) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async () => ({
    engine: new Engine(client, cluster().uniqueName('env')),
    namespace: await cluster().createNamespace('conflicts'),
  });
  const AUTOSCALER = 'kube-controller-manager';
  const scale = (object: ReturnType<typeof deployment>, replicas: number) =>
    patchAs(client, AUTOSCALER, object, { spec: { replicas } }, 'scale');

  it("leaves an autoscaler's replicas alone, and says so in every plan", async () => {
    const { engine, namespace } = await start();
    const web = deployment(namespace, 'web', { replicas: 0 });
    await engine.sync({ web: [web] });
    await scale(web, 2);
    for (const round of [1, 2]) {
      const { plan, actions } = await engine.sync({ web: [web] });
      expect([round, actions]).toEqual([round, []]);
      expect(changeOf(plan, web)).toMatchObject({
        because: `${AUTOSCALER} keeps spec.replicas`,
        conflicts: [{ path: 'spec.replicas', manager: AUTOSCALER, resolution: 'yield' }],
        source: { file: 'main.ts' },
      });
    }
    expect(await engine.read(web)).toMatchObject({ spec: { replicas: 2 } });
  });

  it('changes the rest of an object without touching what a controller holds', async () => {
    const { engine, namespace } = await start();
    await engine.sync({ web: [deployment(namespace, 'web', { replicas: 0 })] });
    await scale(deployment(namespace, 'web'), 2);
    const next = deployment(namespace, 'web', { replicas: 0, image: 'example/web:2' });
    const { plan, result, events } = await engine.sync({ web: [next] }, { wait: false });
    const change = changeOf(plan, next);
    expect(change.changes.map(({ path }) => path)).toEqual(['spec.template.spec.containers[name=web].image']);
    expect(change.because).toBe('image example/web:1 → example/web:2');
    expect(change.effects.map(({ message }) => message)).toEqual(['restarts 2 pods']);
    expect(result.errors).toEqual([]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'conflict',
        conflict: expect.objectContaining({ path: 'spec.replicas', resolution: 'yield' }),
      }),
    );
    expect(await engine.read(next)).toMatchObject({ spec: { replicas: 2 } });
    const again = await engine.sync({ web: [next] });
    expect(again.actions).toEqual([]);
    expect(changeOf(again.plan, next).conflicts).toMatchObject([{ path: 'spec.replicas' }]);
  });

  it('takes from a controller what the construct insists on', async () => {
    const { engine, namespace } = await start();
    const web = deployment(namespace, 'web', { replicas: 0 });
    const program = {
      web: { objects: [web], settings: { [keyText(web)]: { conflicts: 'force' as const } } },
    };
    await engine.sync(program);
    await scale(web, 1);
    const { plan, actions } = await engine.sync(program);
    expect(actions).toEqual([`change ${keyText(web)}`]);
    expect(changeOf(plan, web).because).toBe(`drift: ${AUTOSCALER} changed spec.replicas`);
    expect(await engine.read(web)).toMatchObject({ spec: { replicas: 0 } });
  });

  it('takes back what a person changed, and says who it was', async () => {
    const { engine, namespace } = await start();
    const object = configMap(namespace, 'a', { value: 'ours', other: 'ours' });
    await engine.sync({ web: [object] });
    await patchAs(client, 'kubectl-edit', object, { data: { value: 'theirs' } });
    const { plan, actions, result } = await engine.sync({ web: [object] });
    expect(actions).toEqual([`change ${keyText(object)}`]);
    expect(changeOf(plan, object)).toMatchObject({
      because: 'drift: kubectl-edit changed data.value',
      changes: [{ path: 'data.value', before: 'theirs', after: 'ours', manager: 'kubectl-edit' }],
    });
    expect(result.errors).toEqual([]);
    expect(await engine.read(object)).toMatchObject({ data: { value: 'ours' } });
    expect((await engine.sync({ web: [object] })).actions).toEqual([]);
  });

  it('puts back what somebody removed', async () => {
    const { engine, namespace } = await start();
    const object = configMap(namespace, 'a', { value: 'ours' });
    await engine.sync({ web: [object] });
    await patchAs(client, 'kubectl-edit', object, { data: { value: null } });
    const { plan, actions } = await engine.sync({ web: [object] });
    expect(actions).toEqual([`change ${keyText(object)}`]);
    expect(changeOf(plan, object).because).toBe('drift: data.value removed');
    expect(await engine.read(object)).toMatchObject({ data: { value: 'ours' } });
  });

  it('takes a field back even when its value is what it was', async () => {
    const { engine, namespace } = await start();
    const object = configMap(namespace, 'a', { value: 'ours' });
    await engine.sync({ web: [object] });
    await patchAs(client, 'kubectl-edit', object, { data: { value: 'theirs' } });
    await patchAs(client, 'kubectl-edit', object, { data: { value: 'ours' } });
    expect((await engine.sync({ web: [object] })).actions).toEqual([`change ${keyText(object)}`]);
    expect((await engine.sync({ web: [object] })).actions).toEqual([]);
  });

  it('does not mind fields that others add, or write with the same value', async () => {
    const { engine, namespace } = await start();
    const object = configMap(namespace, 'a', { value: 'ours' });
    await engine.sync({ web: [object] });
    await applyAs(client, 'other', configMap(namespace, 'a', { value: 'ours', more: 'theirs' }));
    expect((await engine.sync({ web: [object] })).actions).toEqual([]);
  });

  it('only reports drift, or ignores it, where the object says so', async () => {
    const { engine, namespace } = await start();
    const [reported, ignored] = [
      configMap(namespace, 'reported', { v: '1' }),
      configMap(namespace, 'ignored', { v: '1' }),
    ];
    const settings = {
      [keyText(reported)]: { drift: 'report' as const },
      [keyText(ignored)]: { drift: 'ignore' as const },
    };
    const program = { web: { objects: [reported, ignored], settings } };
    await engine.sync(program);
    for (const object of [reported, ignored])
      await patchAs(client, 'kubectl-edit', object, { data: { v: '2' } });
    const { plan, actions } = await engine.sync(program);
    expect(actions).toEqual([]);
    expect(changeOf(plan, reported).because).toBe('drift, left as it is: kubectl-edit changed data.v');
    expect(changeOf(plan, ignored).because).toBe('');
    expect(await engine.read(reported)).toMatchObject({ data: { v: '2' } });
  });

  it('notices when our label is taken off, and puts it back', async () => {
    const { engine, namespace } = await start();
    const object = configMap(namespace, 'a');
    await engine.sync({ web: [object] });
    await patchAs(client, 'kubectl-label', object, {
      metadata: { labels: { 'truekeel.dev/application': null } },
    });
    const { actions, result } = await engine.sync({ web: [object] });
    expect(actions).toEqual([`change ${keyText(object)}`]);
    expect(result.errors).toEqual([]);
    expect((await engine.sync({ web: [object] })).actions).toEqual([]);
  });

  it('decides by the same rules when a field is taken between plan and apply', async () => {
    const { engine, namespace } = await start();
    const object = configMap(namespace, 'a', { value: '1' });
    await engine.sync({ web: [object] });
    const next = configMap(namespace, 'a', { value: '2' });
    const meddling = withApply(client, async (send, sent, options) => {
      if (!options?.dryRun && options?.force === false && sent.metadata.name === 'a') {
        await patchAs(client, 'kubectl-edit', object, { data: { value: 'theirs' } });
      }
      return send();
    });
    const { result, events } = await new Engine(meddling, engine.environment).sync({ web: [next] });
    expect(result.errors).toEqual([]);
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'conflict',
        conflict: expect.objectContaining({ manager: 'kubectl-edit', resolution: 'take-over' }),
      }),
    );
    expect(await engine.read(next)).toMatchObject({ data: { value: '2' } });
  });

  it('does not repeat what is in a Secret that the server refuses', async () => {
    const { engine, namespace } = await start();
    // A number where a text belongs is the mistake that people make with passwords.
    const data = { pin: 4711_4711 };
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name: 'login' }, data };
    const { result } = await engine.sync({ web: [secret] });
    expect(result.errors.map(({ code }) => code)).toEqual(['INVALID']);
    expect(result.errors[0]?.message).toContain('.data.pin: expected string');
    expect(JSON.stringify(result.errors)).not.toContain('47114711');
  });

  it('shows that a Secret changes, and not what it says', async () => {
    const { engine, namespace } = await start();
    const secret = (password: string) => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { namespace, name: 'login' },
      data: { password: Buffer.from(password).toString('base64'), user: 'c2FtZQ==' },
    });
    await engine.sync({ web: [secret('first-example')] });
    const { plan } = await engine.sync({ web: [secret('second-example')] });
    expect(changeOf(plan, secret('')).changes).toMatchObject([
      { path: 'data.password', before: '<masked #1>', after: '<masked #2>' },
    ]);
    const shown = JSON.stringify(plan);
    for (const hidden of ['first-example', 'second-example']) {
      expect(shown).not.toContain(hidden);
      expect(shown).not.toContain(Buffer.from(hidden).toString('base64'));
    }
  });
});
