/** Gates against a server that answers over HTTP, and a cluster that runs Jobs. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startCluster } from '../cluster/index.ts';
import { connectWith, type KubeClient } from '../kube/index.ts';
import type { Gate, KubernetesObject } from '../objects/index.ts';
import {
  type Approver,
  type CheckPorts,
  evaluateGates,
  type GateFacts,
  jobOutcome,
  readSecretKey,
} from './index.ts';

const JOB = { group: 'batch', version: 'v1', kind: 'Job' };
const NOW = Date.parse('2026-11-27T10:00:00Z');

let url: string;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const seen: IncomingMessage[] = [];
const server = createServer((request, response) => {
  seen.push(request);
  answer(request, response);
});
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
});

const facts = (more: Partial<GateFacts> = {}): GateFacts => ({
  candidate: {
    source: 's',
    state: 'soaked',
    runs: [{ rendered: 'r', readySince: NOW - 60_000 }],
    readySince: NOW - 60_000,
  },
  upstreams: [{ environment: 'staging', why: 'Deployment web/web is InProgress' }],
  now: NOW,
  approvals: [],
  policies: new Map(),
  ...more,
});
const ports = (more: Partial<CheckPorts> = {}): CheckPorts => ({
  fetch,
  authorization: async () => 'Bearer t0ken',
  job: async () => ({ state: 'passed', why: 'ended' }),
  signal: new AbortController().signal,
  ...more,
});
/** The result of the gate alone; readiness, which comes first of all, has passed. */
async function evaluated(gate: Gate, given = facts(), with_ = ports()) {
  const [ready, result] = await evaluateGates([gate], given, with_);
  expect(ready).toMatchObject({ gate: { type: 'ready' }, state: 'passed' });
  return result!;
}
const json = (value: unknown) => (_request: IncomingMessage, response: ServerResponse) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(value));
};
const vector = (...values: readonly string[]) =>
  json({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ value: [1, value] })) },
  });

describe('a gate over HTTP', () => {
  const http = (more = {}): Gate => ({ type: 'http', url: `${url}/healthz?token=q`, status: [200], ...more });

  it('passes with a status that is well, and says no with any other', async () => {
    answer = (_request, response) => response.end('fine');
    expect(await evaluated(http())).toMatchObject({
      state: 'passed',
      why: expect.stringContaining('answered 200'),
    });
    answer = (_request, response) => response.writeHead(503).end();
    const failed = await evaluated(http());
    expect(failed).toMatchObject({ state: 'failed', why: expect.stringContaining('answered 503, not 200') });
    expect(failed.why).not.toContain('token');
  });

  it('sends the Secret where it was said, and nowhere that an answer says', async () => {
    answer = (_request, response) => response.writeHead(302, { location: `${url}/elsewhere` }).end();
    const gate = http({ secret: 'hook', namespace: 'shop' });
    expect(await evaluated(gate)).toMatchObject({
      state: 'failed',
      why: expect.stringContaining('answered 302'),
    });
    expect(seen.map(({ url: path }) => path)).toEqual(['/healthz?token=q']);
    expect(seen[0]!.headers.authorization).toBe('Bearer t0ken');
  });

  it('waits where nothing answers, and says so without the address', async () => {
    const gate: Gate = { type: 'http', url: 'http://127.0.0.1:1/secret-path', status: [200] };
    const { state, why } = await evaluated(gate);
    expect(state).toBe('waiting');
    expect(why).toContain('cannot be reached');
    expect(why).not.toContain('secret-path');
  });
});

