/** The same faults in front of both API servers: the embedded one, and a real one where there is one. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { startCluster } from '../../lib/cluster/index.ts';
import { connectWith, type KubeClient } from '../../lib/kube/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import type { Origin } from './upstream.ts';

/** Where a server is, and how its administrator gets in. */
export interface Access extends Origin {
  readonly token: string;
}

export interface ServerUnderTest extends Access {
  readonly kind: 'embedded' | 'real';
  /** The administrator's, with nothing in between. */
  readonly client: KubeClient;
}

/** Runs a suite on both servers. The function that a suite gets is for tests and hooks only. */
export function onBothServers(name: string, suite: (server: () => ServerUnderTest) => void): void {
  describe(`on the embedded server, ${name}`, () => {
    let server: ServerUnderTest;
    let stop = async () => {};
    beforeAll(async () => {
      const cluster = await startCluster();
      const origin = { server: cluster.server, ca: cluster.caPem, token: cluster.token };
      const client = connectWith(origin);
      server = { kind: 'embedded', ...origin, client };
      stop = async () => {
        await client.close();
        await cluster.stop();
      };
    });
    afterAll(() => stop());
    suite(() => server);
  });
  describeOnControlPlane(`on a real server, ${name}`, (controlPlane) => {
    let client: KubeClient;
    beforeAll(() => {
      client = connectWith(controlPlane().connection);
    });
    afterAll(() => client.close());
    suite(() => ({ kind: 'real', ...controlPlane().connection, client }));
  });
}

/** A name that nothing else has. */
export function unique(prefix: string): string {
  return `${prefix}-${randomBytes(4).toString('hex')}`;
}
