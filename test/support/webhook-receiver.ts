/** A merchant's own server that takes webhooks, and can be told to fail. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedHook {
  headers: NodeJS.Dict<string | string[]>;
  raw: string;
}

export interface WebhookReceiver {
  url: string;
  hooks: ReceivedHook[];
  /** What the next ones are answered with, in order; 200 after that. */
  answers: number[];
  close(): Promise<void>;
}

export async function startWebhookReceiver(): Promise<WebhookReceiver> {
  const hooks: ReceivedHook[] = [];
  const answers: number[] = [];
  const server = createServer(async (request, response) => {
    let raw = '';
    for await (const chunk of request) raw += String(chunk);
    hooks.push({ headers: request.headers, raw });
    const status = answers.shift() ?? 200;
    const elsewhere = status === 302 ? { location: 'http://127.0.0.1:1/' } : {};
    response.writeHead(status, elsewhere).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    hooks,
    answers,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
