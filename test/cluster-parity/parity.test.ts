/** The embedded server and the real one are sent the same requests, and must answer the same. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../lib/cluster/index.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { type ParityAnswer, type ParityRequest, play, type Server } from './sequence.ts';
import { sequences } from './sequences.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ controllers: false });
});

afterAll(() => cluster.stop());

const namespaceRequest = (name: string): ParityRequest => ({
  method: 'POST',
  path: '/api/v1/namespaces',
  body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } },
});

/** Both sequences of answers with what was asked beside each, so that a difference says where it is. */
function described(requests: readonly ParityRequest[], answers: readonly ParityAnswer[]) {
  return requests.map(({ method, path }, i) => ({ request: `${method} ${path}`, answer: answers[i] }));
}

describeOnControlPlane(
  'the embedded server answers as the real one does',
  () => {
    // One of its own, without controllers: they write at moments of their own.
    let real: ControlPlane;

    beforeAll(async () => {
      real = await startControlPlane({ nodes: 'none' });
    });

    afterAll(() => real.stop());

    for (const [i, sequence] of sequences.entries()) {
      test(sequence.name, async () => {
        const namespace = `parity-${i}`;
        const embedded: Server = { server: cluster.server, ca: cluster.caPem, token: cluster.token };
        const first = { name: 'namespace', requests: [namespaceRequest(namespace)] };
        await play(embedded, first, namespace);
        await play(real.connection, first, namespace);
        const expected = await play(real.connection, sequence, namespace);
        const ours = await play(embedded, sequence, namespace);
        expect(described(sequence.requests, ours)).toEqual(described(sequence.requests, expected));
      });
    }
  },
  { nodes: 'none' },
);
