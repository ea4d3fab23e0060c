/**
 * A stand-in for Stripe on one port: the API that the `stripe` package talks to,
 * Stripe.js with its frames, 3-D Secure, test cards and signed webhooks. For the demo
 * and for tests; production code does not know that it exists.
 */
import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { registerApi } from './api.ts';
import { type Context, createEvent, type Timing } from './context.ts';
import { createControl, type StandInControl } from './control.ts';
import { createObjectStore } from './object-store.ts';
import { registerPages } from './pages.ts';
import { createWebhooks, type WebhookEndpoint } from './webhooks.ts';

export type { Availability, RecordedRequest } from './api.ts';
export type { StandInControl } from './control.ts';
export type { WebhookControl, WebhookDelivery, WebhookEndpoint } from './webhooks.ts';

export interface StripeStandInOptions {
  /** 0 picks a free one; 4002 by default. */
  port?: number;
  host?: string;
  secretKey?: string;
  publishableKey?: string;
  webhooks?: WebhookEndpoint;
  /** One entry for each retry of a webhook. */
  webhookRetryDelaysMs?: readonly number[];
  timing?: Partial<Timing>;
  /** What the signatures of webhooks and the objects say, for servers whose clock a test has moved. */
  now?: () => number;
  /** One line per API call, without anything that a caller sent. */
  log?: (line: string) => void;
}

export interface StripeStandIn {
  url: string;
  host: string;
  port: number;
  secretKey: string;
  publishableKey: string;
  control: StandInControl;
  close(): Promise<void>;
}

const DEFAULT_PORT = 4002;
const DEFAULT_RETRY_DELAYS_MS = [200, 500, 1_000, 2_000, 5_000, 10_000];
const DEFAULT_TIMING: Timing = {
  refundSettlesMs: 1_000,
  disputeAfterMs: 1_000,
  browserLatencyMs: 0,
};

export async function createStripeStandIn(
  options: StripeStandInOptions = {},
): Promise<StripeStandIn> {
  const keys = {
    secretKey: options.secretKey ?? 'sk_test_standin',
    publishableKey: options.publishableKey ?? 'pk_test_standin',
  };
  const store = createObjectStore(options.now);
  const timers = new Set<NodeJS.Timeout>();
  const webhooks = createWebhooks({
    endpoint: options.webhooks,
    now: options.now ?? Date.now,
    retryDelaysMs: options.webhookRetryDelaysMs ?? DEFAULT_RETRY_DELAYS_MS,
    findEvent: (id) => {
      const found = store.any(id);
      return found?.object === 'event' ? found : undefined;
    },
  });
  const context: Context = {
    store,
    timing: { ...DEFAULT_TIMING, ...options.timing },
    outcomes: new Map(),
    receivedNumbers: [],
    processing: { next: 0 },
    events: () => store.everything('event'),
    emit(account, type, object) {
      webhooks.send(store.put(account, createEvent(account, type, object)));
    },
    later(delayMs, action) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        action();
      }, delayMs);
      timer.unref();
      timers.add(timer);
    },
  };
  const { control, availability, idempotency, record } = createControl(context, webhooks.control);

  const app = Fastify({ forceCloseConnections: true });
  registerApi(app, {
    context,
    keys,
    availability,
    idempotency,
    record(request) {
      record(request);
      options.log?.(`stripe ${request.method} ${request.path} ${request.status}`);
    },
  });
  await registerPages(app);

  const host = options.host ?? '127.0.0.1';
  await app.listen({ port: options.port ?? DEFAULT_PORT, host });
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    host,
    port,
    ...keys,
    control,
    async close() {
      for (const timer of timers) clearTimeout(timer);
      webhooks.close();
      await app.close();
    },
  };
}
