/**
 * The attacker's host: HTTP, WebSockets, a port that hears the name of a TLS connection, and one that
 * hears STUN and TURN over UDP. Keeps what arrives by the visit and the attack that its address names.
 */
import { createHash } from 'node:crypto';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, createServer as createTcp, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createUnmasker } from '../support/client-stream.ts';

export interface Loot {
  run: number;
  id: string;
  bytes: Buffer;
  /** Whether it is what a request begins with; the others are its body, or a socket's frames. */
  isContact: boolean;
}

export interface AttackerHost {
  url: string;
  tlsPort: number;
  udpPort: number;
  loot: Loot[];
  /** What is served to whoever asks for `/x/<run>/<id>…`; a script. */
  answer: (run: number, id: string) => string;
  /** The same for who asks for a page. */
  page: (run: number, id: string) => string;
  close(): Promise<void>;
}

const WEBSOCKET_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
/** RFC 8489: an allocation is refused with 401, a realm and a nonce, and comes again with a name. */
const ALLOCATE = 0x0003;
const ERROR_401 = [0x00, 0x09, 0x00, 0x08, 0x00, 0x00, 0x04, 0x01, 0x4e, 0x6f, 0x00, 0x00];
const REALM = [0x00, 0x14, 0x00, 0x04, 0x65, 0x76, 0x69, 0x6c];
const NONCE = [0x00, 0x15, 0x00, 0x04, 0x6e, 0x6f, 0x6e, 0x63];

export const ELSEWHERE = '<title>elsewhere</title>';

const addressOf = (url = ''): [run: number, id: string] => {
  const [, run = '0', id = ''] = /^\/x\/(\d+)\/([\w-]+)/.exec(url) ?? [];
  return [Number(run), id];
};

const listen = (server: Server): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

export async function startAttackerHost(): Promise<AttackerHost> {
  const loot: Loot[] = [];
  const sockets = new Set<Duplex>();
  const take = ([run, id]: [number, string], bytes: Buffer, isContact = true) =>
    loot.push({ run, id, bytes, isContact });

  const http = createServer(async (request, response) => {
    const place = addressOf(request.url);
    // Icons are asked for by the browser itself, of whatever page it shows.
    if (request.url !== '/favicon.ico')
      take(
        place,
        Buffer.from(`${request.method} ${request.url}\n${request.headers.referer ?? ''}\n`),
      );
    const isPage = /text\/html/.test(request.headers.accept ?? '');
    response.on('error', () => {});
    try {
      for await (const chunk of request) take(place, chunk, false);
    } catch {
      return; // Broken off.
    }
    response.writeHead(200, {
      'access-control-allow-origin': '*',
      'content-type': isPage ? 'text/html' : 'text/javascript',
    });
    response.end(isPage ? host.page(...place) : host.answer(...place));
  });
  http.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    const place = addressOf(request.url);
    take(place, Buffer.from(`UPGRADE ${request.url}\n`));
    const key = request.headers['sec-websocket-key'] ?? '';
    const accept = createHash('sha1')
      .update(key + WEBSOCKET_GUID)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on(
      'data',
      createUnmasker((bytes) => take(place, bytes, false)),
    );
  });

  /** The name stands in a `ClientHello` in plain: `x-<run>-<id>-<text>.localhost`. */
  const tls = createTcp((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      const name = /x-(\d+)-([a-z-]+?)--[\w-]*/.exec(bytes.toString('latin1'));
      if (name) take([Number(name[1]), name[2] ?? ''], Buffer.from(name[0]));
      socket.destroy();
    });
  });

  const udp: UdpSocket = createSocket('udp4');
  udp.on('message', (message, { port, address }) => {
    const name = /x-(\d+)-([a-z-]+?)--[\w-]*/.exec(message.toString('latin1'));
    // Before it gives its name a TURN client says nothing of whose it is; nor does STUN.
    take(name ? [Number(name[1]), name[2] ?? ''] : [0, 'udp'], Buffer.from(name?.[0] ?? 'STUN'));
    if (message.length < 20 || message.readUInt16BE(0) !== ALLOCATE) return;
    const body = Buffer.from([...ERROR_401, ...REALM, ...NONCE]);
    const head = Buffer.from(message.subarray(0, 20));
    head.writeUInt16BE(0x0113, 0);
    head.writeUInt16BE(body.length, 2);
    udp.send(Buffer.concat([head, body]), port, address);
  });

  const [port, tlsPort, udpPort] = await Promise.all([
    listen(http),
    listen(tls),
    new Promise<number>((resolve) => {
      udp.bind(0, '127.0.0.1', () => resolve(udp.address().port));
    }),
  ]);
  const host: AttackerHost = {
    url: `http://127.0.0.1:${port}`,
    tlsPort,
    udpPort,
    loot,
    answer: () => '',
    page: () => ELSEWHERE,
    async close() {
      for (const socket of sockets) socket.destroy();
      http.closeAllConnections();
      await Promise.all([http, tls].map((one) => new Promise((done) => one.close(done))));
      await new Promise<void>((done) => udp.close(() => done()));
    },
  };
  return host;
}
