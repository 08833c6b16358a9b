/** Kinds beside workloads and the network: the API server, the embedded one, and the room's own judgement agree. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../lib/cluster/index.ts';
import { kindErrors } from '../../lib/kinds/index.ts';
import { gvkOf } from '../../lib/objects/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { answersOf, verdictOf } from './answers.ts';
import { others } from './others.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ controllers: false });
});

afterAll(() => cluster.stop());

const embedded = () => ({ server: cluster.server, ca: cluster.caPem, token: cluster.token });

describe('objects as they are written, before defaults', () => {
  it('are refused by nothing that the embedded server does not refuse', async () => {
    const answers = await answersOf(embedded(), others);
    const wrong = others.flatMap(([what, object], i) => {
      const fields = kindErrors(gvkOf(object), object).map(({ field }) => field);
      return fields.length > 0 && answers[i]!.status < 300 ? [{ what, fields }] : [];
    });
    expect(wrong).toEqual([]);
  });
});

describeOnControlPlane(
  'a real API server and the embedded one',
  (controlPlane) => {
    it('accept the same objects, and blame the same fields', async () => {
      const expected = await answersOf(controlPlane().connection, others);
      expect(expected.filter(({ status }) => status < 300).length).toBeGreaterThan(50);
      const ours = await answersOf(embedded(), others);
      expect(ours.map(verdictOf)).toEqual(expected.map(verdictOf));
    });
  },
  { nodes: 'none' },
);
