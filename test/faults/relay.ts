/** A TCP relay on loopback whose connections can be broken the ways that networks break them. */
import { connect, createServer, type Socket } from 'node:net';

/** One relayed connection. */
export interface Wire {
  /** RST to the client, nothing more from it. */
  reset(): void;
  /** FIN to the client, which may go on sending. */
  halfClose(): void;
  /** Nothing passes any more, in either direction, and nothing is closed. */
  silence(): void;
}

export interface Relay {
  readonly port: number;
  /** The connection that reaches the target from this port. */
  wireFrom(port: number | undefined): Wire | undefined;
  close(): Promise<void>;
}

/** @param target port on loopback */
export async function startRelay(target: number): Promise<Relay> {
  const wires = new Map<number, Wire>();
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    const onward = connect({ host: '127.0.0.1', port: target, allowHalfOpen: true, noDelay: true });
    for (const [socket, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      // What breaks on one side is broken on the other.
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        other.destroy();
      });
    }
    onward.on('connect', () => {
      const port = onward.localPort!; // a connected socket has one
      wires.set(port, wireOf(client, onward));
      onward.on('close', () => wires.delete(port));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('a TCP server has an address');
  return {
    port: address.port,
    wireFrom: (port) => wires.get(port ?? 0),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function wireOf(client: Socket, onward: Socket): Wire {
  return {
    reset: () => client.resetAndDestroy(),
    halfClose() {
      onward.unpipe(client);
      onward.resume();
      client.end();
    },
    silence() {
      for (const socket of [client, onward]) socket.unpipe().pause();
    },
  };
}
