/** Tunnels through a proxy: HTTP CONNECT (RFC 9110, 9.3.6) and SOCKS 5 (RFC 1928, RFC 1929). */

import type { Socket } from 'node:net';
import { isIPv4 } from 'node:net';
import * as tls from 'node:tls';
import { KubeError } from './errors.ts';

/** Asks the proxy at the other end of the socket for a tunnel to host and port; what comes back is to be
 * used as if it were connected there.
 * @throws KubeError `UNREACHABLE` when the proxy refuses */
export async function tunnel(socket: Socket, proxy: URL, host: string, port: number): Promise<Socket> {
  if (proxy.protocol.startsWith('socks5')) {
    await socks5(socket, proxy, host, port);
    return socket;
  }
  let through = socket;
  if (proxy.protocol === 'https:') {
    const secured = tls.connect({ socket, host: proxy.hostname, servername: proxy.hostname });
    await new Promise((resolve, reject) => secured.once('secureConnect', resolve).once('error', reject));
    through = secured;
  }
  await httpConnect(through, proxy, host, port);
  return through;
}

async function httpConnect(socket: Socket, proxy: URL, host: string, port: number): Promise<void> {
  const target = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  const authorization =
    proxy.username === ''
      ? ''
      : `Proxy-Authorization: Basic ${Buffer.from(credentials).toString('base64')}\r\n`;
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n${authorization}\r\n`);
  const head = (await readUntil(socket, (bytes) => bytes.includes('\r\n\r\n'))).toString('latin1');
  const statusLine = head.slice(0, head.indexOf('\r\n'));
  if (!/^HTTP\/1\.\d 2\d\d/.test(statusLine)) throw refused(proxy, statusLine);
}

async function socks5(socket: Socket, proxy: URL, host: string, port: number): Promise<void> {
  const user = Buffer.from(decodeURIComponent(proxy.username));
  const password = Buffer.from(decodeURIComponent(proxy.password));
  const method = user.length === 0 ? 0 : 2;
  socket.write(Buffer.from([5, 1, method]));
  const choice = await readUntil(socket, (bytes) => bytes.length >= 2);
  if (choice[0] !== 5 || choice[1] !== method) throw refused(proxy, 'it wants another way to log in');
  if (method === 2) {
    socket.write(
      Buffer.concat([Buffer.from([1, user.length]), user, Buffer.from([password.length]), password]),
    );
    const answer = await readUntil(socket, (bytes) => bytes.length >= 2);
    if (answer[1] !== 0) throw refused(proxy, 'wrong user or password');
  }
  const name = isIPv4(host)
    ? Buffer.from([1, ...host.split('.').map(Number)])
    : Buffer.concat([Buffer.from([3, Buffer.byteLength(host)]), Buffer.from(host)]);
  socket.write(Buffer.concat([Buffer.from([5, 1, 0]), name, Buffer.from([port >> 8, port & 0xff])]));
  const answer = await readUntil(
    socket,
    (bytes) => bytes.length >= 5 && bytes.length >= socksReplyLength(bytes),
  );
  if (answer[1] !== 0) throw refused(proxy, `SOCKS reply ${answer[1]}`);
}

function socksReplyLength(bytes: Buffer): number {
  const address = bytes[3] === 1 ? 4 : bytes[3] === 4 ? 16 : 1 + (bytes[4] ?? 0);
  return 6 + address;
}

/** Proxies send nothing beyond their answer before we speak, so no byte of the tunnel is swallowed here. */
function readUntil(socket: Socket, complete: (bytes: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let bytes = Buffer.alloc(0);
    const done = (error?: Error) => {
      socket.off('data', onData).off('error', done).off('close', onClose);
      socket.pause();
      if (error) reject(error);
      else resolve(bytes);
    };
    const onData = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk]);
      if (complete(bytes)) done();
      else if (bytes.length > 65_536) done(new Error('the proxy answers at too great length'));
    };
    const onClose = () => done(new Error('the proxy closed the connection'));
    socket.on('data', onData).once('error', done).once('close', onClose);
    socket.resume();
  });
}

function refused(proxy: URL, why: string): KubeError {
  return new KubeError(`the proxy ${proxy.host} does not let us through: ${why}`, {
    code: 'UNREACHABLE',
    reachedServer: false,
    hint: 'Check proxy-url in the kubeconfig, or HTTPS_PROXY and NO_PROXY in the environment.',
  });
}
