/** Kubernetes' library for URLs, which are what Go's net/url takes for a request. The URL of JavaScript mends what it reads,
 * and Go does not. */
import { isIP } from 'node:net';
import type { Environment } from '@marcbachmann/cel-js';

class Url {
  readonly scheme: string;
  readonly host: string;
  /** Without escapes. */
  readonly path: string;
  readonly writtenPath: string;
  readonly query: string;

  constructor(scheme: string, host: string, path: string, writtenPath: string, query: string) {
    this.scheme = scheme;
    this.host = host;
    this.path = path;
    this.writtenPath = writtenPath;
    this.query = query;
  }
}

class NotUrl extends Error {}

type Part = 'path' | 'host' | 'zone' | 'user' | 'query' | 'fragment';

/** Bytes that Go leaves as they are in a path. */
const IN_PATH = /[A-Za-z0-9\-._~$&+,/:;=@]/;
/** Bytes that may be in a host. */
const IN_HOST = /[A-Za-z0-9\-._~!$&'()*+,;=:[\]<>"]/;

/** @param text in which each character is a byte */
function unescaped(text: string, part: Part): string {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) throw new NotUrl('has an escape that is none');
  if (part === 'host' || part === 'zone') {
    const plain = text.replaceAll(/%../g, '');
    if ([...plain].some((byte) => /[\0-\x7f]/.test(byte) && !IN_HOST.test(byte)))
      throw new NotUrl('has what cannot be in a host');
    for (const [sequence] of text.matchAll(/%../g)) {
      const byte = String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
      const isRefused =
        part === 'host'
          ? byte < '\x80' && sequence !== '%25'
          : sequence !== '%25' && byte !== ' ' && !IN_HOST.test(byte);
      if (isRefused) throw new NotUrl('escapes what cannot be in a host');
    }
  }
  const plus = part === 'query' ? text.replaceAll('+', ' ') : text;
  return plus.replaceAll(/%(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function cut(text: string, sign: string): readonly [string, string | undefined] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + sign.length)];
}

/** @param text as bytes @throws NotUrl */
function parse(text: string, isRequest: boolean): Url {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
  if (/[\0-\x1f\x7f]/.test(text)) throw new NotUrl('has a control character');
  if (text === '' && isRequest) throw new NotUrl('is empty');
  if (text === '*') return new Url('', '', '*', '', '');
  if (text.startsWith(':')) throw new NotUrl('has no scheme before ":"');
  const [, written] = /^([A-Za-z][A-Za-z0-9+\-.]*):/.exec(text) ?? [];
  const scheme = written?.toLowerCase() ?? '';
  const [before, query = ''] = cut(written === undefined ? text : text.slice(written.length + 1), '?');
  if (!before.startsWith('/')) {
    if (scheme !== '') return new Url(scheme, '', '', '', query);
    if (isRequest) throw new NotUrl('is neither absolute nor a path');
    if (cut(before, '/')[0].includes(':')) throw new NotUrl('has a colon before its first slash');
  }
  const hasAuthority =
    before.startsWith('//') && (scheme !== '' || (!isRequest && !before.startsWith('///')));
  const [authority, rest] = hasAuthority ? cut(before.slice(2), '/') : ['', before];
  const path = hasAuthority && rest !== undefined ? `/${rest}` : (rest ?? '');
  return new Url(scheme, hostOf(scheme, authority), unescaped(path, 'path'), path, query);
}

