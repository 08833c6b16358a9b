import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Answer, startSink } from '../../test/sinks/sink.ts';
import { type Cluster, startCluster } from '../cluster/index.ts';
import { connectWith, type KubeClient } from '../kube/index.ts';
import type { Notification } from '../objects/index.ts';
import { notify, type ReleaseNews } from './index.ts';

const TOKEN = 'Bearer correct-horse-battery-staple';
const ALL = ['applied', 'failed', 'refused', 'rolled-back'] as const;

let cluster: Cluster;
let client: KubeClient;
let guest: KubeClient;
beforeAll(async () => {
  cluster = await startCluster({ tls: false, users: [{ name: 'guest', token: 'guest' }] });
  client = connectWith({ server: cluster.server, token: cluster.token });
  guest = connectWith({ server: cluster.server, token: 'guest' });
});
afterAll(async () => {
  await Promise.all([client.close(), guest.close()]);
  await cluster.stop();
});

async function secret(name: string, values: Readonly<Record<string, string>>) {
  const metadata = { namespace: 'default', name };
  await client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: values }, { force: true });
  return { namespace: 'default', name };
}

const NEWS: ReleaseNews = {
  event: 'failed',
  environment: 'production',
  project: 'shop',
  rendered: '3f9c2e1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  source: '81d0b7abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
  subject: 'web: <!channel> three & more',
  cluster: 'https://10.0.0.1',
  applications: [
    { name: 'api', changed: 1, problems: [] },
    { name: 'web', changed: 2, problems: [{ code: 'NOT_READY', key: 'Deployment.apps shop/web' }] },
  ],
};

/** Tells, without waiting between tries. @returns what was not delivered, and how long would have been waited */
async function told(
  notifications: readonly Notification[],
  options: Partial<Parameters<typeof notify>[0]> = {},
) {
  const pauses: number[] = [];
  const undelivered = await notify({
    client,
    notifications,
    applications: [],
    news: NEWS,
    signal: new AbortController().signal,
    post: { pause: async (ms) => void pauses.push(ms) },
    ...options,
  });
  return { undelivered, pauses };
}

describe('a notification', () => {
  it('to an address is the news as JSON, with what its Secret says of who we are', async () => {
    const sink = await startSink();
    const named = await secret('hook', { authorization: `${TOKEN}\n` });
    const { undelivered } = await told([
      { sink: 'webhook', url: `${sink.url}/in`, secret: named, events: ALL },
    ]);
    expect(undelivered).toEqual([]);
    expect(sink.posted).toEqual([
      {
        path: '/in',
        headers: expect.objectContaining({ authorization: TOKEN, 'content-type': 'application/json' }),
        body: { schema: 'truekeel.dev/release-news/v1', ...NEWS },
      },
    ]);
  });

  it('to Slack is text that mentions nobody, at the address in its Secret', async () => {
    const sink = await startSink();
    const named = await secret('slack', { url: `${sink.url}/services/T0/B0/x` });
    expect((await told([{ sink: 'slack', secret: named, events: ALL }])).undelivered).toEqual([]);
    expect(sink.posted[0]?.path).toBe('/services/T0/B0/x');
    expect(sink.posted[0]?.body).toEqual({
      text: [
        '*shop production* was not applied in full: web: &lt;!channel&gt; three &amp; more',
        'rendered `3f9c2e1` from source `81d0b7a`',
        '• api: 1 object changed',
        '• web: 2 objects changed',
        '    NOT_READY Deployment.apps shop/web',
      ].join('\n'),
    });
  });

  it('to Slack says what is new, by commits and pull requests, as text', async () => {
    const sink = await startSink();
    const named = await secret('slack', { url: `${sink.url}/services/T0/B0/x` });
    const work = {
      since: '9'.repeat(40),
      brought: [
        {
          commit: 'a'.repeat(40),
          description: 'drop <!here> & go',
          breaking: true,
          pullRequest: 12,
          authors: ['Ann', 'Bob <b@example.org>'],
        },
      ],
      takenBack: [{ commit: 'b'.repeat(40), description: 'the old way', breaking: false, authors: ['Eve'] }],
      more: 3,
    };
    await told([{ sink: 'slack', secret: named, events: ALL }], { news: { ...NEWS, work } });
    const { text } = sink.posted[0]!.body as { readonly text: string };
    expect(text.split('\n').slice(-4)).toEqual([
      'what is new since `9999999`:',
      '• *breaking* drop &lt;!here&gt; &amp; go (#12) `aaaaaaa` Ann, Bob &lt;b@example.org&gt;',
      '• taken back: the old way `bbbbbbb` Eve',
      'and 3 more',
    ]);
  });

  it('leaves out, for an application, what is known to be about others', async () => {
    const [all, own] = [await startSink(), await startSink()];
    const entry = (description: string, applications?: readonly string[]) => ({
      ...{ commit: 'a'.repeat(40), description, breaking: false, authors: ['Ann'] },
      ...(applications && { applications }),
    });
    const brought = [entry('both', ['api', 'web']), entry('api alone', ['api']), entry('settings')];
    const work = { since: '9'.repeat(40), brought, takenBack: [entry('api before', ['api'])], more: 0 };
    await told([{ sink: 'webhook', url: all.url, events: ALL }], {
      news: { ...NEWS, work },
      applications: [{ name: 'web', notifications: [{ sink: 'webhook', url: own.url, events: ALL }] }],
    });
    expect(all.posted[0]!.body).toMatchObject({ work });
    expect(own.posted[0]!.body).toMatchObject({ work: { brought: [brought[0], brought[2]], takenBack: [] } });
  });

  it('goes to those who want to know, and of an application to those who look after it', async () => {
    const [ours, theirs] = [await startSink(), await startSink()];
    await told([{ sink: 'webhook', url: ours.url, events: ['applied'] }], {
      applications: [
        { name: 'web', notifications: [{ sink: 'webhook', url: theirs.url, events: ['failed'] }] },
        { name: 'other', notifications: [{ sink: 'webhook', url: ours.url, events: ALL }] },
      ],
    });
    expect(ours.posted).toEqual([]);
    expect(theirs.posted).toHaveLength(1);
    expect(theirs.posted[0]?.body).toMatchObject({ applications: [{ name: 'web' }] });
  });
});

