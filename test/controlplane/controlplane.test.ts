import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import { connect } from '../../lib/kube/index.ts';
import { countByVerb } from './audit.ts';
import { type Connection, send } from './connection.ts';
import { startControlPlane } from './start.ts';
import { describeOnControlPlane, controlPlane as newHandle } from './suite.ts';

interface Workload {
  readonly status?: {
    readonly readyReplicas?: number;
    readonly numberReady?: number;
    readonly succeeded?: number;
  };
}

/** The first state of one object, from now on, for which `isDone` holds. */
async function watchUntil(
  connection: Connection,
  list: string,
  name: string,
  isDone: (object: Workload) => boolean,
): Promise<Workload> {
  const outgoing = request(
    new URL(`${list}?watch=true&fieldSelector=metadata.name%3D${name}`, connection.server),
    {
      ca: connection.ca,
      agent: false,
      headers: { authorization: `Bearer ${connection.token}` },
    },
  ).end();
  const [response] = await once(outgoing, 'response');
  for await (const line of createInterface({ input: response })) {
    const { object } = JSON.parse(line);
    if (isDone(object)) {
      response.destroy();
      return object;
    }
  }
  throw new Error(`the watch of ${name} ended`);
}

describeOnControlPlane('the control plane', (controlPlane) => {
  const template = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'web', image: 'example/web:1' }] },
  };
  const selector = { matchLabels: { app: 'web' } };
  const workloads = [
    {
      group: 'apps',
      plural: 'deployments',
      kind: 'Deployment',
      spec: { replicas: 2, selector, template },
      isDone: ({ status }: Workload) => status?.readyReplicas === 2,
    },
    {
      group: 'apps',
      plural: 'statefulsets',
      kind: 'StatefulSet',
      spec: {
        replicas: 2,
        serviceName: 'web',
        selector,
        template,
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
      isDone: ({ status }: Workload) => status?.readyReplicas === 2,
    },
    {
      group: 'apps',
      plural: 'daemonsets',
      kind: 'DaemonSet',
      spec: { selector, template },
      isDone: ({ status }: Workload) => status?.numberReady === 1,
    },
    {
      group: 'batch',
      plural: 'jobs',
      kind: 'Job',
      spec: { template: { spec: { ...template.spec, restartPolicy: 'Never' } } },
      isDone: ({ status }: Workload) => status?.succeeded === 1,
    },
  ];

  for (const { group, plural, kind, spec, isDone } of workloads) {
    it(`makes a ${kind} become ready`, async () => {
      const namespace = await controlPlane().createNamespace();
      const { connection } = controlPlane();
      const path = `/apis/${group}/v1/namespaces/${namespace}/${plural}`;
      const created = await send(connection, 'POST', path, {
        apiVersion: `${group}/v1`,
        kind,
        metadata: { name: 'web' },
        spec,
      });
      expect(created.status, created.body).toBe(201);
      expect(isDone(await watchUntil(connection, path, 'web', isDone))).toBe(true);
    });
  }

  it('gives a guest no rights', async () => {
    const { connection } = controlPlane();
    const guest = { ...connection, token: connection.guestToken };
    expect((await send(guest, 'GET', '/api/v1/namespaces/default/secrets')).status).toBe(403);
  });

  it('knows its administrator by client certificate, unless that has expired', async () => {
    const { connection } = controlPlane();
    const statusWith = async ({ certificatePem, privateKeyPem }: Connection['certificate']) => {
      const url = new URL('/api/v1/namespaces/default/secrets', connection.server);
      const credential = { ca: connection.ca, cert: certificatePem, key: privateKeyPem, agent: false };
      const [response] = await once(request(url, credential).end(), 'response');
      response.resume();
      return response.statusCode;
    };
    expect(await statusWith(connection.certificate)).toBe(200);
    expect(await statusWith(connection.expiredCertificate)).toBe(401);
  });

  it('refuses a token that nobody has', async () => {
    const nobody = { ...controlPlane().connection, token: 'not-a-token' };
    expect((await send(nobody, 'GET', '/api/v1/namespaces')).status).toBe(401);
  });

  it('gives every handle kubeconfigs and namespaces of its own', async () => {
    const other = newHandle();
    writeFileSync(other.kubeconfig, 'broken by a test');
    expect(readFileSync(controlPlane().kubeconfig, 'utf8')).toContain(other.server);
    expect(await controlPlane().createNamespace()).not.toBe(await other.createNamespace());
  });

  it('is reached by every kubeconfig as the user that it names', async () => {
    const { kubeconfig, certificateKubeconfig, guestKubeconfig } = controlPlane();
    for (const [path, username] of [
      [kubeconfig, 'admin'],
      [certificateKubeconfig, 'admin'],
      [guestKubeconfig, 'guest'],
    ] as const) {
      const client = await connect({ kubeconfig: path });
      onTestFinished(() => client.close());
      const review = await client.create({
        apiVersion: 'authentication.k8s.io/v1',
        kind: 'SelfSubjectReview',
        metadata: { name: '' },
      });
      expect(review.status.userInfo.username).toBe(username);
    }
  });
});

describeOnControlPlane(
  'an API server of its own',
  () => {
    const started = startOnce();
    afterAll(async () => (await started.value())?.stop());

    it('answers /readyz', async () => {
      const { connection } = await started.get();
      expect(await send(connection, 'GET', '/readyz')).toEqual({ status: 200, body: 'ok' });
    });

    it('counts exactly the requests that were sent', async () => {
      const { connection, audit } = await started.get();
      await send(connection, 'GET', '/api/v1/nodes');
      const mark = await audit.mark();
      await send(connection, 'GET', '/api/v1/pods');
      await send(connection, 'GET', '/api/v1/namespaces/default');
      await send(connection, 'POST', '/api/v1/namespaces', {
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'counted' },
      });
      await send({ ...connection, token: connection.guestToken }, 'GET', '/api/v1/pods');
      const requests = await audit.since(mark);
      expect(countByVerb(requests)).toEqual({ list: 1, get: 1, create: 1 });
      expect(requests.at(-1)).toMatchObject({ resource: 'namespaces', name: 'counted', code: 201 });
      expect(await audit.since(mark, { user: 'guest' })).toMatchObject([{ verb: 'list', code: 403 }]);
      expect(await audit.since(await audit.mark())).toEqual([]);
    });

    it('leaves no process and no folder when it is stopped, also twice', async () => {
      const { connection, stop } = await started.get();
      await stop();
      await stop();
      expect(existsSync(connection.directory)).toBe(false);
      await expect(send(connection, 'GET', '/readyz')).rejects.toThrow();
    });
  },
  { nodes: 'none' },
);

/** Started by the first test that runs, so that none is started when tests are skipped. */
function startOnce() {
  let started: ReturnType<typeof startControlPlane> | undefined;
  return {
    get: () => {
      started ??= startControlPlane({ nodes: 'none' });
      return started;
    },
    value: () => started,
  };
}
