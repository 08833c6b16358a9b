/** Objects that are sent to the real server and to the embedded one, which must take and refuse the same ones, for the
 * same fields. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cluster, startCluster } from '../../lib/cluster/index.ts';
import { type FieldError, kindErrors } from '../../lib/kinds/index.ts';
import { type KubernetesObject, parseApiVersion } from '../../lib/objects/index.ts';
import { type ParityAnswer, type ParityRequest, play, type Server } from '../cluster-parity/sequence.ts';
import { type ControlPlane, startControlPlane } from '../controlplane/index.ts';
import { describeOnControlPlane } from '../controlplane/suite.ts';

export interface Case {
  readonly what: string;
  /** Of the collection; `$NS` stands for a namespace. */
  readonly path: string;
  readonly object: object;
}

interface Outcome {
  readonly what: string;
  readonly status: number;
  /** What it is refused for: fields, without repetition. */
  readonly fields: readonly string[];
}

/** One suite in which each case is created on both servers. */
export function describeCases(title: string, namespace: string, cases: readonly Case[]): void {
  describeOnControlPlane(
    title,
    () => {
      let cluster: Cluster;
      let real: ControlPlane;
      beforeAll(async () => {
        cluster = await startCluster({ controllers: false });
        real = await startControlPlane({ nodes: 'none' });
      });
      afterAll(async () => {
        await real?.stop();
        await cluster?.stop();
      });

      test(`${cases.length} objects are taken and refused alike`, async () => {
        const embedded = { server: cluster.server, ca: cluster.caPem, token: cluster.token };
        const expected = await outcomesOf(real.connection, namespace, cases);
        expect(await outcomesOf(embedded, namespace, cases)).toEqual(expected);
        expect(expected.map(({ status }) => status)).toEqual(expect.arrayContaining([201, 422]));
        // What the server fills in is not there yet.
        const taken = cases.filter((_, i) => expected[i]?.status === 201);
        expect(taken.flatMap((one) => errorsBefore(one).map((error) => [one.what, error]))).toEqual([]);
      });
    },
    { nodes: 'none' },
  );
}

function errorsBefore({ object }: Case): readonly FieldError[] {
  const sent: KubernetesObject = JSON.parse(JSON.stringify({ spec: {}, ...object }));
  return kindErrors({ group: parseApiVersion(sent.apiVersion).group, kind: sent.kind }, sent);
}

async function outcomesOf(
  server: Server,
  namespace: string,
  cases: readonly Case[],
): Promise<readonly Outcome[]> {
  const creations = cases.map(({ path, object }): ParityRequest => ({ method: 'POST', path, body: object }));
  const space = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  const first: ParityRequest = { method: 'POST', path: '/api/v1/namespaces', body: space };
  const [, ...answers] = await play(server, { name: namespace, requests: [first, ...creations] }, namespace);
  return answers.map((answer, i) => ({
    what: cases[i]!.what, // an answer to each
    status: answer.status,
    fields: fieldsOf(answer),
  }));
}

function fieldsOf({ status, body }: ParityAnswer): readonly string[] {
  if (status < 400) return [];
  const { details } = Object(body) as {
    readonly details?: { readonly causes?: readonly { field?: string }[] };
  }; // a Status
  return [...new Set((details?.causes ?? []).map(({ field = '' }) => field))].sort();
}
