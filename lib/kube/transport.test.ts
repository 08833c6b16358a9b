import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { connect as connectSocket, createServer } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createCertificateAuthority } from '../cluster/tls/certificate.ts';
import type { JsonObject } from '../objects/index.ts';
import type { KubeClient } from './client.ts';
import type { DirectOptions } from './connect.ts';
import { connectWith } from './connect.ts';
import { KubeError } from './errors.ts';
import type { Exchange, FaultServer, FaultServerOptions } from './testing/fault-server.ts';
import { faultServer, statusBody } from './testing/fault-server.ts';
import { heldClock } from './testing/held-clock.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function serve(
  handle: (exchange: Exchange, server: () => FaultServer) => void,
  options: FaultServerOptions & { client?: Partial<DirectOptions> } = {},
): Promise<{ server: FaultServer; client: KubeClient }> {
  const server: FaultServer = await faultServer((exchange) => handle(exchange, () => server), options);
  const client = connectWith({ server: server.url, ca: server.ca, clock: heldClock(), ...options.client });
  cleanups.push(server.close, () => client.close());
  return { server, client };
}

const configMaps = {
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  namespaced: true,
  verbs: [],
};
const settings = { namespace: 'web', name: 'settings' };
const read = (client: KubeClient) => client.get(configMaps, settings);
const write = (client: KubeClient) => client.patch(configMaps, settings, {}, { type: 'merge' });
const failure = (promise: Promise<unknown>): Promise<KubeError> =>
  promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => {
      expect(error).toBeInstanceOf(KubeError);
      return error as KubeError;
    },
  );

describe('an HTTP/2 session', () => {
  it('carries all requests, however many are in flight', async () => {
    const { server, client } = await serve((exchange) => exchange.json({ path: exchange.path }));
    const answers = await Promise.all(Array.from({ length: 90 }, (_, index) => client.raw(get(`/${index}`))));
    expect(answers.map(({ body }) => JSON.parse(body).path)).toEqual(
      Array.from({ length: 90 }, (_, index) => `/${index}`),
    );
    expect(server.connections).toHaveLength(1);
  });

  it('is joined by another one when the server allows no more streams on it', async () => {
    const held: Exchange[] = [];
    const { server, client } = await serve(
      (exchange) => {
        if (exchange.path === '/first') exchange.json({});
        else if (held.push(exchange) === 5) for (const each of held) each.json({});
      },
      { maxConcurrentStreams: 2 },
    );
    await client.raw(get('/first'));
    await Promise.all(Array.from({ length: 5 }, () => client.raw(get('/held'))));
    expect(server.connections).toHaveLength(3);
  });

  it('takes no more requests after GOAWAY, and finishes those it has', async () => {
    const { server, client } = await serve((exchange) => {
      if (exchange.number === 1) {
        exchange.stream.session?.goaway(constants.NGHTTP2_NO_ERROR, exchange.stream.id);
        setImmediate(() => exchange.json({ answered: 1 }));
      } else exchange.json({ answered: exchange.number });
    });
    expect((await client.raw(get('/'))).body).toBe('{"answered":1}');
    expect((await client.raw(get('/'))).body).toBe('{"answered":2}');
    expect(server.connections).toHaveLength(2);
  });

  it('has its unprocessed requests sent again after GOAWAY, writes too', async () => {
    const { server, client } = await serve((exchange) => {
      // Names the first stream as the last one that was looked at, though the second has come too.
      if (exchange.number === 2) exchange.stream.session?.goaway(constants.NGHTTP2_NO_ERROR, 1);
      else exchange.json({ answered: exchange.number });
    });
    await read(client);
    expect(await write(client)).toEqual({ answered: 3 });
    expect(server.connections).toHaveLength(2);
  });

  it('is given up when the other side has gone silent', async () => {
    const server = await faultServer((exchange) => {
      exchange.open();
      // As when a machine on the way has forgotten the connection.
      relay.cut();
    });
    const relay = await relayTo(server.url);
    const client = connectWith({ server: relay.url, ca: server.ca, pingMs: 20 });
    cleanups.push(server.close, () => client.close());
    const error = await failure(
      (async () => {
        for await (const _ of client.watch(configMaps)) expect.unreachable('nothing was sent');
      })(),
    );
    expect(error.code).toBe('CONNECTION_LOST');
    expect(error.message).toContain('nothing came for 40 ms');
  });

  it('stays when a quiet watch is answered with pings', async () => {
    let pings = 0;
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    const { server, client } = await serve(
      (exchange) => {
        const body = exchange.open();
        exchange.stream.session?.on('ping', () => {
          pings += 1;
          if (pings === 3) resolve();
        });
        void enough.then(() =>
          body.end('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"7"}}}\n'),
        );
      },
      { client: { pingMs: 60 } },
    );
    const events = [];
    for await (const event of client.watch(configMaps)) events.push(event);
    expect(events).toEqual([{ type: 'BOOKMARK', resourceVersion: '7' }]);
    expect(server.connections).toHaveLength(1);
  });
});

