/**
 * A load balancer of the test's own, by the rule of `deploy/nginx.conf`: a WebSocket and everything
 * that is no socket goes round, long-polling and what was begun by it stays with the peer's address.
 */
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface Balancer {
  url: string;
  /** How many sockets and requests each process was given, in the order of the processes. */
  given(): readonly number[];
  close(): Promise<void>;
}

export interface BalancerOptions {
  /** Whether long-polling stays where it began. */
  keepsPolling?: boolean;
}

export async function startBalancer(
  processes: readonly string[],
  { keepsPolling = true }: BalancerOptions = {},
): Promise<Balancer> {
  const given = processes.map(() => 0);
  let turn = 0;

  function pick({ url = '', socket }: IncomingMessage): URL {
    const { searchParams } = new URL(url, 'http://balancer');
    const [transport, sid] = [searchParams.get('transport'), searchParams.get('sid')];
    const stays = transport === 'polling' || (transport === 'websocket' && sid !== null);
    const index =
      (stays && keepsPolling ? hashOf(socket.remoteAddress ?? '') : turn++) % processes.length;
    given[index] = (given[index] ?? 0) + 1;
    return new URL(processes[index] ?? '');
  }

  const server = createServer((incoming, outgoing) => {
    const { hostname, port } = pick(incoming);
    const { method, url: path, headers } = incoming;
    const onward = request({ hostname, port, method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', () => void outgoing.destroy());
    outgoing.on('close', () => void onward.destroy());
    incoming.pipe(onward);
  });
  server.on('upgrade', (incoming, socket, head) => {
    const { hostname, port } = pick(incoming);
    const onward = connect(Number(port), hostname, () => {
      const lines = incoming.rawHeaders.flatMap((name, index, all) =>
        index % 2 ? [] : [`${name}: ${all[index + 1]}`],
      );
      onward.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
      onward.write(head);
      socket.pipe(onward).pipe(socket);
    });
    for (const [one, other] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    given: () => given,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

const hashOf = (address: string): number =>
  createHash('sha256').update(address).digest().readUInt32BE(0);