function hostOf(scheme: string, authority: string): string {
  const at = authority.lastIndexOf('@');
  const host = parseHost(scheme, authority.slice(at + 1));
  if (at >= 0) {
    const user = authority.slice(0, at);
    if (!/^[A-Za-z0-9\-._:~!$&'()*+,;=%@]*$/.test(user)) throw new NotUrl('has what cannot be in a user');
    unescaped(user, 'user');
  }
  return host;
}

const PORT = /^(?::\d*)?$/;

function parseHost(scheme: string, host: string): string {
  const open = host.lastIndexOf('[');
  if (open > 0) throw new NotUrl('has an address in its host');
  if (open < 0) {
    const first = host.indexOf(':');
    const isStrict = scheme === 'http' || scheme === 'https';
    const colon = isStrict ? first : host.lastIndexOf(':');
    if (first >= 0 && !PORT.test(host.slice(colon))) throw new NotUrl('has a port that is no number');
    return unescaped(host, 'host');
  }
  const close = host.lastIndexOf(']');
  if (close < 0 || !PORT.test(host.slice(close + 1))) throw new NotUrl('has an address that does not end');
  const name = host.slice(1, close);
  const zone = name.indexOf('%25');
  const address =
    zone < 0
      ? unescaped(name, 'host')
      : unescaped(name.slice(0, zone), 'host') + unescaped(name.slice(zone), 'zone');
  // Behind "%" there may be anything, but nothing there may not.
  const [plain, zoned] = cut(address, '%');
  if (isIP(plain) !== 6 || zoned === '') throw new NotUrl('has an address that is none');
  return `[${address}]${host.slice(close + 1)}`;
}

/** @throws NotUrl */
function urlOf(text: string): Url {
  const bytes = Buffer.from(text).toString('latin1');
  parse(bytes, true);
  const [whole, fragment = ''] = cut(bytes, '#');
  const url = parse(whole, false);
  unescaped(fragment, 'fragment');
  return url;
}

/** Whether Go's `url.ParseRequestURI` takes it. */
export function isRequestUrl(text: string): boolean {
  try {
    parse(Buffer.from(text).toString('latin1'), true);
    return true;
  } catch (error) {
    if (error instanceof NotUrl) return false;
    throw error;
  }
}

const asText = (bytes: string): string => Buffer.from(bytes, 'latin1').toString('utf8');

/** As it was written, where that stands for the same path; else as Go writes it. */
function escapedPath({ path, writtenPath }: Url): string {
  if (path === '*') return '*';
  const isValid = [...writtenPath].every((byte) => IN_PATH.test(byte) || /[!'()*[\]%]/.test(byte));
  if (isValid) return writtenPath;
  return [...path]
    .map((byte) =>
      IN_PATH.test(byte) ? byte : `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

function hostname({ host }: Url): string {
  const colon = host.lastIndexOf(':');
  const name = colon >= 0 && PORT.test(host.slice(colon)) ? host.slice(0, colon) : host;
  return /^\[.*\]$/s.test(name) ? name.slice(1, -1) : name;
}

function port({ host }: Url): string {
  const colon = host.lastIndexOf(':');
  return colon >= 0 && PORT.test(host.slice(colon)) ? host.slice(colon + 1) : '';
}

/** What cannot be read of a query is left out. */
function queryOf({ query }: Url): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const part of query.split('&')) {
    if (part === '' || part.includes(';')) continue;
    const [key, value = ''] = cut(part, '=');
    try {
      const name = asText(unescaped(key, 'query'));
      const one = asText(unescaped(value, 'query'));
      found.set(name, [...(found.get(name) ?? []), one]);
    } catch (error) {
      if (!(error instanceof NotUrl)) throw error;
    }
  }
  return found;
}

export function registerUrls(environment: Environment): void {
  environment
    .registerType('URL', { ctor: Url, fields: {} })
    .registerFunction('isURL(string): bool', isRequestUrl)
    .registerFunction('url(string): URL', urlOf)
    .registerFunction('URL.getScheme(): string', ({ scheme }: Url) => scheme)
    .registerFunction('URL.getHost(): string', ({ host }: Url) => asText(host))
    .registerFunction('URL.getHostname(): string', (url: Url) => asText(hostname(url)))
    .registerFunction('URL.getPort(): string', port)
    .registerFunction('URL.getEscapedPath(): string', (url: Url) => asText(escapedPath(url)))
    .registerFunction('URL.getQuery(): map<string, list<string>>', queryOf);
}
