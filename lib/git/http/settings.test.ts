import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { scratch } from '../../../test/git/scratch.ts';
import { GitConfig } from './git-config.ts';
import { httpSettings } from './settings.ts';

const URL_ = new URL('https://git.example.org/team/shop.git');
const settings = (
  entries: readonly (readonly [string, string])[],
  environment: Readonly<Record<string, string>> = {},
) => httpSettings(new GitConfig(entries), URL_, { HOME: scratch(), ...environment });

describe('settings of HTTP', () => {
  test('check certificates, follow redirects and use no proxy when nothing is said', () => {
    expect(settings([])).toEqual({
      connection: { verify: true, proxyEnv: {} },
      headers: [],
      followRedirects: true,
    });
  });

  test('are those of the most specific URL, and of no other', () => {
    const header = (...entries: readonly (readonly [string, string])[]) => settings(entries)?.headers;
    expect(
      header(
        ['http.extraheader', 'X-A: all'],
        ['http.https://git.example.org/team.extraheader', 'X-A: team'],
        ['http.https://git.example.org/.extraheader', 'X-A: host'],
        ['http.https://git.example.org/tea.extraheader', 'X-A: not a part of the path'],
        ['http.http://git.example.org/team.extraheader', 'X-A: another scheme'],
        ['http.https://git.example.org:8443/.extraheader', 'X-A: another port'],
        ['http.https://ann@git.example.org/team.extraheader', 'X-A: another user'],
        ['http.https://example.org/.extraheader', 'X-A: another host'],
      ),
    ).toEqual([['x-a', 'team']]);
    expect(
      header(['http.extraheader', 'X-A: 1'], ['http.extraheader', ''], ['http.extraheader', 'X-B: 2']),
    ).toEqual([['x-b', '2']]);
  });

  test.each<[string, readonly (readonly [string, string])[], Readonly<Record<string, string>>]>([
    ['a setting of curl', [['http.sslversion', 'tlsv1.3']], {}],
    ['cookies', [['http.cookiefile', '/x']], {}],
    ['a host that is a pattern', [['http.https://*.example.org.proxy', 'http://p']], {}],
    ['a SOCKS proxy', [['http.proxy', 'socks5://p']], {}],
    ['a proxy for everything', [], { ALL_PROXY: 'socks5://p' }],
    ['a directory of certificates', [], { GIT_SSL_CAPATH: '/x' }],
    ['a certificate that cannot be read', [['http.sslcainfo', '/nowhere/at/all']], {}],
  ])('with %s are left to Git', (_what, entries, environment) => {
    expect(settings(entries, environment)).toBeUndefined();
  });

  test('are left to Git where a ~/.netrc may hold passwords', () => {
    const home = scratch();
    writeFileSync(join(home, '.netrc'), '');
    expect(settings([], { HOME: home })).toBeUndefined();
  });

  test('name a proxy, and the environment those that need none', () => {
    const proxies = (entries: readonly (readonly [string, string])[], environment: Record<string, string>) =>
      settings(entries, environment)?.connection.proxyEnv;
    expect(proxies([], { https_proxy: 'p:1', NO_PROXY: 'x' })).toEqual({
      HTTPS_PROXY: 'http://p:1',
      NO_PROXY: 'x',
    });
    expect(proxies([['http.proxy', 'q:2']], { https_proxy: 'p:1' })).toEqual({
      HTTP_PROXY: 'http://q:2',
      HTTPS_PROXY: 'http://q:2',
    });
    expect(proxies([['http.proxy', '']], { https_proxy: 'p:1' })).toEqual({});
  });

  test.each([
    ['false', {}, false],
    ['no', {}, false],
    ['0', {}, false],
    ['true', {}, true],
    ['1', {}, true],
    ['true', { GIT_SSL_NO_VERIFY: '1' }, false],
  ])('with sslVerify=%s and %j check certificates: %s', (value, environment, verify) => {
    expect(settings([['http.sslverify', value]], environment)?.connection.verify).toBe(verify);
  });
});
