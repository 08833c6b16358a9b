import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, request, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { basename, dirname, join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { serveGit } from '../../../test/git/http-server.ts';
import { bare, commitAll, git, opened, scratch, workTree } from '../../../test/git/scratch.ts';
import { createCertificateAuthority } from '../../cluster/tls/certificate.ts';
import { GitError } from '../errors.ts';
import type { Oid } from '../oid.ts';

const MAIN = 'refs/heads/main';
const code = (expected: string) => expect.objectContaining({ code: expected });

beforeEach(() => {
  vi.stubEnv('HOME', scratch());
  vi.stubEnv('GIT_CONFIG_NOSYSTEM', '1');
  // A machine may have its own authorities and proxies.
  for (const name of ['GIT_SSL_CAINFO', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'ALL_PROXY'])
    for (const variable of [name, name.toLowerCase()]) vi.stubEnv(variable, undefined);
  onTestFinished(() => void vi.unstubAllEnvs());
});

/** Configuration of the user, which both our client and Git's helpers read. */
function configure(...settings: readonly (readonly [key: string, value: string])[]): void {
  vi.stubEnv('GIT_CONFIG_COUNT', String(settings.length));
  for (const [index, [key, value]] of settings.entries()) {
    vi.stubEnv(`GIT_CONFIG_KEY_${index}`, key);
    vi.stubEnv(`GIT_CONFIG_VALUE_${index}`, value);
  }
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server of its own in front of, or instead of, Git's. @returns its URL and what it was asked */
async function front(answer: RequestListener) {
  const asked: IncomingMessage[] = [];
  const port = await listening(
    createServer((incoming, response) => {
      asked.push(incoming);
      answer(incoming, response);
    }),
  );
  return { url: `http://127.0.0.1:${port}`, asked };
}

/** Hands a request on to another server. */
function forward(
  target: string,
  change: (body: Buffer) => { body: Buffer; headers?: Record<string, string> } = (body) => ({ body }),
): RequestListener {
  return (incoming, response) => {
    const { host: _host, 'accept-encoding': _encoding, ...headers } = incoming.headers;
    const onward = request(
      target + incoming.url,
      { method: incoming.method ?? 'GET', headers },
      async (answer) => {
        const chunks: Buffer[] = [];
        for await (const chunk of answer) chunks.push(chunk as Buffer);
        const changed = change(Buffer.concat(chunks));
        const { 'transfer-encoding': _chunked, 'content-length': _length, ...kept } = answer.headers;
        response.writeHead(answer.statusCode ?? 500, { ...kept, ...changed.headers }).end(changed.body);
      },
    );
    incoming.pipe(onward);
  };
}

/** A bare repository with one commit, served. */
async function served(credentials?: string) {
  const directory = bare();
  git(directory, 'config', 'http.receivepack', 'true');
  const work = workTree();
  writeFileSync(join(work, 'file'), 'content');
  const tip = commitAll(work, 'one') as Oid;
  git(work, 'push', '--quiet', directory, 'HEAD:refs/heads/main');
  const url = await serveGit({ root: dirname(directory), ...(credentials && { credentials }) });
  return { directory, work, tip, url, path: `/${basename(directory)}` };
}

/** A server of HTTPS in front of another. @returns its port, and where the certificate of its authority lies */
async function secured(url: string) {
  const authority = createCertificateAuthority('an authority', new Date());
  const server = authority.issue({
    subject: { commonName: '127.0.0.1' },
    usage: 'server',
    names: ['127.0.0.1'],
  });
  const port = await listening(
    createSecureServer({ key: server.privateKeyPem, cert: server.certificatePem }, forward(url)),
  );
  const file = join(scratch(), 'ca.pem');
  writeFileSync(file, authority.certificatePem);
  return { authority: file, port };
}

describe('credentials', () => {
  test.each([
    ['given by the caller', { kind: 'basic', username: 'ann', password: 's3cret' } as const, undefined],
    ['given by the caller as a token', { kind: 'bearer', token: 't0ken' } as const, 'Bearer t0ken'],
  ])('%s are sent at once', async (_what, credentials, header) => {
    const { url, path } = await served();
    const { url: outside, asked } = await front(forward(url));
    const repository = await opened(bare());
    await repository.fetch(outside + path, [`${MAIN}:${MAIN}`], { credentials });
    const expected = header ?? `Basic ${Buffer.from('ann:s3cret').toString('base64')}`;
    expect(new Set(asked.map(({ headers }) => headers.authorization))).toEqual(new Set([expected]));
  });

  test('that the helpers know are asked for when the server wants some, and the helpers hear how it went', async () => {
    const { url, path, tip } = await served('ann:s3cret');
    const log = join(scratch(), 'log');
    configure([
      'credential.helper',
      `!f() { cat >>${log}; echo "verb=$1" >>${log}; test "$1" = get && printf 'username=ann\\npassword=s3cret\\n'; }; f`,
    ]);
    const repository = await opened(bare());
    expect((await repository.lsRemote(url + path)).refs.get(MAIN)).toBe(tip);
    const heard = readFileSync(log, 'utf8');
    expect(heard.match(/^verb=.*$/gm)).toEqual(['verb=get', 'verb=store']);
    expect(heard).toContain(`host=${new URL(url).host}`);
  });

  test('of helpers that the server refuses are forgotten, and named nowhere', async () => {
    const { url, path } = await served('ann:s3cret');
    const log = join(scratch(), 'log');
    configure([
      'credential.helper',
      `!f() { echo "verb=$1" >>${log}; test "$1" = get && printf 'username=ann\\npassword=wr0ng\\n'; }; f`,
    ]);
    const error = await (await opened(bare())).lsRemote(url + path).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'GIT_AUTH_FAILED' });
    expect(JSON.stringify(error) + String(error)).not.toContain('wr0ng');
    expect(readFileSync(log, 'utf8')).toBe('verb=get\nverb=erase\n');
  });

  test('in a header of the configuration, as CI systems put it there, go to that server only', async () => {
    const { url, path, tip } = await served('ann:s3cret');
    const header = `AUTHORIZATION: basic ${Buffer.from('ann:s3cret').toString('base64')}`;
    configure([`http.${url}/.extraheader`, header]);
    // Our own test server compares the scheme as it is written.
    configure([`http.${url}/.extraheader`, header.replace('basic', 'Basic')]);
    const repository = await opened(bare());
    expect((await repository.lsRemote(url + path)).refs.get(MAIN)).toBe(tip);
    const { url: elsewhere, asked } = await front((_incoming, response) => response.writeHead(404).end());
    await expect(repository.lsRemote(`${elsewhere}/x.git`)).rejects.toThrow(code('REMOTE_NOT_FOUND'));
    expect(asked[0]?.headers.authorization).toBeUndefined();
  });
});

