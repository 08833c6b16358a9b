import { beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesObject } from '../objects/index.ts';
import { embeddedCluster } from './testing/clusters.ts';
import { deployment, Engine } from './testing/engine.ts';

describe('waiting for custom kinds', () => {
  const cluster = embeddedCluster();
  const KINDS = { CertificateRequest: 'certificaterequests', Issuer: 'issuers' } as const;
  let engines = 0;
  const engine = () => new Engine(cluster().client, `custom-${++engines}`);

  const definition = (kind: keyof typeof KINDS): KubernetesObject => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${KINDS[kind]}.cert-manager.io` },
    spec: {
      group: 'cert-manager.io',
      scope: 'Namespaced',
      names: { kind, plural: KINDS[kind], singular: kind.toLowerCase() },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  });

  /** Without a status subresource, what is applied is what their controller would say. */
  const object = (
    kind: keyof typeof KINDS,
    name: string,
    conditions: readonly object[],
  ): KubernetesObject => ({
    apiVersion: 'cert-manager.io/v1',
    kind,
    metadata: { namespace: 'default', name },
    status: { conditions },
  });

  beforeAll(async () => {
    const { result } = await engine().sync({
      kinds: [definition('CertificateRequest'), definition('Issuer')],
    });
    expect(result.errors).toEqual([]);
  });

  it('ends at once when one has failed for good', async () => {
    const denied = { type: 'Ready', status: 'False', reason: 'Denied', message: 'not by this policy' };
    const { result } = await engine().sync({ web: [object('CertificateRequest', 'denied', [denied])] });
    expect(result.errors).toMatchObject([
      { code: 'FAILED', message: expect.stringContaining('failed: not by this policy') },
    ]);
  });

  it('goes on while the controller tries again, and says so when nothing moves', async () => {
    const refused = {
      type: 'Ready',
      status: 'False',
      reason: 'ErrRegisterACMEAccount',
      message: 'no answer',
    };
    const { result, events } = await engine().sync(
      { web: [object('Issuer', 'refused', [refused])] },
      { noProgressTimeoutMs: 700 },
    );
    expect(events.flatMap((event) => (event.type === 'waiting' ? [event.reason] : []))).toEqual([
      'fails, and is tried again: no answer',
    ]);
    expect(result.errors).toMatchObject([
      {
        code: 'NOT_READY',
        message: expect.stringMatching(/no progress for 0\.7 s: fails, and is tried again: no answer/),
      },
    ]);
  });

  it('waits for the first word of a controller that always says one, as long as the object may take', async () => {
    const silent = object('Issuer', 'silent', []);
    const { result } = await engine().sync(
      {
        web: {
          objects: [silent],
          settings: { 'Issuer.cert-manager.io default/silent': { waitTimeoutMs: 600 } },
        },
      },
      { timeoutMs: 60_000 },
    );
    expect(result.errors).toMatchObject([
      { code: 'NOT_READY', message: expect.stringContaining('not ready within 0.6 s') },
    ]);
  });

  it('lets what needs one start when it is ready', async () => {
    const ready = object('Issuer', 'ready', [{ type: 'Ready', status: 'True', reason: 'IsReady' }]);
    const web = deployment('default', 'web');
    const { result } = await engine().sync({
      first: [ready],
      next: { objects: [web], dependsOn: ['first'] },
    });
    expect(result.errors).toEqual([]);
  });
});
