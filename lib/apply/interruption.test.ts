import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import type { KubeClient } from '../kube/index.ts';
import { connect, KubeError } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { Label } from '../objects/index.ts';
import {
  configMap,
  deployment,
  Engine,
  keyText,
  namespaceObject,
  withApply,
  wrapped,
} from './testing/engine.ts';

describeOnControlPlane('a run that does not get to its end', (controlPlane) => {
  let client: KubeClient;
  beforeAll(async () => {
    client = await connect({ kubeconfig: controlPlane().kubeconfig });
  });
  afterAll(() => client.close());

  const approvals = [{ code: 'PROTECTED_OBJECT' as const }];

  /** From `before` to `after`: a namespace and its content made, objects changed, deleted, handed over. */
  const scenario = async () => {
    const engine = new Engine(client, controlPlane().uniqueName('env'));
    const namespace = await controlPlane().createNamespace('killed');
    const fresh = controlPlane().uniqueName('fresh');
    const map = (name: string, value: string) => configMap(namespace, name, { value });
    const moved = map('moved', '1');
    const before = { one: [map('a', '1'), map('b', '1'), map('c', '1'), moved], two: [map('d', '1')] };
    const after = {
      one: [map('a', '2'), map('b', '1'), map('e', '1'), namespaceObject(fresh), configMap(fresh, 'f')],
      two: [map('d', '1'), moved, map('g', '1')],
    };
    await engine.sync(before);
    return { engine, namespace, after, moved, gone: [map('c', '1')] };
  };

  const requestsOf = [
    'create',
    'get',
    'getMetadata',
    'list',
    'listMetadata',
    'apply',
    'patch',
    'delete',
  ] as const;

  /** A client whose process is killed at its n-th request: before it is sent, or after, when the answer is lost. */
  const killedAt = (position: number, answerIsLost: boolean) => {
    let count = 0;
    const dead = () => new KubeError('killed', { code: 'CONNECTION_LOST' });
    const methods: Record<string, unknown> = {
      watch: async function* () {
        if (count >= position) throw dead();
        yield* [];
      },
    };
    for (const name of requestsOf) {
      methods[name] = async (...given: never[]) => {
        count += 1;
        if (count > position || (count === position && !answerIsLost)) throw dead();
        const answer = await (client[name] as (...given: never[]) => Promise<unknown>)(...given);
        if (count >= position) throw dead();
        return answer;
      };
    }
    return { client: wrapped(client, methods), requests: () => count };
  };

  const objectsOf = (program: Record<string, readonly KubernetesObject[]>) =>
    Object.values(program).flat().map(keyText).sort();

  /** Keys of all ConfigMaps and Namespaces that belong to an inventory of the environment. */
  const owned = async (environment: string) => {
    const configMaps = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
    const namespaces = await client.resource({ group: '', version: 'v1', kind: 'Namespace' });
    const inventories = await client.listMetadata(configMaps, {
      labelSelector: `${Label.applySetId},truekeel.dev/environment=${environment}`,
    });
    const ids = inventories.items.map(({ metadata }) => metadata.labels?.[Label.applySetId]);
    const labelSelector = `${Label.partOf} in (${ids.join(',')})`;
    const found = await Promise.all(
      [configMaps, namespaces].map(async (resource) =>
        (await client.listMetadata(resource, { labelSelector })).items.map(({ metadata }) =>
          keyText({ apiVersion: resource.version, kind: resource.kind, metadata }),
        ),
      ),
    );
    return found.flat().sort();
  };

  for (const answerIsLost of [false, true]) {
    it(`is finished by the next run, wherever it was killed${answerIsLost ? ' while an answer was on its way' : ''}`, async () => {
      let finished = false;
      for (let position = 1; !finished; position += 1) {
        const { engine, after, moved, gone } = await scenario();
        const uid = (await engine.read(moved))?.metadata.uid;
        const killed = killedAt(position, answerIsLost);
        const outcome = await new Engine(killed.client, engine.environment)
          .sync(after, { approvals, wait: false })
          .catch((error: unknown) => {
            expect(error).toBeInstanceOf(KubeError);
            return undefined;
          });
        finished = killed.requests() < position;
        if (finished) expect(outcome?.result.errors).toEqual([]);

        const next = await engine.sync(after, { approvals, wait: false });
        expect([position, next.result.errors, next.result.skipped]).toEqual([position, [], []]);
        expect([position, (await engine.sync(after, { approvals })).actions]).toEqual([position, []]);
        expect([position, await owned(engine.environment)]).toEqual([position, objectsOf(after)]);
        for (const object of gone)
          expect([position, await engine.read(object)]).toEqual([position, undefined]);
        expect((await engine.read(moved))?.metadata.uid).toBe(uid);
        if (position > 200) throw new Error('the run never gets to its end');
      }
    });
  }

  it('stops at a signal: what runs is finished, what was not begun is said', async () => {
    const { engine, after } = await scenario();
    const stop = new AbortController();
    let applied = 0;
    const stopping = withApply(client, async (send, _object, options) => {
      const answer = await send();
      if (!options?.dryRun && ++applied === 2) stop.abort();
      return answer;
    });
    const { result } = await new Engine(stopping, engine.environment).sync(after, {
      approvals,
      signal: stop.signal,
      writes: { start: 1, max: 1 },
    });
    expect(result.interrupted).toBe(true);
    expect(result.errors).toEqual([]);
    expect(result.skipped.length).toBeGreaterThan(0);
    expect(result.skipped[0]?.because).toBe('the run was stopped');
    expect(result.actions.delete).toBe(0);
    const next = await engine.sync(after, { approvals });
    expect([next.result.errors, next.result.interrupted]).toEqual([[], false]);
    expect(await owned(engine.environment)).toEqual(objectsOf(after));
  });

  it('stops waiting at a signal', async () => {
    const engine = new Engine(client, controlPlane().uniqueName('env'));
    const namespace = await controlPlane().createNamespace('killed');
    const web = deployment(namespace, 'never');
    const pod = { ...web.spec.template.spec, nodeSelector: { 'example.com/none': 'such' } };
    const never = { ...web, spec: { ...web.spec, template: { ...web.spec.template, spec: pod } } };
    const stop = new AbortController();
    const stopping = wrapped(client, {
      watch: (...given) => {
        stop.abort();
        return client.watch(...given);
      },
    });
    const { result } = await new Engine(stopping, engine.environment).sync(
      { web: [never] },
      { signal: stop.signal },
    );
    expect(result).toMatchObject({ interrupted: true, actions: { create: 1 } });
    expect(await engine.read(never)).toBeDefined();
  });
});
