import { expect, it } from 'vitest';
import { configMap, Engine } from '../../lib/apply/testing/engine.ts';
import { connect } from '../../lib/kube/index.ts';
import type { KubernetesObject } from '../../lib/objects/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { essenceOf, Watched } from './watched.ts';

describeOnControlPlane(
  'former versions of a config, seen by watches',
  (controlPlane) => {
    it('stay as they do for a plan from lists, without a request', async () => {
      const namespace = await controlPlane().createNamespace('versions');
      const client = await connect({ kubeconfig: controlPlane().kubeconfig });
      const watched = new Watched(client, controlPlane().uniqueName('env'));
      const version = (name: string): KubernetesObject => ({
        ...configMap(namespace, name),
        metadata: {
          namespace,
          name,
          annotations: { 'truekeel.dev/version-of': 'settings', 'truekeel.dev/keep-versions': '1' },
        },
      });
      const program = (name: string) => ({ web: [configMap(namespace, 'other'), version(name)] });
      for (const name of ['c', 'b']) {
        expect((await watched.release(program(name))).result.errors).toEqual([]);
        await watched.caughtUp([...program(name).web, version('c')]);
      }
      const { plan, planning } = await watched.release(program('b'));
      expect([plan.counts, planning]).toEqual([expect.objectContaining({ none: 3, delete: 0 }), {}]);

      const applications = await watched.expect(program('a'));
      const fromMemory = await watched.plan(applications);
      expect(fromMemory.counts).toMatchObject({ create: 1, delete: 1 });
      const fromLists = await new Engine(client, watched.environment).plan(program('a'));
      expect(essenceOf(fromMemory)).toEqual(essenceOf(fromLists));
      await client.close();
    });
  },
  { nodes: 'none' },
);
