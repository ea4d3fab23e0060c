/**
 * Answers `/metrics` on a port of its own, so that no rule of a proxy decides who may read it. Where
 * others than this machine can reach it, it wants a bearer token.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { MetricsConfig } from '../load-config.ts';
import type { Logger } from '../world.ts';
import type { MetricsPage } from './metrics-page.ts';

export interface MetricsServer {
  /** Of this machine, for the log. */
  url: string;
  close(): Promise<void>;
}

const MAX_CONNECTIONS = 20;
const REQUEST_TIMEOUT_MS = 10_000;

export async function serveMetrics(
  { port, host, token }: MetricsConfig,
  page: MetricsPage,
  logger: Pick<Logger, 'error'>,
): Promise<MetricsServer> {
  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method !== 'GET' || request.url?.split('?')[0] !== '/metrics') {
      response.writeHead(404).end();
    } else if (token !== null && !isToken(token, request.headers.authorization)) {
      response.writeHead(401, { 'www-authenticate': 'Bearer' }).end();
    } else {
      const text = await page.read();
      response.writeHead(200, { 'content-type': page.contentType, 'cache-control': 'no-store' });
      response.end(text);
    }
  }

  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS }, (request, response) => {
    answer(request, response).catch((err: unknown) => {
      logger.error({ err }, 'metrics could not be read');
      response.writeHead(500).end();
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const digest = (text: string) => createHash('sha256').update(text).digest();

const isToken = (token: string, header: string | undefined): boolean =>
  timingSafeEqual(digest(`Bearer ${token}`), digest(header ?? ''));
