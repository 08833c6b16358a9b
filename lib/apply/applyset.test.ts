import { createHash } from 'node:crypto';
import { beforeAll, expect, it } from 'vitest';
import type { KubeClient } from '../kube/index.ts';
import { Label } from '../objects/index.ts';
import { INVENTORY_KIND, InventoryMark, inventoryName } from '../plan/index.ts';
import { describeOnBothWithKubectl } from './testing/clusters.ts';
import { configMap, deployment, Engine } from './testing/engine.ts';

/** KEP-3659, "Design details: ApplySet specification"; kubectl is its reference implementation. */
describeOnBothWithKubectl('an inventory as an ApplySet', (cluster, kubectl) => {
  let client: KubeClient;
  beforeAll(() => {
    client = cluster().client;
  });

  const start = async () => {
    const engine = new Engine(client, cluster().uniqueName('env'));
    const namespace = await cluster().createNamespace('applyset');
    const name = inventoryName(engine.environment, 'web');
    const apply = (input: object) =>
      kubectl(
        ['apply', '-n', namespace, '--prune', `--applyset=configmaps/${name}`, '-f', '-'],
        JSON.stringify(input),
      );
    return { engine, namespace, name, parent: configMap(namespace, name), apply };
  };

  it('has the id, the tooling and the sorted kinds and namespaces that the specification asks for', async () => {
    const { engine, namespace, name, parent } = await start();
    const [second, third] = [await cluster().createNamespace('b'), await cluster().createNamespace('a')];
    await engine.sync({
      web: [
        deployment(namespace, 'web', { replicas: 0 }),
        configMap(namespace, 'a'),
        configMap(namespace, 'b'),
        configMap(namespace, 'c'),
        configMap(second, 'a'),
        configMap(third, 'a'),
      ],
    });
    const hash = createHash('sha256').update(`${name}.${namespace}.ConfigMap.`).digest('base64url');
    const { metadata } = (await engine.read(parent))!;
    expect(metadata.labels).toMatchObject({ 'applyset.kubernetes.io/id': `applyset-${hash}-v1` });
    expect(metadata.annotations).toMatchObject({
      'applyset.kubernetes.io/tooling': expect.stringMatching(/^truekeel\/v\d/),
      'applyset.kubernetes.io/contains-group-kinds': 'ConfigMap,Deployment.apps',
      'applyset.kubernetes.io/additional-namespaces': [second, third].sort().join(','),
    });
    const members = await client.listMetadata(await client.resource(INVENTORY_KIND), {
      labelSelector: `${Label.partOf}=applyset-${hash}-v1`,
    });
    expect(members.items.map((item) => item.metadata.name).sort()).toEqual(['a', 'a', 'a', 'b', 'c']);
  });

  it("is read by kubectl as another tool's, and left alone", async () => {
    const { engine, namespace, parent, apply } = await start();
    await engine.sync({ web: [configMap(namespace, 'a')] });
    const before = await engine.read(parent);
    const { code, stderr } = await apply(configMap(namespace, 'b'));
    expect(code).not.toBe(0);
    expect(stderr).toContain('already exists and is managed by tooling "truekeel" instead of "kubectl"');
    expect(await engine.read(configMap(namespace, 'b'))).toBeUndefined();
    expect(await engine.read(configMap(namespace, 'a'))).toBeDefined();
    expect(await engine.read(parent)).toEqual(before);
  });

  it('tells kubectl every member of every kind and namespace, once it is handed over to it', async () => {
    const { engine, namespace, name, apply } = await start();
    const other = await cluster().createNamespace('applyset');
    const members = [
      configMap(namespace, 'a'),
      configMap(namespace, 'b'),
      configMap(other, 'c'),
      deployment(namespace, 'd', { replicas: 0 }),
    ];
    await engine.sync({ web: members });
    const theirs = { metadata: { annotations: { [InventoryMark.tooling]: 'kubectl/v1.37' } } };
    const resource = await client.resource(INVENTORY_KIND);
    await client.patch(resource, { namespace, name }, theirs, { type: 'merge', fieldManager: 'kubectl' });
    const { code, stdout, stderr } = await apply(configMap(namespace, 'new'));
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('error')]);
    expect(stdout.match(/^\S+ pruned$/gm)?.sort()).toEqual([
      'configmap/a pruned',
      'configmap/b pruned',
      'configmap/c pruned',
      'deployment.apps/d pruned',
    ]);
    const { errors } = await engine.plan({ web: members });
    expect(errors.map(({ code }) => code)).toEqual(members.map(() => 'FOREIGN_INVENTORY'));
    expect(errors[0]?.message).toMatch(/"kubectl\/v1\.\d+\.\d+"$/);
  });
});