describe('a sink that does not take it', () => {
  const BUSY: Answer = { status: 503 };
  it.each<[string, readonly Answer[], string | undefined, readonly number[], number]>([
    ['is tried again, at growing intervals', [BUSY, BUSY], undefined, [500, 2000], 3],
    [
      'is given the time that it asks for',
      [{ status: 429, headers: { 'retry-after': '3' } }],
      undefined,
      [3000],
      2,
    ],
    [
      'is not waited for as long as it likes',
      [{ status: 429, headers: { 'retry-after': '9999' } }],
      undefined,
      [10_000],
      2,
    ],
    ['is given up in the end', [BUSY, BUSY, BUSY, BUSY, BUSY], 'it answered 503', [500, 2000, 8000], 4],
    ['is not asked again what it does not want', [{ status: 404 }], 'it answered 404', [], 1],
    [
      'is not followed elsewhere',
      [{ status: 302, headers: { location: 'http://127.0.0.1:1' } }],
      'it answered 302',
      [],
      1,
    ],
  ])('%s', async (_, answers, why, waited, tries) => {
    const sink = await startSink(...answers);
    const { undelivered, pauses } = await told([{ sink: 'webhook', url: sink.url, events: ALL }]);
    expect(undelivered.map((one) => one.why)).toEqual(why === undefined ? [] : [why]);
    expect(pauses).toEqual(waited);
    expect(sink.posted).toHaveLength(tries);
  });

  it('keeps others from nothing, and its address to itself', async () => {
    const sink = await startSink();
    const secretUrl = 'http://127.0.0.1:1/services/correct-horse-battery-staple';
    const gone = await secret('gone', { url: secretUrl });
    const { undelivered } = await told([
      { sink: 'slack', secret: gone, events: ALL },
      { sink: 'webhook', url: sink.url, events: ALL },
    ]);
    expect(undelivered).toEqual([
      { sink: 'slack', of: 'environment production', why: expect.stringMatching(/^it cannot be reached/) },
    ]);
    expect(JSON.stringify(undelivered)).not.toContain('staple');
    expect(sink.posted).toHaveLength(1);
  });

  it('is not waited for any longer when the run is stopped', async () => {
    const sink = await startSink(BUSY);
    const { undelivered } = await told([{ sink: 'webhook', url: sink.url, events: ALL }], {
      post: {
        pause: async () => {
          throw new Error('stopped');
        },
      },
    });
    expect(undelivered.map(({ why }) => why)).toEqual(['it answered 503']);
  });
});

describe('a Secret of a notification', () => {
  it.each<[string, Readonly<Record<string, string>> | undefined, 'slack' | 'webhook']>([
    ['there is no Secret default/', undefined, 'slack'],
    ['its Secret has no address under the key url', { other: 'x' }, 'slack'],
    ['its Secret has no address under the key url', { url: 'correct-horse-battery-staple' }, 'slack'],
    ['its Secret has no key authorization', { token: 'x' }, 'webhook'],
  ])('is told to be of no use: %s', async (why, values, sink) => {
    const name = `s-${Object.keys(values ?? {}).join()}-${why.length}`.replace(/-$/, '');
    const named = values ? await secret(name, values) : { namespace: 'default', name };
    const notification: Notification =
      sink === 'slack'
        ? { sink, secret: named, events: ALL }
        : { sink, url: 'http://127.0.0.1:1', secret: named, events: ALL };
    const { undelivered } = await told([notification]);
    expect(undelivered[0]?.why).toContain(why);
    expect(undelivered[0]?.why).not.toContain('staple');
  });

  it('that we may not read harms nothing else', async () => {
    const named = await secret('hidden', { url: 'https://example.org' });
    const { undelivered } = await told([{ sink: 'slack', secret: named, events: ALL }], { client: guest });
    expect(undelivered[0]?.why).toBe('its Secret cannot be read (FORBIDDEN)');
  });
});
