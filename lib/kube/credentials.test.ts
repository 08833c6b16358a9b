import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connect } from './connect.ts';
import type { FaultServer } from './testing/fault-server.ts';
import { faultServer, statusBody } from './testing/fault-server.ts';
import type { HeldClock } from './testing/held-clock.ts';
import { heldClock } from './testing/held-clock.ts';

let directory: string;
let server: FaultServer;
let accepted: string;
let clock: HeldClock;

/** Lets in whoever shows the accepted token. */
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'truekeel-credentials-'));
  clock = heldClock();
  server = await faultServer((exchange) => {
    const isKnown = exchange.headers.authorization === `Bearer ${accepted}`;
    if (isKnown) exchange.json({ gitVersion: 'v1' });
    else exchange.json(statusBody(401, 'Unauthorized', 'Unauthorized'), 401);
  });
});
afterEach(async () => {
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

async function clientOf(user: object) {
  writeFileSync(join(directory, 'ca.pem'), server.ca);
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      'current-context': 'x',
      contexts: [{ name: 'x', context: { cluster: 'x', user: 'x' } }],
      clusters: [{ name: 'x', cluster: { server: server.url, 'certificate-authority': 'ca.pem' } }],
      users: [{ name: 'x', user }],
    }),
  );
  return connect({ kubeconfig, clock, env: {} });
}

/** A plugin that says how often, and with what, it was called. */
function plugin(body: string): string {
  const path = join(directory, 'plugin');
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return './plugin';
}

const credential = (token: string, expires?: string) =>
  JSON.stringify({
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: { token, ...(expires && { expirationTimestamp: expires }) },
  });

describe('a token file', () => {
  it('is read again after a while, and at once after 401', async () => {
    const tokenFile = join(directory, 'token');
    writeFileSync(tokenFile, 'first\n');
    accepted = 'first';
    const client = await clientOf({ tokenFile });
    await client.version();

    writeFileSync(tokenFile, 'second\n');
    accepted = 'second';
    await client.version();
    expect(server.exchanges.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer first',
      'Bearer first',
      'Bearer second',
    ]);

    writeFileSync(tokenFile, 'third\n');
    accepted = 'third';
    clock.advance(10_000);
    await client.version();
    expect(server.exchanges).toHaveLength(4);
    await client.close();
  });
});

describe('a fixed token', () => {
  it('that is wrong is an error that says what to do, after one request', async () => {
    accepted = 'another';
    const client = await clientOf({ token: 'wrong' });
    await expect(client.version()).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
      status: 401,
      hint: expect.stringContaining('log in again'),
    });
    expect(server.exchanges).toHaveLength(1);
    await client.close();
  });
});

describe('an exec plugin', () => {
  it('is run once for many requests, with what it is asked for in its environment', async () => {
    accepted = 'from-plugin';
    const log = join(directory, 'log');
    const command = plugin(
      `echo "$KUBERNETES_EXEC_INFO $EXTRA $1" >> ${log}\necho '${credential(accepted)}'`,
    );
    const client = await clientOf({
      exec: {
        apiVersion: 'client.authentication.k8s.io/v1',
        command,
        args: ['login'],
        env: [{ name: 'EXTRA', value: 'e' }],
        provideClusterInfo: true,
      },
    });
    await Promise.all([client.version(), client.version()]);
    await client.version();
    const [line = '', ...more] = readFileSync(log, 'utf8').trim().split('\n');
    expect(more).toEqual([]);
    const info: unknown = JSON.parse(line.slice(0, line.lastIndexOf('}') + 1));
    expect(info).toMatchObject({ kind: 'ExecCredential', spec: { cluster: { server: server.url } } });
    expect(line).toMatch(/ e login$/);
    await client.close();
  });

  it('is run again after 401', async () => {
    const count = join(directory, 'count');
    const command = plugin(
      `echo x >> ${count}\nprintf '{"status":{"token":"t%s"}}' $(wc -l < ${count} | tr -d ' ')`,
    );
    accepted = 't1';
    const client = await clientOf({ exec: { command } });
    await client.version();
    accepted = 't2';
    await client.version();
    expect(readFileSync(count, 'utf8')).toBe('x\nx\n');
    await client.close();
  });

  it.each([
    ['exit 3', 'no credentials for user x'],
    ['echo "please log in" >&2; exit 1', 'please log in'],
    ['echo not json', 'not'],
    ['echo {}', 'no credentials'],
  ])('that does %j is an error that names it', async (body, said) => {
    const client = await clientOf({ exec: { command: plugin(body), installHint: 'Install it so.' } });
    const error = await client.version().then(
      () => expect.unreachable(),
      (cause: unknown) => cause,
    );
    expect(error).toMatchObject({ code: 'CREDENTIALS_FAILED', family: 'usage', hint: 'Install it so.' });
    expect(String(error)).toContain(said);
    expect(String(error)).toContain('/plugin');
    expect(server.exchanges).toHaveLength(0);
    await client.close();
  });

  it('that is not there is an error that names it', async () => {
    const client = await clientOf({ exec: { command: 'truekeel-no-such-plugin' } });
    await expect(client.version()).rejects.toMatchObject({
      code: 'CREDENTIALS_FAILED',
      message: expect.stringContaining('truekeel-no-such-plugin'),
    });
    await client.close();
  });
});

describe('an auth provider', () => {
  it('gives the id token of OpenID Connect while it is valid', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    accepted = `${part({ alg: 'none' })}.${part({ exp: 32503680000 })}.x`;
    const client = await clientOf({
      'auth-provider': { name: 'oidc', config: { 'id-token': accepted } },
    });
    expect(await client.version()).toEqual({ gitVersion: 'v1' });
    await client.close();
  });

  it('that nobody knows is an error', async () => {
    const client = await clientOf({ 'auth-provider': { name: 'abacus' } });
    await expect(client.version()).rejects.toMatchObject({ code: 'KUBECONFIG_INVALID' });
    await client.close();
  });
});
