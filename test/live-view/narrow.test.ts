import { expect, it } from 'vitest';
import { configMap, deployment } from '../../lib/apply/testing/engine.ts';
import { connect } from '../../lib/kube/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { Watched } from './watched.ts';

describeOnControlPlane(
  'who may watch one namespace only',
  (controlPlane) => {
    it('holds what is in it, without lists, all the same', async () => {
      const namespace = await controlPlane().createNamespace('narrow');
      const admin = await connect({ kubeconfig: controlPlane().kubeconfig });
      await admin.create({
        apiVersion: 'rbac.authorization.k8s.io/v1',
        kind: 'RoleBinding',
        metadata: { namespace, name: 'guest' },
        roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
        subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'guest' }],
      });
      const guest = await connect({ kubeconfig: controlPlane().guestKubeconfig });
      const watched = new Watched(guest, controlPlane().uniqueName('env'));
      const program = (value: string) => ({
        web: [configMap(namespace, 'a', { value }), deployment(namespace, 'web', { replicas: 0 })],
      });
      expect((await watched.release(program('1'))).result.errors).toEqual([]);
      await watched.caughtUp(program('1').web);
      expect(watched.view.isComplete).toBe(true);
      const { plan, planning, result } = await watched.release(program('2'));
      expect(plan.counts).toMatchObject({ change: 1, none: 1 });
      expect(planning).toEqual({ get: 1, patch: 1 });
      expect(result.errors).toEqual([]);
      await guest.close();
      await admin.close();
    });
  },
  { nodes: 'none' },
);
