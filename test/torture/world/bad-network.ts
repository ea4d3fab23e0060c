/**
 * A network that can be made bad, between clients and servers or between a server and its store. TCP
 * loses no byte by itself, so what is lost here is lost as it is in the world: bytes are swallowed and
 * then the connection dies; or a connection that one side gave up arrives at the other side later than
 * the one that took its place.
 */
import { connect, createServer, type Socket } from 'node:net';
import type { Random } from '../../support/random.ts';

export interface BadNetwork {
  port: number;
  /** Each of these takes its share (in percent) of the connections that are open now. */
  cut(share: number): void;
  delay(share: number, ms: number): void;
  swallow(share: number, ms: number): void;
  /** The client's side dies after `gatherMs`; what it had sent by then arrives `lateMs` after that. */
  late(share: number, gatherMs: number, lateMs: number): void;
  /** Nobody comes through: what is open dies, what is new is refused, until it is opened again. */
  shut(): void;
  open(): void;
  close(): Promise<void>;
}

type Way = 'flow' | 'held' | 'swallowed';
interface Carried {
  client: Socket;
  server: Socket;
  way: Way;
  held: { to: Socket; chunk: Buffer }[];
  /** How much of the next chunk is let through before both sides are torn down. */
  cutAfter: number | null;
}

/** @param targets ports of who answers now; one is chosen for each connection */
export async function createBadNetwork(
  targets: () => readonly number[],
  random: Random,
): Promise<BadNetwork> {
  const open = new Set<Carried>();
  let isShut = false;

  function tearDown(one: Carried): void {
    open.delete(one);
    one.client.destroy();
    one.server.destroy();
  }

  function pass(one: Carried, from: Socket, to: Socket, chunk: Buffer): void {
    if (one.cutAfter !== null) {
      to.write(chunk.subarray(0, one.cutAfter % chunk.length));
      // Written first: the other side is to see the beginning of a frame.
      setImmediate(() => tearDown(one));
      return;
    }
    if (one.way === 'swallowed') return;
    if (one.way === 'held') return void one.held.push({ to, chunk });
    if (!to.write(chunk)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  }

  function release(one: Carried): void {
    one.way = 'flow';
    for (const { to, chunk } of one.held) to.write(chunk);
    one.held = [];
  }

  const listener = createServer({ noDelay: true }, (client) => {
    const ports = targets();
    const port = ports[random.below(Math.max(1, ports.length))];
    if (isShut || port === undefined) return void client.destroy();
    const server = connect({ host: '127.0.0.1', port, noDelay: true });
    const one: Carried = { client, server, way: 'flow', held: [], cutAfter: null };
    open.add(one);
    client.on('data', (chunk: Buffer) => pass(one, client, server, chunk));
    server.on('data', (chunk: Buffer) => pass(one, server, client, chunk));
    for (const side of [client, server]) {
      side.on('error', () => {});
      side.on('close', () => {
        // What is late still has to arrive, and what is swallowed has no end that anybody hears of.
        if (one.way === 'flow') tearDown(one);
      });
    }
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  if (!address || typeof address === 'string') throw new Error('The proxy has no port');

  const each = (share: number, act: (one: Carried) => void) => {
    for (const one of [...open]) {
      if (one.way === 'flow' && random.below(100) < share) act(one);
    }
  };

  return {
    port: address.port,
    cut: (share) =>
      each(share, (one) => {
        one.cutAfter = random.below(4_000);
      }),
    delay: (share, ms) =>
      each(share, (one) => {
        one.way = 'held';
        setTimeout(() => {
          release(one);
          if (one.client.destroyed || one.server.destroyed) tearDown(one);
        }, ms);
      }),
    swallow: (share, ms) =>
      each(share, (one) => {
        one.way = 'swallowed';
        setTimeout(() => tearDown(one), ms);
      }),
    late: (share, gatherMs, lateMs) =>
      each(share, (one) => {
        one.way = 'held';
        setTimeout(() => one.client.destroy(), gatherMs);
        setTimeout(() => {
          for (const { to, chunk } of one.held) if (to === one.server) to.write(chunk);
          one.held = [];
          one.server.end();
          setTimeout(() => tearDown(one), lateMs);
        }, gatherMs + lateMs);
      }),
    shut() {
      isShut = true;
      for (const one of [...open]) tearDown(one);
    },
    open() {
      isShut = false;
    },
    async close() {
      isShut = true;
      for (const one of [...open]) tearDown(one);
      await new Promise<void>((resolve) => listener.close(() => resolve()));
    },
  };
}