describe('a gate of a number', () => {
  const metric = (more = {}): Gate => ({ type: 'metric', server: `${url}/`, query: 'a{b="c"}', ...more });

  it.each([
    [{ atMost: 0.01 }, '0.005', 'passed'],
    [{ atMost: 0.01 }, '0.02', 'failed'],
    [{ atLeast: 1, atMost: 2 }, '1', 'passed'],
    [{ atLeast: 1 }, '0.99', 'failed'],
    [{ atLeast: 1 }, 'NaN', 'failed'],
    [{ atMost: 1 }, '-Inf', 'failed'],
  ])('with bounds %j and value %s has %s', async (bounds, value, state) => {
    answer = vector(value);
    expect((await evaluated(metric(bounds))).state).toBe(state);
    expect(seen[0]!.url).toBe(`/api/v1/query?query=${encodeURIComponent('a{b="c"}')}`);
  });

  it('is of one number: none may come yet, several are a mistake', async () => {
    answer = vector();
    expect(await evaluated(metric({ atMost: 1 }))).toMatchObject({
      state: 'waiting',
      why: 'the query gives no value',
    });
    answer = vector('1', '1');
    expect(await evaluated(metric({ atMost: 1 }))).toMatchObject({ state: 'failed' });
    answer = json({ status: 'success', data: { resultType: 'scalar', result: [1, '0'] } });
    expect(await evaluated(metric({ atMost: 1 }))).toMatchObject({ state: 'passed' });
  });

  it.each([
    ['HTML', (_request: IncomingMessage, response: ServerResponse) => response.end('<html>')],
    ['an error', json({ status: 'error', error: 'parse error' })],
    ['nothing', json({})],
    ['a series', json({ status: 'success', data: { resultType: 'matrix', result: [] } })],
    [
      'more than anybody reads',
      (_r: IncomingMessage, response: ServerResponse) => response.end('x'.repeat(2_000_000)),
    ],
  ])('waits where %s is answered', async (_what, given) => {
    answer = given;
    expect((await evaluated(metric({ atMost: 1 }))).state).toBe('waiting');
  });
});

describe('gates that ask nobody', () => {
  it('count the time that something was ready', async () => {
    expect(await evaluated({ type: 'soak', durationMs: 60_000 })).toMatchObject({
      state: 'passed',
      since: NOW,
    });
    expect(await evaluated({ type: 'soak', durationMs: 60_001 })).toMatchObject({
      state: 'waiting',
      until: NOW + 1,
    });
  });

  it('hold while there is a freeze, and tell why', async () => {
    const freeze = (from: string, to: string): Gate => ({ type: 'freeze', from, to, reason: 'holidays' });
    expect(await evaluated(freeze('2026-11-27T09:00:00Z', '2026-11-27T11:00:01+01:00'))).toMatchObject({
      state: 'waiting',
      why: 'frozen: holidays',
      until: NOW + 1000,
    });
    expect((await evaluated(freeze('2026-11-27T09:00:00Z', '2026-11-27T11:00:00+01:00'))).state).toBe(
      'passed',
    );
    expect(await evaluated(freeze('2026-12-01T00:00:00Z', '2026-12-02T00:00:00Z'))).toMatchObject({
      state: 'passed',
      until: Date.parse('2026-12-01T00:00:00Z'),
    });
  });

  it('let pass what those who are named, and members of teams, approved; each counts once', async () => {
    const [ann, bob, eve] = ['Ann', 'bob', 'eve'].map((login) => ({ id: login, login })) as [
      Approver,
      Approver,
      Approver,
    ];
    const gate: Gate = { type: 'approval', people: ['ann'], teams: ['example/web'], count: 2 };
    const isMember = async (team: string, { login }: Approver) => team === 'example/web' && login !== 'eve';
    const by = (...approvals: readonly Approver[]) =>
      evaluated(gate, facts({ approvals }), ports({ isMember }));
    expect(await by(ann, bob)).toMatchObject({ state: 'passed', why: 'approved by Ann, bob' });
    expect(await by(ann, ann, eve)).toMatchObject({
      state: 'waiting',
      why: expect.stringContaining('so far Ann did'),
    });
    expect((await evaluated(gate, facts({ approvals: [ann, bob] }))).state).toBe('waiting');
    const { approvals: _, ...rest } = facts();
    expect((await evaluated(gate, { ...rest, approvals: undefined })).why).toContain(
      'have to approve a pull request',
    );
  });

  it('let pass what keeps a policy, also one that only warns', async () => {
    const gate: Gate = { type: 'policy', policy: 'resources' };
    const judged = (violations: number, exceptions = 0) =>
      evaluated(gate, facts({ policies: new Map([['resources', { violations, exceptions }]]) }));
    expect((await judged(0)).state).toBe('passed');
    expect(await judged(0, 2)).toMatchObject({
      state: 'passed',
      why: expect.stringContaining('2 exceptions'),
    });
    expect((await judged(1)).state).toBe('failed');
    expect((await evaluated(gate)).state).toBe('failed');
  });
});

