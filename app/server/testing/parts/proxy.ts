import type { AddressInfo } from 'node:net';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** A way to a server that a test can cut, close and slow. */
export interface Way {
  port: number;
  /** Breaks every connection that is open. */
  cut(): void;
  /** Whether new connections are taken; they are refused by being closed at once. */
  isOpen: boolean;
  /** Bytes that go to the server before every connection is cut; counted again when set. */
  bytesUntilCut: number;
  /** Whether answers are held back: the line is there, and nothing comes. */
  isStalled: boolean;
  close(): Promise<void>;
}

export async function proxyTo(target: NetConnectOpts): Promise<Way> {
  const sockets = new Set<Socket>();
  const waiting: (() => void)[] = [];
  let isStalled = false;
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    if (!proxy.isOpen) return client.destroy();
    const remote = connect(target);
    for (const [one, other] of [
      [client, remote],
      [remote, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.on('end', () => other.end());
    }
    client.on('data', (bytes) => {
      proxy.bytesUntilCut -= bytes.length;
      if (proxy.bytesUntilCut < 0) return cut();
      if (!remote.write(bytes)) {
        client.pause();
        remote.once('drain', () => client.resume());
      }
    });
    remote.on('data', (bytes) => {
      const pass = () => {
        if (client.destroyed) return;
        if (client.write(bytes)) return;
        remote.pause();
        client.once('drain', () => remote.resume());
      };
      if (isStalled) waiting.push(pass);
      else pass();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: Way = {
    port: (server.address() as AddressInfo).port,
    cut,
    isOpen: true,
    bytesUntilCut: Number.POSITIVE_INFINITY,
    get isStalled() {
      return isStalled;
    },
    set isStalled(stalled) {
      isStalled = stalled;
      if (!stalled) for (const pass of waiting.splice(0)) pass();
    },
    close() {
      cut();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return proxy;
}
