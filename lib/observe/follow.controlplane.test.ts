import { expect, it } from 'vitest';
import { describeOnControlPlane } from '../../test/controlplane/suite.ts';
import { connect } from '../kube/index.ts';
import type { KubernetesObject } from '../objects/index.ts';
import { Annotation, digestOf, keyOf, Label, ownFieldsDigest } from '../objects/index.ts';
import type { FollowEvent } from './index.ts';
import { follow } from './index.ts';

const digest = digestOf('x');
const object = (kind: string, namespace: string, name: string, value = '1'): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: {
    name,
    namespace,
    labels: { [Label.application]: 'web', [Label.partOf]: 'set' },
    annotations: { [Annotation.digest]: digest },
  },
  ...(kind === 'Secret' ? { stringData: { value } } : { data: { value } }),
});

const short = (event: FollowEvent): string => {
  switch (event.type) {
    case 'observed':
      return `${event.before ? 'changed' : 'new'} ${event.observation.key.kind} ${event.observation.key.name}`;
    case 'removed':
      return `removed ${event.key.kind} ${event.key.name}`;
    case 'failed':
      return `failed ${event.scope.resource.kind}`;
    default:
      return event.type;
  }
};

describeOnControlPlane(
  'following objects, on a real API server',
  (controlPlane) => {
    it('tells what there is, when that is all, and what happens then; and keeps no content', async () => {
      const client = await connect({ kubeconfig: controlPlane().kubeconfig, env: {} });
      const namespace = await controlPlane().createNamespace('follow');
      const configMaps = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
      const secrets = await client.resource({ group: '', version: 'v1', kind: 'Secret' });
      const labelSelector = `${Label.application}=web`;
      const written = await client.apply(object('ConfigMap', namespace, 'a'));
      await client.apply(object('Secret', namespace, 's', 'hush'));

      const before = client.requests.byVerb;
      const follower = follow(client, [
        { resource: configMaps, namespace, labelSelector },
        { resource: secrets, namespace, labelSelector },
      ]);
      const told: string[] = [];
      for await (const event of follower) {
        told.push(short(event));
        expect(JSON.stringify(event)).not.toContain('hush');
        if (event.type === 'synced') {
          expect(follower.isComplete).toBe(true);
          expect(follower.resourceOf(keyOf(written))).toEqual(configMaps);
          expect(follower.get(keyOf(written))).toEqual({
            key: keyOf(written),
            uid: written.metadata.uid,
            resourceVersion: written.metadata.resourceVersion,
            application: 'web',
            partOf: 'set',
            digest,
            ownFields: ownFieldsDigest(written.metadata),
            isAsRecorded: false,
          });
          await client.apply(object('ConfigMap', namespace, 'a', '2'));
          await client.delete(secrets, { namespace, name: 's' });
        }
        if (told.length === 5) follower.close();
      }
      expect(told.slice(0, 3).sort()).toEqual(['new ConfigMap a', 'new Secret s', 'synced']);
      expect(told.slice(3).sort()).toEqual(['changed ConfigMap a', 'removed Secret s']);
      expect([...follower.observations()].map(({ key }) => key.name)).toEqual(['a']);
      const requests = client.requests.byVerb;
      expect((requests.list ?? 0) - (before.list ?? 0)).toBe(2);
      expect((requests.watch ?? 0) - (before.watch ?? 0)).toBe(2);
      expect(requests.get).toBeUndefined();
      await client.close();
    });

    it('follows what it may, and tells what it may not', async () => {
      const { kubeconfig, guestKubeconfig } = controlPlane();
      const admin = await connect({ kubeconfig, env: {} });
      const guest = await connect({ kubeconfig: guestKubeconfig, env: {} });
      const configMaps = await admin.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
      const told: string[] = [];
      for await (const event of follow(guest, [{ resource: configMaps }])) {
        told.push(short(event));
        if (event.type === 'failed') expect(event.error).toMatchObject({ code: 'FORBIDDEN' });
        if (event.type === 'synced') break;
      }
      expect(told).toEqual(['failed ConfigMap', 'synced']);
      await admin.close();
      await guest.close();
    });

    it('takes up a scope later, and forgets one', async () => {
      const client = await connect({ kubeconfig: controlPlane().kubeconfig, env: {} });
      const namespace = await controlPlane().createNamespace('follow');
      const configMaps = await client.resource({ group: '', version: 'v1', kind: 'ConfigMap' });
      const secrets = await client.resource({ group: '', version: 'v1', kind: 'Secret' });
      const scope = { resource: configMaps, namespace, labelSelector: Label.application };
      const later = { resource: secrets, namespace };
      await client.apply(object('ConfigMap', namespace, 'a'));
      await client.apply(object('Secret', namespace, 's'));
      const stop = new AbortController();
      const follower = follow(client, [scope], { signal: stop.signal });
      const told: string[] = [];
      for await (const event of follower) {
        told.push(short(event));
        if (told.length === 2) {
          follower.remove(scope);
          expect(follower.get({ group: '', kind: 'ConfigMap', namespace, name: 'a' })).toBeUndefined();
          follower.add(later);
          follower.add(later);
        }
        if (told.length === 4) stop.abort();
      }
      expect(told).toEqual(['new ConfigMap a', 'synced', 'new Secret s', 'synced']);
      await client.close();
    });
  },
  { nodes: 'none' },
);
