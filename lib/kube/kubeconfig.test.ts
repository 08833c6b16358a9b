import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from './clock.ts';
import { clusterAccess } from './cluster-access.ts';
import { KubeError } from './errors.ts';
import { loadKubeconfig, parseKubeconfig } from './kubeconfig.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'truekeel-kubeconfig-'));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

interface Sketch {
  readonly current?: string;
  readonly context?: object;
  readonly cluster?: object;
  readonly user?: object;
}

/** A kubeconfig with one context, cluster and user, all of one name. */
function kubeconfig(name: string, { current = name, context, cluster, user }: Sketch = {}): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': current,
    contexts: [{ name, context: { cluster: name, user: name, ...context } }],
    clusters: [{ name, cluster: { server: `https://${name}.example:6443`, ...cluster } }],
    users: [{ name, user: { token: `token of ${name}`, ...user } }],
  });
}

function write(path: string, text: string): string {
  const file = join(directory, path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
  return file;
}

const access = (
  text: string,
  options: { context?: string; server?: string; env?: Record<string, string> } = {},
) => clusterAccess(parseKubeconfig(text, 'test', directory), { env: {}, clock: systemClock, ...options });

function failure(attempt: () => unknown): KubeError {
  try {
    attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(KubeError);
    return error as KubeError;
  }
  return expect.unreachable('it should have failed');
}

describe('lists', () => {
  it.each([
    ['from another machine', {}, false],
    ['from this machine, by its address', { server: 'https://127.0.0.1:6443' }, true],
    ['from this machine, by its address of IPv6', { server: 'https://[::1]:6443' }, true],
    ['from this machine, by name', { server: 'https://kind.localhost:6443' }, true],
    ['from what has a name like it', { server: 'https://localhost.example:6443' }, false],
    [
      'through a proxy',
      { server: 'https://127.0.0.1:6443', 'proxy-url': 'http://proxy.example:3128' },
      false,
    ],
    ['where the kubeconfig wants none', { 'disable-compression': true }, true],
    [
      'through a tunnel, where the kubeconfig wants it',
      { server: 'https://127.0.0.1:6443', 'disable-compression': false },
      false,
    ],
  ])('%s are compressed or not', (_, cluster, uncompressed) => {
    expect(access(kubeconfig('dev', { cluster })).endpoint.uncompressed).toBe(uncompressed);
  });
});

describe('finding the kubeconfig', () => {
  it('takes the file that is asked for, and fails when it is not there', () => {
    const file = write('asked', kubeconfig('asked'));
    expect(loadKubeconfig(file, { KUBECONFIG: '/elsewhere' }).currentContext).toBe('asked');
    expect(failure(() => loadKubeconfig(`${file}-not`, {}))).toMatchObject({
      code: 'NO_KUBECONFIG',
      family: 'usage',
      message: `there is no kubeconfig ${file}-not`,
    });
  });

  it('merges all files of KUBECONFIG: the first one to set something wins, files that are not there are skipped', () => {
    const first = write('one/config', kubeconfig('one', { cluster: { 'certificate-authority': 'ca.pem' } }));
    const second = write(
      'two/config',
      kubeconfig('two').replace('"name":"two"', '"name":"one"'), // its context is called `one`, too
    );
    const env = { KUBECONFIG: [first, join(directory, 'absent'), second].join(':') };
    const merged = loadKubeconfig(undefined, env, directory);
    expect(merged.currentContext).toBe('one');
    expect(merged.contexts.get('one')).toEqual({ cluster: 'one', user: 'one' });
    expect([...merged.clusters.keys()].sort()).toEqual(['one', 'two']);
    expect(merged.clusters.get('one')).toMatchObject({
      'certificate-authority': join(directory, 'one', 'ca.pem'),
    });
  });

  it('reads ~/.kube/config when nothing is said, and says where it looked when there is nothing', () => {
    const home = join(directory, 'home');
    expect(failure(() => loadKubeconfig(undefined, {}, home)).message).toContain(
      join(home, '.kube', 'config'),
    );
    write('home/.kube/config', kubeconfig('home'));
    expect(loadKubeconfig(undefined, {}, home).currentContext).toBe('home');
  });

  it('says what is wrong with a file', () => {
    for (const [text, problem] of [
      ['a: [', 'it is not YAML'],
      ['just text', 'it is not a mapping'],
      ['contexts: {}', 'contexts is not a list'],
      ['users: [{user: {}}]', 'a user has no name'],
      ['current-context: 7', 'current-context is not a string'],
    ] as const) {
      const error = failure(() => parseKubeconfig(text, 'F', directory));
      expect(error).toMatchObject({ code: 'KUBECONFIG_INVALID', family: 'usage' });
      expect(error.message).toContain(`the kubeconfig F cannot be used: ${problem}`);
    }
  });

  it('takes an empty file for a kubeconfig without contexts', () => {
    expect(failure(() => access('\n'))).toMatchObject({
      code: 'UNKNOWN_CONTEXT',
      hint: 'Choose one with --context: there is none.',
    });
  });

  it('answers any text with a kubeconfig or with an error of its own', () => {
    const values = fc.oneof(fc.string(), fc.json(), fc.constant(kubeconfig('x')));
    fc.assert(
      fc.property(values, fc.string(), (text, context) => {
        try {
          access(text, { context });
        } catch (error) {
          expect(error).toBeInstanceOf(KubeError);
        }
      }),
    );
  });
});

describe('choosing a context', () => {
  it('takes the current one, or the one asked for', () => {
    expect(access(kubeconfig('prod')).endpoint).toMatchObject({ context: 'prod', insecure: false });
    expect(access(kubeconfig('prod', { current: '' }), { context: 'prod' }).endpoint.url.href).toBe(
      'https://prod.example:6443/',
    );
  });

  it('names the contexts that there are, and the nearest one', () => {
    expect(failure(() => access(kubeconfig('staging'), { context: 'stagin' }))).toMatchObject({
      code: 'UNKNOWN_CONTEXT',
      family: 'usage',
      hint: 'Did you mean staging? It has: staging.',
    });
    expect(failure(() => access(kubeconfig('staging', { current: '' }))).message).toBe(
      'the kubeconfig test has no current context',
    );
  });

  it('refuses a cluster that is another one than expected', () => {
    expect(access(kubeconfig('prod'), { server: 'https://prod.example:6443/' }).endpoint.context).toBe(
      'prod',
    );
    expect(failure(() => access(kubeconfig('prod'), { server: 'https://other.example' }))).toMatchObject({
      code: 'WRONG_CLUSTER',
      family: 'usage',
      message: 'context prod leads to https://prod.example:6443/, not to https://other.example',
    });
  });

  it.each([
    [{ context: { cluster: 'gone' } }, 'names the cluster gone, which is not there'],
    [{ context: { user: 'gone' } }, 'names the user gone, which is not there'],
    [{ cluster: { server: 'ftp://x' } }, 'ftp://x is not the URL of a server'],
    [{ cluster: { server: '' } }, 'has no server'],
    [{ user: { token: 5 } }, 'token is not a string'],
    [{ user: { token: '', 'auth-provider': {}, tokenFile: '/nowhere' } }, '/nowhere cannot be read'],
  ] as const)('says that %j does not hold together', (sketch, problem) => {
    const error = failure(() => access(kubeconfig('x', sketch)).credentials.headers());
    expect(error.code).toBe('KUBECONFIG_INVALID');
    expect(error.message).toContain(problem);
  });
});

describe('what is sent', () => {
  it('is a token, a password, an impersonation, a client certificate: data before files', () => {
    const headers = (user: object) => access(kubeconfig('x', { user })).credentials.headers();
    expect(headers({})).toEqual({ authorization: 'Bearer token of x' });
    expect(headers({ token: '', username: 'ä', password: 'b' })).toEqual({
      authorization: `Basic ${Buffer.from('ä:b').toString('base64')}`,
    });
    expect(headers({ as: 'jane', 'as-groups': ['a', 'b'] })).toMatchObject({
      'impersonate-user': 'jane',
      'impersonate-group': ['a', 'b'],
    });
    expect(failure(() => headers({ as: 'jane', 'as-groups': 'a' })).code).toBe('KUBECONFIG_INVALID');
    const file = write('client.pem', 'from the file');
    const user = {
      'client-certificate': file,
      'client-key': 'client.pem',
      'client-key-data': Buffer.from('from the data').toString('base64'),
    };
    const { cert, key } = access(kubeconfig('x', { user })).endpoint.tls();
    expect([String(cert), String(key)]).toEqual(['from the file', 'from the data']);
  });

  it('goes through the proxy that the kubeconfig or the environment names', () => {
    const proxyOf = (cluster: object, env: Record<string, string>) =>
      access(kubeconfig('x', { cluster }), { env }).endpoint.proxy?.href;
    expect(proxyOf({ 'proxy-url': 'socks5://p:1' }, {})).toBe('socks5://p:1');
    expect(proxyOf({}, { HTTPS_PROXY: 'http://p:2' })).toBe('http://p:2/');
    expect(proxyOf({}, { https_proxy: 'p:3' })).toBe('http://p:3/');
    expect(proxyOf({}, { HTTPS_PROXY: 'http://p:2', NO_PROXY: 'a, .example' })).toBeUndefined();
    expect(proxyOf({}, { HTTPS_PROXY: 'http://p:2', no_proxy: 'ample' })).toBe('http://p:2/');
    expect(proxyOf({ server: 'https://127.0.0.1:1' }, { HTTPS_PROXY: 'http://p:2' })).toBeUndefined();
    expect(failure(() => proxyOf({ 'proxy-url': 'ftp://p' }, {})).code).toBe('KUBECONFIG_INVALID');
  });

  it('is never shown: no password is in a message', () => {
    const cluster = { server: 'https://jane:hush@x.example' };
    expect(access(kubeconfig('x', { cluster })).endpoint.url.href).toBe('https://x.example/');
    for (const broken of [{ server: 'ftp://jane:hush@x' }, { 'proxy-url': 'ftp://jane:hush@x' }]) {
      expect(failure(() => access(kubeconfig('x', { cluster: broken }))).message).not.toContain('hush');
    }
  });
});