const get = (path: string) => ({ method: 'GET', path });

describe('a request', () => {
  it('is sent again when the stream was refused, also when it is a write', async () => {
    const { client } = await serve((exchange) => {
      if (exchange.number === 1) exchange.stream.close(constants.NGHTTP2_REFUSED_STREAM);
      else exchange.json({ ok: true });
    });
    expect(await write(client)).toEqual({ ok: true });
    expect(client.requests).toEqual({ total: 2, byVerb: { patch: 2 } });
  });

  it('is not sent again when a write was broken off, since nobody knows what it did', async () => {
    const { server, client } = await serve((exchange) =>
      exchange.stream.close(constants.NGHTTP2_INTERNAL_ERROR),
    );
    const error = await failure(write(client));
    expect(error.code).toBe('CONNECTION_LOST');
    expect(server.exchanges).toHaveLength(1);
  });

  it('is sent again when a read was broken off, before or within the answer', async () => {
    const { client, server } = await serve((exchange) => {
      if (exchange.number === 1) exchange.socket.destroy();
      else if (exchange.number === 2) {
        exchange.open().write('{"half":', () => exchange.socket.destroy());
      } else exchange.json({ whole: true });
    });
    expect(await read(client)).toEqual({ whole: true });
    expect(server.connections).toHaveLength(3);
  });

  it('waits as long as 429 asks for, also when it is a write', async () => {
    const clock = heldClock();
    const { client } = await serve(
      (exchange) => {
        if (exchange.number > 2) exchange.json({ ok: true });
        else exchange.json(statusBody(429, 'TooManyRequests', 'later'), 429, { 'retry-after': '3' });
      },
      { client: { clock } },
    );
    expect(await write(client)).toEqual({ ok: true });
    expect(clock.sleeps).toEqual([3000, 3000]);
  });

  it('is put off for a minute by a server that names a time each time, and not for ever', async () => {
    const clock = heldClock();
    const busyFor = async (answers: number) => {
      const { client } = await serve(
        (exchange) => {
          if (exchange.number > answers) exchange.json({ ok: true });
          else exchange.json(statusBody(429, 'TooManyRequests', 'later'), 429, { 'retry-after': '5' });
        },
        { client: { clock } },
      );
      return client;
    };
    expect(await write(await busyFor(12))).toEqual({ ok: true });
    expect(clock.sleeps).toEqual(Array.from({ length: 12 }, () => 5000));
    expect(await failure(write(await busyFor(100)))).toMatchObject({ code: 'TOO_MANY_REQUESTS' });
    expect(clock.sleeps).toHaveLength(24);
  });

  it('tells whoever asks that the server pushes back, each time', async () => {
    const clock = heldClock();
    const { client } = await serve(
      (exchange) => {
        if (exchange.number > 2) exchange.json({ ok: true });
        else exchange.json(statusBody(429, 'TooManyRequests', 'later'), 429, { 'retry-after': '1' });
      },
      { client: { clock } },
    );
    let told = 0;
    const onPushback = () => {
      told += 1;
    };
    expect(await client.delete(configMaps, settings, { onPushback })).toBe(true);
    expect(told).toBe(2);
  });

  it('is sent no sooner than a rate allows, where one was asked for', async () => {
    const clock = heldClock();
    const { client } = await serve((exchange) => exchange.json({ ok: true }), {
      client: { clock, requestsPerSecond: 4 },
    });
    for (let i = 0; i < 3; i += 1) await read(client);
    expect(clock.sleeps).toEqual([250, 250]);
    clock.advance(1000);
    await read(client);
    expect(clock.sleeps).toHaveLength(2);
  });

  it('backs off, doubling, while the server is unavailable, and gives up in the end', async () => {
    const clock = heldClock();
    const { client } = await serve(
      (exchange) => exchange.json(statusBody(503, 'ServiceUnavailable', 'starting'), 503),
      { client: { clock, attempts: 5 } },
    );
    const error = await failure(read(client));
    expect(error).toMatchObject({ code: 'SERVER_ERROR', status: 503 });
    expect(error.message).toBe('cannot get ConfigMap web/settings: starting');
    expect(clock.sleeps).toEqual([75, 150, 300, 600]);
    expect(client.requests.total).toBe(5);
  });

  it('is tried again after what gateways say, and after any failure that names a time', async () => {
    for (const answer of [{ status: 502 }, { status: 504 }, { status: 500, after: '2' }]) {
      const clock = heldClock();
      const headers: Record<string, string> = answer.after ? { 'retry-after': answer.after } : {};
      const { client } = await serve(
        (exchange) => {
          if (exchange.number > 1) exchange.json({ ok: true });
          else exchange.json(statusBody(answer.status, '', 'later'), answer.status, headers);
        },
        { client: { clock } },
      );
      expect(await read(client)).toEqual({ ok: true });
      expect(clock.sleeps).toEqual([answer.after ? 2000 : 75]);
    }
    const { client } = await serve((exchange) =>
      exchange.json(statusBody(500, 'InternalError', 'a webhook failed'), 500),
    );
    expect((await failure(read(client))).status).toBe(500);
    expect(client.requests.total).toBe(1);
  });

  it('is not repeated after 503 when it is a write that may have been done', async () => {
    const { client } = await serve((exchange) =>
      exchange.json(statusBody(503, 'ServiceUnavailable', 'starting'), 503),
    );
    expect((await failure(write(client))).status).toBe(503);
    expect(client.requests.total).toBe(1);
  });

  it('may be repeated when it is a server-side apply, or a delete of one UID', async () => {
    const { client } = await serve((exchange) => {
      if (exchange.number % 2 === 1) exchange.socket.destroy();
      else exchange.json({ ok: true });
    });
    await client.delete(configMaps, settings, { uid: '1' });
    expect(client.requests.byVerb).toEqual({ delete: 2 });
    expect((await failure(client.delete(configMaps, settings))).code).toBe('CONNECTION_LOST');
    expect(client.requests.byVerb).toEqual({ delete: 3 });
  });

  it('may be repeated when it is a patch that names the version it is for, and no other patch', async () => {
    const { client } = await serve((exchange) => {
      if (exchange.number % 2 === 1) exchange.socket.destroy();
      else exchange.json({ ok: true });
    });
    const labels = { mark: null };
    const patch = (metadata: JsonObject) =>
      client.patch(configMaps, settings, { metadata }, { type: 'merge' });
    await patch({ labels, resourceVersion: '7' });
    expect(client.requests.byVerb).toEqual({ patch: 2 });
    expect((await failure(patch({ labels }))).code).toBe('CONNECTION_LOST');
    expect(client.requests.byVerb).toEqual({ patch: 3 });
  });

  it('fails when the client is closed half-way through the answer, and never gives half of it', async () => {
    const { client } = await serve((exchange) => {
      exchange.open().write('{"half":1', () => setImmediate(() => client.close()));
    });
    expect((await failure(read(client))).code).toBe('CLIENT_CLOSED');
  });

  it('is given up after its time limit', async () => {
    const { client } = await serve(() => {}, { client: { requestTimeoutMs: 30 } });
    const error = await failure(read(client));
    expect(error.code).toBe('TIMEOUT');
    expect(error.message).toMatch(
      /did not answer GET \/api\/v1\/namespaces\/web\/configmaps\/settings in 0.03 s/,
    );
  });

  it('ends with the reason of its signal, and the session lives on', async () => {
    const stop = new AbortController();
    const { server, client } = await serve((exchange) => {
      if (exchange.number === 1) stop.abort(new Error('Ctrl-C'));
      else exchange.json({ ok: true });
    });
    await expect(client.raw({ ...get('/'), signal: stop.signal })).rejects.toThrow('Ctrl-C');
    expect((await client.raw(get('/'))).status).toBe(200);
    expect(server.connections).toHaveLength(1);
  });

  it('carries the token', async () => {
    const { server, client } = await serve((exchange) => exchange.json({}), { client: { token: 'secret' } });
    await read(client);
    expect(server.exchanges[0]?.headers.authorization).toBe('Bearer secret');
  });

  it('may be answered compressed, when it is a list', async () => {
    const page = { metadata: { resourceVersion: '1' }, items: [{ metadata: { name: 'ä'.repeat(1000) } }] };
    const { server, client } = await serve((exchange) => {
      if (exchange.path.includes('/settings')) return exchange.json({});
      exchange.bytes(gzipSync(JSON.stringify(page)), { 'content-encoding': 'gzip' });
    });
    const [only] = (await client.listMetadata(configMaps)).items;
    expect(only).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'ä'.repeat(1000) } });
    await read(client);
    expect(server.exchanges.map(({ headers }) => headers['accept-encoding'])).toEqual(['gzip', undefined]);
  });

  it('is not asked for compressed where that is not wanted', async () => {
    const { server, client } = await serve(
      (exchange) => exchange.json({ metadata: { resourceVersion: '1' }, items: [] }),
      { client: { uncompressed: true } },
    );
    await client.listMetadata(configMaps);
    expect(server.exchanges[0]?.headers['accept-encoding']).toBeUndefined();
  });

  it('asks for metadata in protobuf, and says so when what came is none', async () => {
    const { server, client } = await serve((exchange) => {
      if (exchange.number === 1) exchange.json({ metadata: {}, items: [{ metadata: { name: 'a' } }] });
      else
        exchange.bytes(Buffer.from('k8s\0\x12\x50'), {
          'content-type': 'application/vnd.kubernetes.protobuf',
        });
    });
    // A server that has no protobuf of it answers with the next best.
    expect((await client.listMetadata(configMaps)).items).toMatchObject([{ metadata: { name: 'a' } }]);
    expect(server.exchanges[0]?.headers.accept).toMatch(
      /^application\/vnd\.kubernetes\.protobuf;.*,application\/json;/,
    );
    const error = await failure(client.listMetadata(configMaps));
    expect(error.code).toBe('MALFORMED_RESPONSE');
    expect(error.message).toContain('something that is not protobuf of Kubernetes, or not all of it');
  });

  it('is refused once the client is closed', async () => {
    const { client } = await serve((exchange) => exchange.json({}));
    await client.close();
    expect((await failure(read(client))).code).toBe('CLIENT_CLOSED');
    expect(client.requests.total).toBe(1);
  });
});

