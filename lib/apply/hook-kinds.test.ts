/** Hooks that are no Jobs: whatever runs to an end may be one. */
import { beforeAll, expect, it, vi } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import type { JsonObject, KubernetesObject } from '../objects/index.ts';
import { keyOf } from '../objects/index.ts';
import { describeOnBoth } from './testing/clusters.ts';
import { changeOf, configMap, Engine, keyText, patchAs, widgetDefinition } from './testing/engine.ts';

/** Kubernetes' garbage collector, which ends deletions, takes half a minute to see a new kind. */
const PATIENCE_MS = 90_000;

describeOnBoth('a hook of a custom kind', (cluster) => {
  let client: KubeClient;
  let group: string;
  beforeAll(async () => {
    client = cluster().client;
    group = `${cluster().uniqueName('g')}.example.com`;
    const { result } = await new Engine(client, cluster().uniqueName('env')).sync({
      definitions: [widgetDefinition(group)],
    });
    expect(result.errors).toEqual([]);
  });

  const check = (namespace: string, size: number): KubernetesObject => ({
    apiVersion: `${group}/v1`,
    kind: 'Widget',
    metadata: { namespace, name: 'check', annotations: { 'truekeel.dev/hook': 'before' } },
    spec: { size },
  });
  const condition = (type: string, status: string): JsonObject => ({
    conditions: [{ type, status, reason: 'Checked', message: 'two of three' }],
  });

  it('keeps its application back until it says that it has succeeded, and runs once for what it is', {
    timeout: 4 * PATIENCE_MS,
  }, async () => {
    const engine = new Engine(client, cluster().uniqueName('env'));
    const namespace = await cluster().createNamespace('hooks');
    const web = configMap(namespace, 'web');
    const run = async (hook: KubernetesObject, status: JsonObject, before?: string) => {
      const running = engine.sync({ web: [hook, web] }, { timeoutMs: PATIENCE_MS });
      await vi.waitFor(
        async () => {
          const uid = (await engine.read(hook))?.metadata.uid;
          if (uid === undefined || uid === before) throw new Error('it has not begun');
        },
        { timeout: PATIENCE_MS, interval: 20 },
      );
      await patchAs(client, 'a-controller', hook, { status });
      return running;
    };
    const failed = await run(check(namespace, 1), condition('Failed', 'True'));
    expect(failed.result.errors).toMatchObject([{ code: 'FAILED', key: keyOf(check(namespace, 1)) }]);
    expect(failed.result.errors[0]?.message).toContain('two of three');
    expect(await engine.read(web)).toBeUndefined();

    const uid = (await engine.read(check(namespace, 1)))?.metadata.uid;
    const mended = await run(check(namespace, 1), condition('Complete', 'True'), uid);
    expect(changeOf(mended.plan, check(namespace, 1))).toMatchObject({
      action: 'replace',
      because: 'hook failed (Checked), runs again',
    });
    expect(mended.result.errors).toEqual([]);
    expect(await engine.read(web)).toBeDefined();

    expect((await engine.sync({ web: [check(namespace, 1), web] })).actions).toEqual([]);
    const last = (await engine.read(check(namespace, 1)))?.metadata.uid;
    const changed = await run(check(namespace, 2), condition('Succeeded', 'True'), last);
    expect(changed.actions).toEqual([`replace ${keyText(check(namespace, 2))}`]);
    expect(changed.result.errors).toEqual([]);
    expect((await engine.sync({ web: [check(namespace, 1), web] })).actions).toEqual([]);
  });
});
