/** What was approved for one cluster is not approved for another, though the same would be done there. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configMap, Engine, namespaceObject } from '../../lib/apply/testing/engine.ts';
import { connect, type KubeClient } from '../../lib/kube/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { embeddedCluster, unique } from '../e2e/clusters.ts';

describeOnControlPlane(
  'a plan that was approved for another cluster',
  (controlPlane) => {
    const other = embeddedCluster();
    let client: KubeClient;
    let guest: KubeClient;
    beforeAll(async () => {
      client = await connect({ kubeconfig: controlPlane().kubeconfig });
      guest = await connect({ kubeconfig: controlPlane().guestKubeconfig });
    });
    afterAll(() => Promise.all([client.close(), guest.close()]));

    const program = (namespace: string, value: string) => ({
      web: [namespaceObject(namespace), configMap(namespace, 'settings', { value })],
    });

    it('is refused where the application is new, and where it is not', async () => {
      const [environment, namespace] = [unique('env'), unique('approved')];
      const [here, there] = [new Engine(client, environment), new Engine(other().client, environment)];
      for (const value of ['1', '2']) {
        const wanted = program(namespace, value);
        const approvedDigest = (await there.plan(wanted)).digest;
        await expect(here.sync(wanted, { approvedDigest })).rejects.toMatchObject({ code: 'PLAN_CHANGED' });
        expect((await there.sync(wanted, { approvedDigest, wait: false })).result.errors).toEqual([]);
        const own = (await here.plan(wanted)).digest;
        expect((await here.sync(wanted, { approvedDigest: own, wait: false })).result.errors).toEqual([]);
      }
    });

    it('says that it is another cluster where nothing else differs', async () => {
      const [environment, namespace] = [unique('env'), unique('approved')];
      const wanted = program(namespace, '1');
      const approvedDigest = (await new Engine(other().client, environment).plan(wanted)).digest;
      const refused = new Engine(client, environment).sync(wanted, { approvedDigest });
      await expect(refused).rejects.toThrow(
        'the changes are the same, and were approved for another cluster',
      );
      const release = { plan: approvedDigest, by: ['ada'] };
      const taken = new Engine(client, environment).sync(wanted, { approvedRelease: release });
      await expect(taken).rejects.toThrow('the changes are the same, and were approved for another cluster');
    });

    it('cannot be told from one for this cluster by who may not look at its namespaces', async () => {
      const [environment, namespace] = [unique('env'), await controlPlane().createNamespace('blind')];
      await client.create({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { namespace, name: 'guest' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'guest' }],
      });
      const wanted = { web: [configMap(namespace, 'settings')] };
      const { digest } = await new Engine(client, environment).plan(wanted);
      const { result, plan } = await new Engine(guest, environment).sync(wanted, { approvedDigest: digest });
      expect(result.errors).toEqual([]);
      expect(digest).toMatch(new RegExp(`^${plan.digest}@[0-9a-f]{8}$`));
    });
  },
  { nodes: 'none' },
);