describe('gates in their order', () => {
  const run: Gate = { type: 'job', image: 'example/smoke:1', timeoutMs: 1000 };
  const soak: Gate = { type: 'soak', durationMs: 3_600_000 };

  it('begin with readiness, named or not', async () => {
    const unready = facts({ candidate: { source: 's', state: 'waiting', runs: [{ rendered: 'r' }] } });
    expect((await evaluateGates([soak], unready, ports()))[0]).toMatchObject({
      gate: { type: 'ready' },
      state: 'waiting',
      why: 'staging: Deployment web/web is InProgress',
    });
    const named = await evaluateGates([soak, { type: 'ready' }], facts(), ports());
    expect(named.map(({ gate }) => gate.type)).toEqual(['soak', 'ready']);
  });

  it('ask nobody, and run nothing, before what comes before has passed', async () => {
    let runs = 0;
    const counting = ports({
      job: async () => {
        runs += 1;
        return { state: 'passed', why: 'ended' };
      },
    });
    const late = await evaluateGates([soak, run], facts(), counting);
    expect(late[2]).toMatchObject({ state: 'waiting', why: 'not asked before soak has passed' });
    expect(runs).toBe(0);
    expect((await evaluateGates([run, soak], facts(), counting))[1]!.state).toBe('passed');
    expect(runs).toBe(1);
  });
});

describe('a gate that runs a Job', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>;
  let client: KubeClient;
  beforeAll(async () => {
    cluster = await startCluster();
    client = await connectWith({ server: cluster.server, ca: cluster.caPem, token: cluster.token });
  });
  afterAll(async () => {
    await client.close();
    await cluster.stop();
  });
  const gate = () =>
    ({ type: 'job', image: 'example/smoke:1', args: ['--all'], timeoutMs: 60_000 }) as const satisfies Gate;
  const jobs = async () =>
    (
      await client.list(await client.resource(JOB), {
        namespace: 'default',
      })
    ).items;

  it('runs it once for a change, however often it is asked, and anew for another', async () => {
    const subject = { environment: 'production', source: 'a'.repeat(40) };
    const answers = await Promise.all([1, 2, 3].map(() => jobOutcome(client, gate(), subject)));
    expect(answers.map(({ state }) => state)).not.toContain('failed');
    expect(await jobs()).toHaveLength(1);
    for (let state = 'waiting'; state === 'waiting'; )
      ({ state } = await jobOutcome(client, gate(), subject));
    expect(await jobOutcome(client, gate(), subject)).toMatchObject({
      state: 'passed',
      why: expect.stringContaining('ended well'),
    });
    await jobOutcome(client, gate(), { ...subject, source: 'b'.repeat(40) });
    expect(await jobs()).toHaveLength(2);
    const [job] = await jobs();
    expect(job!.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 60 });
  });

  it('stays failed until somebody deletes it', async () => {
    const subject = { environment: 'production', source: 'c'.repeat(40) };
    // The embedded cluster has a Job fail whose pods ask for that.
    const failing = new Proxy(client, {
      get: (target, name) => {
        if (name !== 'create') return Reflect.get(target, name, target).bind(target);
        return (job: KubernetesObject) => {
          const asked = structuredClone(job) as KubernetesObject & {
            spec: { template: { metadata?: object } };
          };
          asked.spec.template.metadata = { annotations: { 'cluster.truekeel.dev/fail': 'job-failed' } };
          return target.create(asked);
        };
      },
    });
    for (let state = 'waiting'; state === 'waiting'; )
      ({ state } = await jobOutcome(failing, gate(), subject));
    expect(await jobOutcome(client, gate(), subject)).toMatchObject({
      state: 'failed',
      why: expect.stringMatching(/BackoffLimitExceeded.*delete it to run it again/),
    });
    const mine = (await jobs()).find(
      ({ metadata }) => metadata.annotations?.['truekeel.dev/gate-for'] === subject.source,
    )!;
    const { namespace = '', name } = mine.metadata;
    await client.delete(await client.resource(JOB), { namespace, name });
    for (let state = 'failed'; state === 'failed'; ) ({ state } = await jobOutcome(client, gate(), subject));
  });

  it('waits where it may not be run, and where its Secret is not to be had', async () => {
    const nowhere = { ...gate(), namespace: 'nowhere' };
    await expect(jobOutcome(client, nowhere, { environment: 'e', source: 's' })).rejects.toThrow(
      'cannot be run',
    );
    await expect(readSecretKey(client, { namespace: 'default', name: 'none' })).rejects.toThrow(
      'there is no Secret',
    );
    const secret = (data: object) =>
      client.apply({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { namespace: 'default', name: 'hook' },
        data,
      });
    await secret({ authorization: Buffer.from('Bearer x\r\nevil: 1').toString('base64') });
    await expect(readSecretKey(client, { namespace: 'default', name: 'hook' })).rejects.toThrow(
      'no key authorization',
    );
    await secret({ authorization: Buffer.from('Bearer x\n').toString('base64') });
    expect(await readSecretKey(client, { namespace: 'default', name: 'hook' })).toBe('Bearer x');
  });
});
