/**
 * A TCP proxy between browser and server that can fall silent without closing anything, as a network
 * does: in one direction or in both, on the WebSockets that are open. Those stay dead; new ones go
 * through, unless it turns them away. Connections that a browser keeps for its next requests are
 * closed instead, since those would wait for their own timeouts.
 */
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type Direction = 'up' | 'down' | 'both';

export interface HalfOpenProxy {
  /** On the same host name as the demo's and the labs' own. */
  url: string;
  port: number;
  /** Where new connections go. */
  target: number;
  /** New connections are closed at once. */
  refuses: boolean;
  /** From now on the WebSockets that are open carry nothing in that direction, and nobody is told. */
  mute(direction: Direction): void;
  /** Breaks every connection. */
  cut(): void;
  close(): Promise<void>;
}

interface Pair {
  client: Socket;
  server: Socket;
  isMuted: { up: boolean; down: boolean };
  isWebSocket: boolean;
}

const UPGRADE = /^upgrade: websocket/im;

export async function startHalfOpenProxy(target = 0): Promise<HalfOpenProxy> {
  const pairs = new Set<Pair>();

  const listener = createServer((client) => {
    if (proxy.refuses) return void client.destroy();
    const server = connect(proxy.target, '127.0.0.1');
    const isMuted = { up: false, down: false };
    const pair: Pair = { client, server, isMuted, isWebSocket: false };
    pairs.add(pair);
    client.once('data', (bytes) => {
      pair.isWebSocket = UPGRADE.test(bytes.toString('latin1'));
    });
    client.on('data', (bytes) => void (isMuted.up || server.write(bytes)));
    server.on('data', (bytes) => void (isMuted.down || client.write(bytes)));
    // A goodbye is as silent as everything else.
    client.on('close', () => void (isMuted.up || server.destroy()));
    server.on('close', () => void (isMuted.down || client.destroy()));
    client.on('error', () => {});
    server.on('error', () => {});
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const { port } = listener.address() as AddressInfo;

  function cut() {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
    pairs.clear();
  }
  const proxy: HalfOpenProxy = {
    url: `http://localhost:${port}`,
    port,
    target,
    refuses: false,
    mute(direction) {
      for (const { isMuted, isWebSocket, client, server } of pairs) {
        if (isWebSocket) {
          isMuted.up ||= direction !== 'down';
          isMuted.down ||= direction !== 'up';
        } else {
          client.destroy();
          server.destroy();
        }
      }
    },
    cut,
    close: () =>
      new Promise((resolve) => {
        cut();
        listener.close(() => resolve());
      }),
  };
  return proxy;
}
