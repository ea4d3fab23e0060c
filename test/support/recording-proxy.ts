/**
 * An HTTP proxy that keeps every byte a browser sends, by destination, with WebSocket frames
 * unmasked. It stands outside the browser, so nothing that a page does over HTTP can go round it.
 */
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { createClientStream } from './client-stream.ts';

export interface RecordingProxy {
  /** For Playwright's `proxy.server`; `bypass` must be `<-loopback>` so that localhost goes through. */
  url: string;
  /** What was sent to each `host:port`: request lines, headers, bodies and unmasked frames. */
  sentTo(host: string): Buffer;
  hosts(): string[];
  close(): Promise<void>;
}

export async function startRecordingProxy(): Promise<RecordingProxy> {
  const sent = new Map<string, Buffer[]>();
  const sockets = new Set<Duplex>();
  const record = (host: string, bytes: Buffer | string) => {
    const known = sent.get(host) ?? [];
    known.push(Buffer.from(bytes));
    sent.set(host, known);
  };

  const server = createServer((incoming: IncomingMessage, response: ServerResponse) => {
    const url = URL.parse(incoming.url ?? '');
    if (!url) return void response.writeHead(400).end();
    record(
      url.host,
      `${incoming.method} ${incoming.url}\r\n${incoming.rawHeaders.join('\r\n')}\r\n`,
    );
    const outgoing = request(url, { method: incoming.method, headers: incoming.headers });
    outgoing.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      pipeline(answer, response, () => {});
    });
    outgoing.on('error', () => response.destroy());
    response.on('close', () => response.writableFinished || outgoing.destroy());
    incoming.on('data', (chunk: Buffer) => record(url.host, chunk));
    incoming.pipe(outgoing);
  });

  // `ws:` goes through a tunnel, as `https:` would.
  server.on('connect', (incoming: IncomingMessage, client: Duplex, early: Buffer) => {
    const target = incoming.url ?? '';
    const { hostname = '', port = '' } = URL.parse(`tunnel://${target}`) ?? {};
    record(target, '');
    const hear = createClientStream((bytes) => record(target, bytes));
    const upstream = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      if (early.length) client.unshift(early);
      client.on('data', hear);
      pipeline(client, upstream, client, () => {});
    });
    upstream.on('error', () => client.destroy());
    client.on('error', () => upstream.destroy());
    sockets.add(client).add(upstream);
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    sentTo: (host) => Buffer.concat(sent.get(host) ?? []),
    hosts: () => [...sent.keys()],
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
