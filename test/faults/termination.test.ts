/** A namespace that cannot be deleted, since something in it has a finalizer that nobody removes. */
import { it } from 'vitest';
import { configMap, Engine, namespaceObject } from '../../lib/apply/testing/engine.ts';
import { gvkOf, keyOf } from '../../lib/objects/index.ts';
import { onBothServers, unique } from './servers.ts';

const DEADLINE_MS = 180_000;
const FINALIZER = 'faults.example.com/hold';

onBothServers('a namespace stuck in termination', (server) => {
  const start = async () => {
    const { client } = server();
    const name = unique('stuck');
    const namespace = namespaceObject(name);
    const held = {
      ...configMap(name, 'held'),
      metadata: { namespace: name, name: 'held', finalizers: [FINALIZER] },
    };
    const engine = new Engine(client, unique('env'));
    const other = namespaceObject(unique('other'));
    const inside = configMap(name, 'inside', { value: 'ours' });
    await engine.sync({
      web: [namespace, inside, other, configMap(other.metadata.name, 'inventory-is-here-1')],
    });
    await client.apply(held, { fieldManager: 'somebody' });
    const release = async () => {
      const resource = await client.resource(gvkOf(held));
      await client.patch(resource, keyOf(held), { metadata: { finalizers: null } }, { type: 'merge' });
    };
    return { engine, namespace, inside, other, release };
  };

  const APPROVALS = [{ code: 'PROTECTED_OBJECT' as const }];
  /** The namespace controller of a real cluster lets five seconds pass before it says what holds a namespace. */
  const impatient = () => ({
    approvals: APPROVALS,
    timeoutMs: 60_000,
    noProgressTimeoutMs: server().kind === 'real' ? 15_000 : 1_000,
  });

  it.concurrent('is an error that names what holds it, and is gone with the next run once that lets go', {
    timeout: DEADLINE_MS,
  }, async ({ expect }) => {
    const { engine, namespace, other, release } = await start();
    const program = { web: [other, configMap(other.metadata.name, 'inventory-is-here-1')] };
    const { result } = await engine.sync(program, impatient());
    const stuck = result.errors.filter(({ key }) => key?.kind === 'Namespace');
    expect(stuck).toMatchObject([{ code: 'NOT_READY', key: { name: namespace.metadata.name } }]);
    expect(stuck[0]?.message).toContain(FINALIZER);
    await release();
    const next = await engine.sync(program, { approvals: APPROVALS });
    expect(next.result.errors).toEqual([]);
  });

  it.concurrent('does not let a run hang that has something to put into it, and is made anew later', {
    timeout: DEADLINE_MS,
  }, async ({ expect }) => {
    const { engine, namespace, inside, other, release } = await start();
    const program = {
      web: [namespace, inside, other, configMap(other.metadata.name, 'inventory-is-here-1')],
    };
    const resource = await server().client.resource(gvkOf(namespace));
    await server().client.delete(resource, keyOf(namespace));
    const { result } = await engine.sync(program, impatient());
    const messages = result.errors.map(({ message }) => message).join('\n');
    expect(result.errors.map(({ code }) => code)).toContain('NOT_READY');
    expect(messages).toContain(namespace.metadata.name);
    expect(messages).toContain(FINALIZER);
    await release();
    const next = await engine.sync(program, { approvals: APPROVALS });
    expect(next.result.errors).toEqual([]);
    expect(await engine.read(inside)).toMatchObject({ data: { value: 'ours' } });
  });
});
