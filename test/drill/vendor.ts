/**
 * The chat vendor as the drill's merchant knows it: one origin that serves the widget's files and its
 * API. A proxy before the real chat server, so that whoever holds the static host or the chat server
 * can say through it whatever they like; what nobody altered is the real server's word.
 */
import { request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { type Duplex, pipeline } from 'node:stream';
import { createClientStream } from '../support/client-stream.ts';
import { createFrameRewriter } from './frames.ts';

export interface Word {
  kind: 'ran' | 'done';
  run: number;
  id: string;
  /** Origin of the document in which it ran; `null` in the chat's frame. */
  at: string;
}
export interface SeenReport {
  kind: string;
  subject?: string;
}

/** What the attacker says in the vendor's name. All empty: the honest vendor. */
export interface Hostility {
  /** By path: what is served in its place. */
  files: Map<string, string | { status: number; headers: Record<string, string>; body?: string }>;
  /** An answer of the API, as parsed JSON. */
  answer?: (path: string, answer: unknown, asked: unknown) => unknown;
  /** A text frame from the server to a visitor. */
  frame?: (text: string) => string;
}

export interface Vendor {
  url: string;
  hostility: Hostility;
  /** What the attackers' scripts said of themselves. */
  words: Word[];
  reports: SeenReport[];
  /** Everything that visitors sent here, sockets included. */
  heard(): Buffer;
  /** What an attack's script brought here, to the host that even the frame may write to. */
  heardAs(run: number, id: string): Buffer;
  /** Forgets all of it, and is honest again. */
  reset(): void;
  close(): Promise<void>;
}

const readAll = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
const WORD = /^\/drill\/(ran|done)\/(\d+)\/([\w-]+)\?at=(.*)$/;
const OPEN = { 'access-control-allow-origin': '*', 'cache-control': 'no-store' };

/** @param target origin of the real chat server */
export async function startVendor(target: string): Promise<Vendor> {
  const { hostname, port: targetPort } = new URL(target);
  const sockets = new Set<Duplex>();
  let heard: Buffer[] = [];
  let brought: { path: string; body: Buffer }[] = [];
  const words: Word[] = [];
  const reports: SeenReport[] = [];

  function serveFile(path: string, response: ServerResponse): boolean {
    const file = vendor.hostility.files.get(path);
    if (file === undefined) return false;
    const { status, headers, body } =
      typeof file === 'string' ? { status: 200, headers: {}, body: file } : file;
    const type =
      path.includes('.js') && !path.endsWith('.json') ? 'text/javascript' : 'application/json';
    response.writeHead(status, { ...OPEN, 'content-type': `${type}; charset=utf-8`, ...headers });
    response.end(body);
    return true;
  }

  async function pass(incoming: IncomingMessage, response: ServerResponse, body: Buffer) {
    const { 'accept-encoding': _, 'if-none-match': __, ...headers } = incoming.headers;
    const path = incoming.url ?? '/';
    const outgoing = ask({ hostname, port: targetPort, path, method: incoming.method, headers });
    outgoing.on('error', () => response.destroy());
    outgoing.on('response', async (answer) => {
      const { answer: alter } = vendor.hostility;
      if (!alter || !path.startsWith('/api/')) {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        return void pipeline(answer, response, () => {});
      }
      const said = parse((await readAll(answer)).toString());
      const text = JSON.stringify(alter(path, said, parse(body.toString())));
      const { 'content-length': ___, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, { ...kept, 'cache-control': 'no-store' });
      response.end(text);
    });
    outgoing.end(body);
  }

  const server = createServer(async (incoming, response) => {
    response.on('error', () => {});
    const path = incoming.url ?? '/';
    const word = WORD.exec(path);
    if (word) {
      const [, kind, run, id = '', at = ''] = word;
      words.push({ kind: kind as Word['kind'], run: Number(run), id, at: decodeURIComponent(at) });
      return void response.writeHead(200, OPEN).end();
    }
    let body: Buffer;
    try {
      body = await readAll(incoming);
    } catch {
      return; // Broken off.
    }
    heard.push(Buffer.from(`${incoming.method} ${path}\n`), body);
    if (path.startsWith('/x/')) {
      brought.push({ path: path.split('?')[0] ?? path, body });
      return void response.writeHead(200, OPEN).end();
    }
    if (path === '/api/reports') {
      const report = parse(body.toString());
      if (report) reports.push(report as SeenReport);
    }
    if (!serveFile(path.split('?')[0] ?? path, response)) await pass(incoming, response, body);
  });

  server.on('upgrade', (incoming: IncomingMessage, client: Duplex, early: Buffer) => {
    const upstream = connect(Number(targetPort), hostname, () => {
      const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
      for (let i = 0; i < incoming.rawHeaders.length; i += 2)
        lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
      const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
      const hear = createClientStream((bytes) => heard.push(bytes));
      hear(head);
      upstream.write(head);
      if (early.length) client.unshift(early);
      client.on('data', hear);
      client.pipe(upstream);
      upstream.on(
        'data',
        createFrameRewriter(
          (text) => vendor.hostility.frame?.(text) ?? text,
          (bytes) => client.write(bytes),
        ),
      );
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const vendor: Vendor = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hostility: { files: new Map() },
    words,
    reports,
    heard: () => Buffer.concat(heard),
    heardAs: (run, id) =>
      Buffer.concat(
        brought.filter(({ path }) => path === `/x/${run}/${id}`).map(({ body }) => body),
      ),
    reset() {
      heard = [];
      brought = [];
      words.length = reports.length = 0;
      vendor.hostility = { files: new Map() };
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return vendor;
}
