/**
 * The demo shop: a small merchant's site that embeds Bulkhead by its public tag and nothing else.
 * Wiring only; the pages are in `pages/`, the routes in `routes.ts`.
 */

import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import Fastify, { type FastifyInstance } from 'fastify';
import { readBrowserScript } from './browser-script.ts';
import type { DrillOptions } from './drill-routes.ts';
import type { EmbedOptions } from './embed.ts';
import { addPaymentBackend, type PaymentBackendOptions } from './payment-backend.ts';
import { addRoutes } from './routes.ts';

export type ShopOptions = EmbedOptions & {
  /** 0, the default, picks a free one. */
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  /** Given: this shop mints the payments of its chat by itself. */
  readonly paymentBackend?: PaymentBackendOptions | undefined;
  /** Given: this shop has the page on which a visitor may break in. */
  readonly drill?: DrillOptions | undefined;
};

export type Shop = {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
};

const BODY_LIMIT_BYTES = 16 * 1024;

/** Starts the shop. Rejects when the port is taken. */
export async function createShop(options: ShopOptions): Promise<Shop> {
  const { port = 0, host = '127.0.0.1' } = options;
  const app = await buildShop(options);
  await app.listen({ port, host });
  const address = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    port: address.port,
    close: () => app.close(),
  };
}

/** The shop without a socket, for tests that inject requests. */
export async function buildShop({
  paymentBackend,
  drill,
  ...embed
}: EmbedOptions & Pick<ShopOptions, 'paymentBackend' | 'drill'>): Promise<FastifyInstance> {
  // `forceCloseConnections`: a browser's idle keep-alive connections must not hold up `close()`.
  const app = Fastify({ bodyLimit: BODY_LIMIT_BYTES, forceCloseConnections: true });
  await app.register(fastifyStatic, {
    root: fileURLToPath(new URL('./public', import.meta.url)),
    prefix: '/assets/',
    index: false,
  });
  if (paymentBackend) await app.register(addPaymentBackend, paymentBackend);
  await app.register(addRoutes, {
    embed,
    browserScript: await readBrowserScript('shop'),
    ...(drill && { drill: { ...drill, browserScript: await readBrowserScript('drill') } }),
  });
  return app;
}