describe('a redirect', () => {
  const redirectTo =
    (target: string, status = 301): RequestListener =>
    (incoming, response) =>
      response.writeHead(status, { location: target.replace('<url>', incoming.url ?? '') }).end();

  test('of the first question is followed, and what comes next goes there at once', async () => {
    const { url, path, tip } = await served();
    const { url: old, asked } = await front(redirectTo(`${url}<url>`));
    const repository = await opened(bare());
    await repository.fetch(old + path, [`${MAIN}:${MAIN}`]);
    expect(await repository.readRef(MAIN)).toBe(tip);
    expect(asked.length).toBe(1);
  });

  test('to another server takes no credentials along', async () => {
    const { url: other, asked } = await front((_incoming, response) => response.writeHead(404).end());
    const { url: old } = await front(redirectTo(`${other}<url>`));
    const repository = await opened(bare());
    const credentials = { kind: 'bearer', token: 't0ken' } as const;
    await expect(repository.lsRemote(`${old}/x.git`, [], { credentials })).rejects.toThrow(
      code('REMOTE_NOT_FOUND'),
    );
    await expect(repository.lsRemote(`${old.replace('//', '//ann:s3cret@')}/x.git`)).rejects.toThrow(
      code('REMOTE_NOT_FOUND'),
    );
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([undefined, undefined]);
  });

  test.each([
    ['to a login page', 'https://login.example.org/'],
    ['to a file', 'file:///etc/passwd?<url>'],
    ['to a command', 'ext::sh<url>'],
    ['to nowhere', 'http://[<url>'],
  ])('%s is refused', async (_what, target) => {
    const { url } = await front(redirectTo(target));
    await expect((await opened(bare())).lsRemote(`${url}/x.git`)).rejects.toThrow(code('REMOTE_PROTOCOL'));
  });

  test('that goes in a circle is given up, and one of a later question is not followed', async () => {
    const circle = await front((incoming, response) =>
      response.writeHead(302, { location: incoming.url ?? '' }).end(),
    );
    const repository = await opened(bare());
    await expect(repository.lsRemote(`${circle.url}/x.git`)).rejects.toThrow(code('REMOTE_PROTOCOL'));
    expect(circle.asked.length).toBe(6);
    const { url, path } = await served();
    const onward = forward(url);
    const later = await front((incoming, response) =>
      incoming.method === 'GET'
        ? onward(incoming, response)
        : redirectTo(`${url}<url>`, 307)(incoming, response),
    );
    await expect(repository.lsRemote(later.url + path)).rejects.toThrow(code('REMOTE_PROTOCOL'));
  });
});

