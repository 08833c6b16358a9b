/** Admission webhooks that mutate, reject, and do not answer. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { configMap, Engine } from '../../lib/apply/testing/engine.ts';
import { connect, type KubeClient } from '../../lib/kube/index.ts';
import type { KubernetesObject } from '../../lib/objects/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { startWebhook, type Verdict, type WebhookOptions } from './admission-webhook.ts';
import { unique } from './servers.ts';

describeOnControlPlane(
  'an admission webhook',
  (controlPlane) => {
    let client: KubeClient;
    beforeAll(async () => {
      client = await connect({ kubeconfig: controlPlane().kubeconfig });
    });
    afterAll(() => client.close());

    /** Two objects of which the webhook sees the first. */
    const start = async (options: Omit<WebhookOptions, 'decide'>, first: Verdict) => {
      let verdict = first;
      const webhook = await startWebhook(client, { ...options, decide: () => verdict });
      const namespace = await controlPlane().createNamespace('webhook');
      const engine = new Engine(client, controlPlane().uniqueName('env'));
      const [application, seen] = [unique('web'), configMap(namespace, 'seen', { value: 'ours' })];
      const objects = (value: string): readonly KubernetesObject[] => [
        { ...seen, metadata: { namespace, name: 'seen', labels: webhook.label }, data: { value } },
        configMap(namespace, 'unseen', { value }),
      ];
      return {
        webhook,
        sync: (value: string) => engine.sync({ [application]: objects(value) }),
        plan: (value: string) => engine.plan({ [application]: objects(value) }),
        read: async () => (await engine.read(seen))?.data,
        readOther: async () => (await engine.read(configMap(namespace, 'unseen')))?.data,
        decide(next: Verdict) {
          verdict = next;
        },
      };
    };

    const MUTATING = { kind: 'MutatingWebhookConfiguration' } as const;
    const VALIDATING = { kind: 'ValidatingWebhookConfiguration' } as const;

    it('may add to an object, and change what we sent, and no plan sees drift in it', async () => {
      const patch = [
        { op: 'add', path: '/data/added', value: 'by admission' },
        { op: 'replace', path: '/data/value', value: 'of admission' },
      ];
      const { webhook, sync, plan, read } = await start(MUTATING, { patch });
      await using _ = webhook;
      for (const value of ['first', 'second']) {
        const { result } = await sync(value);
        expect(result.errors).toEqual([]);
        expect(await read()).toEqual({ value: 'of admission', added: 'by admission' });
        const next = await plan(value);
        expect([next.counts.none, next.errors]).toEqual([2, []]);
      }
    });

    it('may refuse an object, which is told in its words, and keeps no other from being applied', async () => {
      const { webhook, sync, read, readOther, decide } = await start(VALIDATING, { deny: 'not on a Friday' });
      await using _ = webhook;
      const { result } = await sync('new');
      expect(result.errors).toMatchObject([{ key: { name: 'seen' } }]);
      expect(result.errors[0]?.message).toContain('not on a Friday');
      expect([await read(), await readOther()]).toEqual([undefined, { value: 'new' }]);
      decide('allow');
      expect((await sync('new')).result.errors).toEqual([]);
      expect(await read()).toEqual({ value: 'new' });
    });

    it('may refuse a change already in the plan, which goes on with the rest', async () => {
      const { webhook, sync, read, readOther, decide } = await start(VALIDATING, 'allow');
      await using _ = webhook;
      await sync('old');
      decide({ deny: 'not on a Friday' });
      const { plan, result } = await sync('new');
      expect(plan.errors).toMatchObject([{ key: { name: 'seen' } }]);
      expect(result.errors[0]?.message).toContain('not on a Friday');
      expect([await read(), await readOther()]).toEqual([{ value: 'old' }, { value: 'new' }]);
    });

    it('that does not answer is named in the error of what needs it, and asked once', async () => {
      const { webhook, sync, read, readOther, decide } = await start(VALIDATING, 'silent');
      await using _ = webhook;
      const { result } = await sync('new');
      expect(result.errors).toMatchObject([{ code: 'SERVER_ERROR', key: { name: 'seen' } }]);
      expect(result.errors[0]?.message).toContain(webhook.label['faults.example.com/webhook']);
      expect(webhook.asked).toHaveLength(1);
      expect([await read(), await readOther()]).toEqual([undefined, { value: 'new' }]);
      decide('allow');
      expect((await sync('new')).result.errors).toEqual([]);
      expect(await read()).toEqual({ value: 'new' });
    });

    it('that does not answer and need not is passed over', async () => {
      const { webhook, sync, read } = await start({ ...VALIDATING, failurePolicy: 'Ignore' }, 'silent');
      await using _ = webhook;
      expect((await sync('new')).result.errors).toEqual([]);
      expect(await read()).toEqual({ value: 'new' });
    });
  },
  { nodes: 'none' },
);
