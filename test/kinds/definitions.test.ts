/** Definitions: the API server, the embedded one, and the room's own judgement agree. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Cluster, startCluster } from '../../lib/cluster/index.ts';
import { kindErrors } from '../../lib/kinds/index.ts';
import { gvkOf } from '../../lib/objects/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';
import { answersOf, verdictOf } from './answers.ts';
import { definitions } from './definitions.ts';

let cluster: Cluster;

beforeAll(async () => {
  cluster = await startCluster({ controllers: false });
});

afterAll(() => cluster.stop());

const embedded = () => ({ server: cluster.server, ca: cluster.caPem, token: cluster.token });

describe('definitions as they are written, before defaults', () => {
  it('are refused where the embedded server refuses them, and nowhere else', async () => {
    const answers = await answersOf(embedded(), definitions);
    const judged = definitions.map(([what, object]) => ({
      what,
      isRefused: kindErrors(gvkOf(object), object).length > 0,
    }));
    expect(judged).toEqual(answers.map(({ what, status }) => ({ what, isRefused: status === 422 })));
  });
});

describeOnControlPlane(
  'a real API server and the embedded one',
  (controlPlane) => {
    it('accept the same definitions, and blame the same fields', async () => {
      const expected = await answersOf(controlPlane().connection, definitions);
      expect(expected.filter(({ status }) => status < 300).length).toBeGreaterThan(100);
      const ours = await answersOf(embedded(), definitions);
      expect(ours.map(verdictOf)).toEqual(expected.map(verdictOf));
    });
  },
  { nodes: 'none' },
);