describe('the process', () => {
  it('is not kept running by an idle connection', async () => {
    const { server } = await serve((exchange) => exchange.json({ gitVersion: 'v1' }));
    const program = `
      import { connectWith } from ${JSON.stringify(new URL('./index.ts', import.meta.url).href)};
      const client = connectWith({ server: process.argv[1], ca: process.argv[2] });
      console.log((await client.version()).gitVersion);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program, server.url, server.ca], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    cleanups.push(() => child.kill());
    let output = '';
    child.stdout.on('data', (chunk) => {
      output += chunk;
    });
    const [code] = await once(child, 'close');
    expect({ code, output }).toEqual({ code: 0, output: 'v1\n' });
  });
});

describe.each(['https/1.1', 'http/1.1'] as const)('a server that speaks %s only', (protocol) => {
  it('is spoken to over connections that are kept', async () => {
    const { server, client } = await serve((exchange) => exchange.json({ path: exchange.path }), {
      protocol,
    });
    for (const path of ['/a', '/b', '/c']) {
      expect((await client.raw(get(path))).body).toBe(JSON.stringify({ path }));
    }
    expect(server.connections).toHaveLength(1);
  });

  it('gets bodies, and its watches are read as they come', async () => {
    const { client } = await serve(
      async (exchange) => {
        if (exchange.method === 'PATCH') exchange.json({ got: await exchange.body() });
        else exchange.open().end('{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"5"}}}\n');
      },
      { protocol },
    );
    const patch = client.patch(configMaps, settings, { data: { ä: '1' } }, { type: 'merge' });
    expect(await patch).toEqual({ got: '{"data":{"ä":"1"}}' });
    const events = [];
    for await (const event of client.watch(configMaps)) events.push(event);
    expect(events).toEqual([{ type: 'BOOKMARK', resourceVersion: '5' }]);
  });

  it('has reads repeated when it closes the connection', async () => {
    const { client, server } = await serve(
      (exchange, self) => {
        if (exchange.number === 1) self().connections[0]?.destroy();
        else exchange.json({ ok: true });
      },
      { protocol },
    );
    expect(await read(client)).toEqual({ ok: true });
    expect(server.exchanges).toHaveLength(2);
  });
});

describe('a connection that cannot be made', () => {
  const attempt = (options: Partial<DirectOptions> & { server: string }) => {
    const client = connectWith({ clock: heldClock(), ...options });
    cleanups.push(() => client.close());
    return failure(read(client));
  };

  it('names the server when nothing listens there, and does not try again', async () => {
    const clock = heldClock();
    const error = await attempt({ server: 'https://127.0.0.1:1', clock });
    expect(error).toMatchObject({ code: 'UNREACHABLE', family: 'error' });
    expect(error.message).toBe('cannot reach https://127.0.0.1:1: nothing listens there (ECONNREFUSED)');
    expect(clock.sleeps).toEqual([]);
  });

  it('is tried again when the server answered before: it is restarting', async () => {
    const clock = heldClock();
    const { server, client } = await serve((exchange) => exchange.json({}), {
      client: { clock, attempts: 3 },
    });
    await read(client);
    await server.close();
    expect((await failure(read(client))).code).toBe('UNREACHABLE');
    expect(clock.sleeps).toHaveLength(2);
  });

  it('says that the CA is another one', async () => {
    const { server } = await serve((exchange) => exchange.json({}));
    const other = await faultServer(() => {});
    cleanups.push(other.close);
    expect(await attempt({ server: server.url, ca: other.ca })).toMatchObject({
      code: 'WRONG_CA',
      family: 'usage',
    });
    expect((await attempt({ server: server.url })).code).toBe('WRONG_CA');
  });

  it('says that the certificate has expired, or is not valid yet', async () => {
    const old = await serve(() => {}, { certificateMadeAt: new Date('2001-01-01') });
    expect(await attempt({ server: old.server.url, ca: old.server.ca })).toMatchObject({
      code: 'CERTIFICATE_EXPIRED',
      message: `the certificate of ${old.server.url} has expired`,
    });
    const early = await serve(() => {}, { certificateMadeAt: new Date('2120-01-01') });
    expect(await attempt({ server: early.server.url, ca: early.server.ca })).toMatchObject({
      code: 'CERTIFICATE_EXPIRED',
      message: `the certificate of ${early.server.url} is not valid yet`,
    });
  });

  it('says that the certificate is for another host', async () => {
    const { server } = await serve(() => {}, { names: ['elsewhere.example'] });
    expect((await attempt({ server: server.url, ca: server.ca })).code).toBe('CERTIFICATE_INVALID');
  });

  it('is made anyway when the certificate shall not be checked', async () => {
    const { server } = await serve((exchange) => exchange.json({ ok: true }), {
      names: ['elsewhere.example'],
    });
    const client = connectWith({ server: server.url, insecure: true });
    cleanups.push(() => client.close());
    expect(await read(client)).toEqual({ ok: true });
  });

  it('says that the server does not speak TLS', async () => {
    const { server } = await serve(() => {}, { protocol: 'http/1.1' });
    const error = await attempt({ server: server.url.replace('http:', 'https:') });
    expect(error.code).toBe('CERTIFICATE_INVALID');
    expect(error.message).toContain('does not speak TLS');
  });

  it('says that a key is no key', async () => {
    const { server } = await serve(() => {});
    expect((await attempt({ server: server.url, ca: server.ca, cert: 'x', key: 'y' })).code).toBe(
      'KUBECONFIG_INVALID',
    );
  });

  it('says that our own certificate has expired, which the server only answers with 401', async () => {
    const old = createCertificateAuthority('old', new Date('2001-01-01')).issue({
      subject: { commonName: 'jane' },
      usage: 'client',
    });
    const { server } = await serve((exchange) =>
      exchange.json(statusBody(401, 'Unauthorized', 'Unauthorized'), 401),
    );
    const client = connectWith({
      server: server.url,
      ca: server.ca,
      cert: old.certificatePem,
      key: old.privateKeyPem,
    });
    cleanups.push(() => client.close());
    const error = await failure(read(client));
    expect(error).toMatchObject({ code: 'CERTIFICATE_EXPIRED', family: 'usage' });
    expect(error.message).toMatch(/^the client certificate of CN=jane expired on 2010-12-/);
  });

  it('is given up when the other side never says hello', async () => {
    const mute = createServer(() => {});
    mute.listen(0, '127.0.0.1');
    await once(mute, 'listening');
    cleanups.push(() => mute.close());
    const { port } = mute.address() as AddressInfo;
    const error = await attempt({ server: `https://127.0.0.1:${port}`, connectTimeoutMs: 30 });
    expect(error.code).toBe('TIMEOUT');
  });
});

