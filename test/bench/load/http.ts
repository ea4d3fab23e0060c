/** One request, on a connection of its own that ends with it, as behind a proxy. */
import { connect } from 'node:net';
import type { Address } from './websocket.ts';

export interface HttpAnswer {
  status: number;
  body: string;
  cookies: string[];
}

export function post(
  { host, port }: Address,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Promise<HttpAnswer> {
  const text = JSON.stringify(body);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    const chunks: Buffer[] = [];
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: close\r\n` +
        `Content-Length: ${Buffer.byteLength(text)}\r\n${lines.join('')}\r\n${text}`,
    );
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.once('error', reject);
    socket.once('end', () => {
      const answer = Buffer.concat(chunks).toString();
      const end = answer.indexOf('\r\n\r\n');
      if (end < 0) return reject(new Error('no answer'));
      const head = answer.slice(0, end);
      resolve({
        status: Number(head.slice(9, 12)),
        body: answer.slice(end + 4),
        cookies: [...head.matchAll(/^set-cookie: ([^;\r\n]+)/gim)].map(([, pair = '']) => pair),
      });
    });
  });
}
