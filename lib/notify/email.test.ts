import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PASSWORD, startMailServer } from '../../test/sinks/mail-server.ts';
import { type Cluster, startCluster } from '../cluster/index.ts';
import { connectWith, type KubeClient } from '../kube/index.ts';
import { notify, type ReleaseNews } from './index.ts';

let cluster: Cluster;
let client: KubeClient;
beforeAll(async () => {
  cluster = await startCluster({ tls: false });
  client = connectWith({ server: cluster.server, token: cluster.token });
});
afterAll(async () => {
  await client.close();
  await cluster.stop();
});

const NEWS: ReleaseNews = {
  event: 'failed',
  environment: 'production',
  project: 'shop',
  rendered: '3f9c2e1aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  source: '81d0b7abbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb',
  subject: 'web: three <replicas> & more',
  cluster: 'https://10.0.0.1',
  applications: [
    { name: 'web', changed: 2, problems: [{ code: 'NOT_READY', key: 'Deployment.apps shop/web' }] },
  ],
};

/** @returns what was not delivered, and how long would have been waited between tries */
async function told(url: string, name: string, news: ReleaseNews = NEWS) {
  const metadata = { namespace: 'default', name };
  await client.apply({ apiVersion: 'v1', kind: 'Secret', metadata, stringData: { url } }, { force: true });
  const pauses: number[] = [];
  const undelivered = await notify({
    client,
    notifications: [
      {
        sink: 'email',
        from: 'truekeel@example.com',
        to: ['team@example.com', 'ann@example.com'],
        secret: metadata,
        events: ['failed'],
      },
    ],
    applications: [],
    news,
    signal: new AbortController().signal,
    post: { pause: async (ms) => void pauses.push(ms) },
  });
  return { why: undelivered.map(({ why }) => why), pauses };
}

describe('an email', () => {
  it('says what became of a release, to everybody who is named', async () => {
    const server = await startMailServer();
    expect(await told(server.url, 'mail')).toEqual({ why: [], pauses: [] });
    expect(server.taken).toHaveLength(1);
    const [email] = server.taken;
    expect(email).toMatchObject({
      from: 'truekeel@example.com',
      to: ['team@example.com', 'ann@example.com'],
    });
    expect(email?.text).toContain('Subject: shop production was not applied in full\r\n');
    expect(email?.text).toContain('Auto-Submitted: auto-generated\r\n');
    const body = Buffer.from(email!.text.split('\r\n\r\n').slice(1).join('\n'), 'utf8').toString();
    const plain = /base64/.test(email!.text)
      ? Buffer.from(body, 'base64').toString()
      : body.replaceAll(/=\r?\n/g, '');
    expect(plain).toContain('web: three <replicas> & more');
    expect(plain).toContain('NOT_READY Deployment.apps shop/web');
  });

  it('has one subject, whatever the names have in them', async () => {
    const server = await startMailServer();
    await told(server.url, 'mail', { ...NEWS, environment: 'x\r\nBcc: eve@example.com' });
    expect(server.taken.map(({ to }) => to)).toEqual([['team@example.com', 'ann@example.com']]);
    const [headers] = server.taken[0]!.text.split('\r\n\r\n');
    expect(headers).not.toMatch(/^Bcc:/m);
  });

  it('is sent again while the server says that it may be later', async () => {
    const server = await startMailServer({ refusals: [451, 421] });
    expect(await told(server.url, 'mail')).toEqual({ why: [], pauses: [500, 2000] });
    expect(server.taken).toHaveLength(1);
  });

  it.each([
    ['552', { refusals: [552] }, (url: string) => url],
    ['535', {}, (url: string) => url.replace(PASSWORD, 'wrong')],
  ])('is not sent again after %s', async (code, options, change) => {
    const server = await startMailServer(options);
    expect(await told(change(server.url), 'mail')).toEqual({ why: [`it answered ${code}`], pauses: [] });
    expect(server.taken).toEqual([]);
  });

  it('gives no password to a server without TLS', async () => {
    const server = await startMailServer({ isOpen: true });
    const { why } = await told(`smtp://ann:${PASSWORD}@127.0.0.1:${server.port}`, 'mail');
    expect(why).toHaveLength(1);
    expect(why.join()).not.toContain(PASSWORD);
    expect([server.logins, server.taken]).toEqual([[], []]);
  });

  it.each([['https://mail.example.com'], [''], ['mail.example.com']])(
    'is not sent by %j, which is no mail server',
    async (url) => {
      expect((await told(url, 'mail')).why).toEqual([expect.stringContaining('smtps://')]);
    },
  );

  it('says that nobody is there, and not where', async () => {
    const { why, pauses } = await told(`smtps://ann:${PASSWORD}@127.0.0.1:1`, 'mail');
    expect(why).toEqual([expect.stringMatching(/^it cannot be reached \(E[A-Z]+\)$/)]);
    expect(pauses).toHaveLength(3);
  });
});