describe('an answer', () => {
  test('that is compressed is inflated, and long questions are compressed', async () => {
    const { url, path, work, directory: remote } = await served();
    const encodings: (string | undefined)[] = [];
    const compress = forward(url, (body) => ({
      body: gzipSync(body),
      headers: { 'content-encoding': 'gzip' },
    }));
    const { url: outside } = await front((incoming, response) => {
      if (incoming.method === 'POST') encodings.push(incoming.headers['content-encoding']);
      compress(incoming, response);
    });
    const directory = bare();
    for (let index = 0; index < 60; index++) commitAll(work, `ours ${index}`);
    git(work, 'push', '--quiet', directory, 'HEAD:refs/heads/main');
    const repository = await opened(directory);
    await repository.fetch(outside + path, [`${MAIN}:refs/heads/theirs`]);
    expect(
      await repository.isAncestor(
        (await repository.readRef('refs/heads/theirs'))!,
        (await repository.readRef(MAIN))!,
      ),
    ).toBe(true);
    const other = workTree();
    git(other, 'commit', '--quiet', '--allow-empty', '-m', 'unrelated');
    git(other, 'push', '--quiet', remote, 'HEAD:refs/heads/unrelated');
    await repository.fetch(outside + path, ['refs/heads/unrelated:refs/heads/unrelated']);
    expect(encodings).toContain('gzip');
    expect(git(directory, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test.each([
    [401, 'GIT_AUTH_FAILED'],
    [403, 'GIT_AUTH_FAILED'],
    [404, 'REMOTE_NOT_FOUND'],
    [418, 'REMOTE_PROTOCOL'],
    [429, 'REMOTE_UNREACHABLE'],
    [502, 'REMOTE_UNREACHABLE'],
  ])('of status %d is an error with the words of the server', async (status, expected) => {
    const { url } = await front((_incoming, response) =>
      response.writeHead(status, { 'content-type': 'text/plain' }).end('the \u001b[31mwords'),
    );
    const error = await (await opened(bare())).lsRemote(`${url}/x.git`).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: expected });
    if (status !== 401) expect(String(error)).toContain('the [31mwords');
  });

  test.each([
    ['a page', 'text/html', '<html>log in</html>'],
    ['the old kind of list', 'text/plain', `${'a'.repeat(40)}\trefs/heads/main\n`],
    ['no list in spite of its type', 'application/x-git-upload-pack-advertisement', 'hello'],
    ['half a list', 'application/x-git-upload-pack-advertisement', '000eversion 2\n'],
  ])('that is %s is refused', async (_what, type, body) => {
    const { url } = await front((_incoming, response) =>
      response.writeHead(200, { 'content-type': type }).end(body),
    );
    await expect((await opened(bare())).lsRemote(`${url}/x.git`)).rejects.toThrow(code('REMOTE_PROTOCOL'));
  });

  test('of an old server, which knows no protocol 2, is understood as well', async () => {
    const { url, path, tip } = await served();
    const { url: outside } = await front((incoming, response) => {
      delete incoming.headers['git-protocol'];
      forward(url)(incoming, response);
    });
    const repository = await opened(bare());
    const remote = await repository.lsRemote(outside + path);
    expect([remote.refs.get(MAIN), remote.head]).toEqual([tip, MAIN]);
    await repository.fetch(outside + path, [`${MAIN}:${MAIN}`]);
    expect(await repository.readRef(MAIN)).toBe(tip);
  });

  test('that breaks off in the pack leaves no object and no ref behind', async () => {
    const { url, path, tip } = await served();
    const { url: outside } = await front(
      forward(url, (body) => ({ body: body.includes('PACK') ? body.subarray(0, body.length - 30) : body })),
    );
    const directory = bare();
    const repository = await opened(directory);
    await expect(repository.fetch(outside + path, [`${MAIN}:${MAIN}`])).rejects.toThrow(
      code('REMOTE_PROTOCOL'),
    );
    expect(await repository.readRef(MAIN)).toBeUndefined();
    expect(await repository.has(tip)).toBe(false);
    expect(git(directory, 'count-objects')).toBe('0 objects, 0 kilobytes');
  });
});

describe('a push after another', () => {
  /** A repository that has pushed once, by way of a server that can be told to refuse. */
  async function pushed() {
    const { directory, url, path, work, tip } = await served();
    let broken = 0;
    const onward = forward(url);
    const { url: outside, asked } = await front((incoming, response) => {
      if (incoming.method !== 'POST' || broken-- <= 0) return onward(incoming, response);
      incoming.resume();
      response.writeHead(404, { 'content-type': 'text/html' }).end('<h1>Moved</h1>');
    });
    const repository = await opened(work);
    const [two, three] = [commitAll(work, 'two'), commitAll(work, 'three')] as [Oid, Oid];
    await repository.push(outside + path, { ref: MAIN, commit: two, expected: tip });
    asked.splice(0);
    const push = (commit: Oid, expected: Oid) =>
      repository.push(outside + path, { ref: MAIN, commit, expected });
    const methods = () => asked.map(({ method }) => method);
    const breakNext = () => {
      broken = 1;
    };
    return { directory, tip, two, three, push, methods, breakNext };
  }

  test('is one request', async () => {
    const { directory, two, three, push, methods } = await pushed();
    await push(three, two);
    expect(methods()).toEqual(['POST']);
    expect(git(directory, 'rev-parse', 'main')).toBe(three);
    expect(git(directory, 'fsck', '--strict', '--no-dangling')).toBe('');
  });

  test('asks the server again when it no longer is what it was', async () => {
    const { directory, two, three, push, methods, breakNext } = await pushed();
    breakNext();
    await push(three, two);
    expect(methods()).toEqual(['POST', 'GET', 'POST']);
    expect(git(directory, 'rev-parse', 'main')).toBe(three);
  });

  test('that somebody else was quicker with is lost, unless they brought the same', async () => {
    const { directory, tip, two, three, push } = await pushed();
    await push(two, tip);
    git(directory, 'update-ref', MAIN, tip);
    await expect(push(three, two)).rejects.toThrow(
      expect.objectContaining({ code: 'PUSH_RACE', expected: two, actual: tip }),
    );
    expect(git(directory, 'rev-parse', 'main')).toBe(tip);
  });
});

describe('the way there', () => {
  test('may be a proxy, with a password', async () => {
    const { url, path, tip } = await served();
    const { url: proxy, asked } = await front((incoming, response) => {
      const target = new URL(incoming.url ?? '');
      incoming.url = target.pathname + target.search;
      forward(target.origin)(incoming, response);
    });
    configure(['http.proxy', proxy.replace('//', '//ann:pr0xy@')]);
    const repository = await opened(bare());
    expect((await repository.lsRemote(url + path)).refs.get(MAIN)).toBe(tip);
    expect(asked.length).toBe(2);
    expect(asked[0]?.headers['proxy-authorization']).toBe(
      `Basic ${Buffer.from('ann:pr0xy').toString('base64')}`,
    );
    vi.stubEnv('NO_PROXY', '127.0.0.1');
    await repository.lsRemote(url + path);
    expect(asked.length).toBe(2);
  });

  test('may be a tunnel through a proxy, which sees nothing of what passes', async () => {
    const { url, path, tip } = await served();
    const { authority, port } = await secured(url);
    const asked: IncomingMessage[] = [];
    const passed: Buffer[] = [];
    const expected = `Basic ${Buffer.from('ann:pr0xy').toString('base64')}`;
    const proxy = createServer((_incoming, response) => void response.writeHead(405).end());
    proxy.on('connect', (incoming: IncomingMessage, socket: Socket, head: Buffer) => {
      asked.push(incoming);
      socket.on('error', () => undefined);
      if (incoming.headers['proxy-authorization'] !== expected) {
        socket.end('HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n');
        return;
      }
      const target = URL.parse(`tcp://${incoming.url}`);
      const onward = connect(Number(target?.port), target?.hostname, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.write(head);
        socket.on('data', (chunk: Buffer) => passed.push(chunk));
        socket.pipe(onward).pipe(socket);
      });
      onward.on('error', () => socket.destroy());
      onTestFinished(() => void onward.destroy());
    });
    const proxyPort = await listening(proxy);
    const through = (password: string) =>
      configure(
        ['http.proxy', `http://ann:${password}@127.0.0.1:${proxyPort}`],
        ['http.sslCAInfo', authority],
      );
    const repository = await opened(bare());
    through('pr0xy');
    expect((await repository.lsRemote(`https://127.0.0.1:${port}${path}`)).refs.get(MAIN)).toBe(tip);
    expect(new Set(asked.map((incoming) => incoming.url))).toEqual(new Set([`127.0.0.1:${port}`]));
    expect(passed.length).toBeGreaterThan(0);
    expect(Buffer.concat(passed).toString('latin1')).not.toContain('git-upload-pack');

    through('wr0ng');
    const other = await opened(bare());
    const refused = await other.lsRemote(`https://127.0.0.1:${port}${path}`).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(GitError);
    expect(inspect(refused, { depth: null })).not.toMatch(/wr0ng|pr0xy|YW5uOn/);
  });

  test('is trusted by the authority that is configured, and shows the certificate that is', async () => {
    const { url, path, tip } = await served();
    const authority = createCertificateAuthority('an authority', new Date());
    const server = authority.issue({
      subject: { commonName: '127.0.0.1' },
      usage: 'server',
      names: ['127.0.0.1'],
    });
    const client = authority.issue({ subject: { commonName: 'ann' }, usage: 'client' });
    const seen: (string | undefined)[] = [];
    const onward = forward(url);
    const port = await listening(
      createSecureServer(
        {
          key: server.privateKeyPem,
          cert: server.certificatePem,
          ca: authority.certificatePem,
          requestCert: true,
          rejectUnauthorized: false,
        },
        (incoming, response) => {
          seen.push((incoming.socket as TLSSocket).getPeerCertificate().subject?.CN as string | undefined);
          onward(incoming, response);
        },
      ),
    );
    const secure = `https://127.0.0.1:${port}`;
    const repository = await opened(bare());
    await expect(repository.lsRemote(secure + path)).rejects.toThrow(code('REMOTE_UNREACHABLE'));
    expect(seen).toEqual([]);
    const directory = scratch();
    const put = (name: string, pem: string) => {
      writeFileSync(join(directory, name), pem);
      return join(directory, name);
    };
    configure(
      [`http.${secure}.sslCAInfo`, put('ca.pem', authority.certificatePem)],
      [`http.${secure}.sslCert`, put('cert.pem', client.certificatePem)],
      [`http.${secure}.sslKey`, put('key.pem', client.privateKeyPem)],
    );
    expect((await repository.lsRemote(secure + path)).refs.get(MAIN)).toBe(tip);
    expect(new Set(seen)).toEqual(new Set(['ann']));
  });

  test('may be another address by url.<base>.insteadOf, and a remote by its name', async () => {
    const { url, path, tip, work } = await served();
    const directory = bare();
    git(directory, 'remote', 'add', 'origin', `forge:${path.slice(1)}`);
    configure([`url.${url}/.insteadOf`, 'forge:']);
    const repository = await opened(directory);
    await repository.fetch('origin', [`${MAIN}:${MAIN}`]);
    expect(await repository.readRef(MAIN)).toBe(tip);
    const next = commitAll(work, 'two') as Oid;
    git(work, 'push', '--quiet', directory, 'HEAD:refs/heads/next');
    await repository.push('origin', { ref: MAIN, commit: next, expected: tip });
    expect(await repository.readRef('refs/remotes/origin/main')).toBe(next);
  });
});