/** Forwards bytes both ways until it is cut, and keeps the connections open then. */
async function relayTo(target: string) {
  const pairs: [Socket, Socket][] = [];
  const relay = createServer((socket) => {
    const upstream = connectSocket(Number(new URL(target).port), '127.0.0.1');
    socket.on('error', () => {}).pipe(upstream);
    upstream.on('error', () => {}).pipe(socket);
    pairs.push([socket, upstream]);
  });
  relay.listen(0, '127.0.0.1');
  await once(relay, 'listening');
  cleanups.push(() => {
    for (const pair of pairs) for (const socket of pair) socket.destroy();
    relay.close();
  });
  return {
    url: `https://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    cut() {
      for (const [socket, upstream] of pairs) {
        socket.unpipe();
        upstream.unpipe();
      }
    },
  };
}

describe('a proxy', () => {
  /** An HTTP proxy that knows CONNECT and nothing else. */
  async function connectProxy(answer?: string) {
    const heads: string[] = [];
    const proxy = createServer((socket) => {
      cleanups.push(() => socket.destroy());
      socket.once('data', (head) => {
        heads.push(head.toString());
        if (answer !== undefined) {
          socket.end(answer);
          return;
        }
        const [host = '', port = ''] = head.toString().split(' ')[1]!.split(':');
        const upstream = connectSocket(Number(port), host, () => {
          socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
          socket.pipe(upstream).pipe(socket);
        });
        upstream.on('error', () => socket.destroy());
        socket.on('error', () => upstream.destroy());
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    cleanups.push(() => proxy.close());
    return { heads, url: `http://user:p%40ss@127.0.0.1:${(proxy.address() as AddressInfo).port}` };
  }

  it('is asked for a tunnel, with its own credentials, and HTTP/2 goes through it', async () => {
    const { server } = await serve((exchange) => exchange.json({ version: exchange.stream.session?.type }));
    const proxy = await connectProxy();
    const client = connectWith({ server: server.url, ca: server.ca, proxy: proxy.url });
    cleanups.push(() => client.close());
    await read(client);
    await read(client);
    expect(proxy.heads).toHaveLength(1);
    expect(proxy.heads[0]).toContain(`CONNECT ${new URL(server.url).host} HTTP/1.1\r\n`);
    expect(proxy.heads[0]).toContain(
      `Proxy-Authorization: Basic ${Buffer.from('user:p@ss').toString('base64')}\r\n`,
    );
  });

  it('may refuse, and is named then', async () => {
    const proxy = await connectProxy('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const client = connectWith({ server: 'https://127.0.0.1:1', proxy: proxy.url });
    cleanups.push(() => client.close());
    const error = await failure(read(client));
    expect(error.code).toBe('UNREACHABLE');
    expect(error.message).toContain('407 Proxy Authentication Required');
  });

  it('may speak SOCKS 5', async () => {
    const { server } = await serve((exchange) => exchange.json({ ok: true }));
    const proxy = createServer((socket) => {
      cleanups.push(() => socket.destroy());
      socket.on('error', () => {});
      socket.once('data', (greeting) => {
        expect([...greeting]).toEqual([5, 1, 0]);
        socket.write(Buffer.from([5, 0]));
        socket.once('data', (request: Buffer) => {
          expect([...request.subarray(0, 8)]).toEqual([5, 1, 0, 1, 127, 0, 0, 1]);
          const upstream = connectSocket(request.readUInt16BE(8), '127.0.0.1', () => {
            // In two pieces, as the network may cut it.
            socket.write(Buffer.from([5, 0, 0]));
            setImmediate(() => {
              socket.write(Buffer.from([1, 0, 0, 0, 0, 0, 0]));
              socket.pipe(upstream).pipe(socket);
            });
          });
        });
      });
    });
    proxy.listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    cleanups.push(() => proxy.close());
    const { port } = proxy.address() as AddressInfo;
    const client = connectWith({ server: server.url, ca: server.ca, proxy: `socks5://127.0.0.1:${port}` });
    cleanups.push(() => client.close());
    expect(await read(client)).toEqual({ ok: true });
  });
});
