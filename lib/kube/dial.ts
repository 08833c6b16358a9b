import * as net from 'node:net';
import * as tls from 'node:tls';
import { connectionError } from './connection-errors.ts';
import type { Endpoint } from './endpoint.ts';
import { KubeError } from './errors.ts';
import { tunnel } from './proxy.ts';

/** HTTP/2 has pings of its own; this is for HTTP/1.1. */
const KEEP_ALIVE_MS = 15_000;

export interface DialOptions {
  readonly alpn: readonly string[];
  readonly timeoutMs: number;
}

/** Opens one connection to the endpoint, through its proxy if it has one, and waits until TLS is up.
 * @throws KubeError `UNREACHABLE`, `WRONG_CA`, `CERTIFICATE_EXPIRED`, `CERTIFICATE_INVALID`, `TIMEOUT` */
export async function dial(endpoint: Endpoint, options: DialOptions): Promise<net.Socket> {
  const host = hostOf(endpoint.url);
  const port = portOf(endpoint.url);
  let socket: net.Socket | undefined;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      socket?.destroy();
      reject(Object.assign(new Error(`no answer in ${options.timeoutMs} ms`), { code: 'ETIMEDOUT' }));
    }, options.timeoutMs);
  });
  const open = async (): Promise<net.Socket> => {
    socket = endpoint.proxy
      ? net.connect({ host: hostOf(endpoint.proxy), port: portOf(endpoint.proxy) })
      : net.connect({ host, port });
    socket.setNoDelay(true);
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    await ready(socket, 'connect');
    if (endpoint.proxy) socket = await tunnel(socket, endpoint.proxy, host, port);
    if (endpoint.url.protocol !== 'https:') return socket;
    const serverName = endpoint.serverName ?? (net.isIP(host) === 0 ? host : undefined);
    const secured = tls.connect({
      ...endpoint.tls(),
      socket,
      host,
      ...(serverName !== undefined && { servername: serverName }),
      rejectUnauthorized: !endpoint.insecure,
      ALPNProtocols: [...options.alpn],
    });
    socket = secured;
    await ready(secured, 'secureConnect');
    return secured;
  };
  try {
    return await Promise.race([open(), late]);
  } catch (error) {
    socket?.destroy();
    throw error instanceof KubeError ? error : connectionError(error, endpoint);
  } finally {
    clearTimeout(timer);
  }
}

function ready(socket: net.Socket, event: 'connect' | 'secureConnect'): Promise<void> {
  return new Promise((resolve, reject) => {
    const closed = () =>
      reject(Object.assign(new Error('the connection was closed'), { code: 'ECONNRESET' }));
    socket.once('error', reject);
    socket.once('close', closed);
    socket.once(event, () => {
      socket.off('error', reject);
      socket.off('close', closed);
      resolve();
    });
  });
}

/** Host name or address, without the brackets of IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  if (url.protocol === 'https:') return 443;
  return url.protocol.startsWith('socks') ? 1080 : 80;
}
