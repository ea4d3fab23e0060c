/**
 * Sends events to the one registered endpoint: signed as Stripe signs, one after
 * the other, again with back-off when the answer is not 2xx. Tests may hold, drop,
 * repeat and reorder. Knows nothing of what an event means.
 */
import { createHmac } from 'node:crypto';
import type Stripe from 'stripe';

export interface WebhookEndpoint {
  url: string;
  /** Any string; Stripe's begin with `whsec_`. */
  secret: string;
}

export interface WebhookDelivery {
  eventId: string;
  type: Stripe.Event['type'];
  attempt: number;
  /** HTTP status of the answer, 0 when there was none. */
  status: number;
}

export interface WebhookControl {
  /** Keeps events back until `release`. */
  hold(): void;
  /** Sends what was held, in the order that `arrange` returns; leaving one out loses it. */
  release(arrange?: (held: Stripe.Event[]) => Stripe.Event[]): void;
  held(): readonly Stripe.Event[];
  /** Loses the next events for ever. */
  dropNext(count?: number): void;
  /** Delivers each of the next events once more than needed. */
  repeatNext(count?: number): void;
  /** Delivers an old event again, as the dashboard's "resend" does. */
  resend(eventId: string): void;
  setEndpoint(endpoint: WebhookEndpoint | undefined): void;
  deliveries(): readonly WebhookDelivery[];
  /** Resolves when nothing is on its way and no retry is due. Held events do not count. */
  idle(): Promise<void>;
}

export interface Webhooks {
  control: WebhookControl;
  send(event: Stripe.Event): void;
  close(): void;
}

const ANSWER_TIMEOUT_MS = 10_000;

export function createWebhooks(options: {
  endpoint: WebhookEndpoint | undefined;
  /** One entry for each retry. */
  retryDelaysMs: readonly number[];
  findEvent: (id: string) => Stripe.Event | undefined;
  /** Milliseconds since the epoch, for the signatures. */
  now: () => number;
}): Webhooks {
  let endpoint = options.endpoint;
  let holding = false;
  let held: Stripe.Event[] = [];
  let toDrop = 0;
  let toRepeat = 0;
  let underway = 0;
  let tail: Promise<void> = Promise.resolve();
  const deliveries: WebhookDelivery[] = [];
  const retries = new Set<NodeJS.Timeout>();
  const closing = new AbortController();
  let waiting: (() => void)[] = [];

  function send(event: Stripe.Event): void {
    if (toDrop > 0) {
      toDrop--;
    } else if (holding) {
      held.push(event);
    } else {
      enqueue(event, 1);
      if (toRepeat > 0) {
        toRepeat--;
        enqueue(event, 1);
      }
    }
  }

  function enqueue(event: Stripe.Event, attempt: number): void {
    if (!endpoint || closing.signal.aborted) return;
    underway++;
    tail = tail.then(() => deliver(event, attempt));
  }

  async function deliver(event: Stripe.Event, attempt: number): Promise<void> {
    const status = endpoint
      ? await post(endpoint, event, { at: options.now(), closing: closing.signal })
      : 0;
    deliveries.push({ eventId: event.id, type: event.type, attempt, status });
    const delayMs = options.retryDelaysMs[attempt - 1];
    const retry = (status < 200 || status > 299) && delayMs !== undefined;
    if (retry && !closing.signal.aborted) {
      const timer = setTimeout(() => {
        retries.delete(timer);
        enqueue(event, attempt + 1);
        finish();
      }, delayMs);
      timer.unref();
      retries.add(timer);
    } else {
      finish();
    }
  }

  function finish(): void {
    underway--;
    if (underway > 0) return;
    for (const resolve of waiting.splice(0)) resolve();
  }

  return {
    send,
    close() {
      closing.abort();
      for (const timer of retries) clearTimeout(timer);
      for (const resolve of waiting) resolve();
      waiting = [];
    },
    control: {
      hold() {
        holding = true;
      },
      release(arrange = (events) => events) {
        holding = false;
        const events = arrange([...held]);
        held = [];
        for (const event of events) send(event);
      },
      held: () => [...held],
      dropNext(count = 1) {
        toDrop += count;
      },
      repeatNext(count = 1) {
        toRepeat += count;
      },
      resend(eventId) {
        const event = options.findEvent(eventId);
        if (!event) throw new Error(`The stand-in has no event ${eventId}`);
        enqueue(event, 1);
      },
      setEndpoint(next) {
        endpoint = next;
      },
      deliveries: () => [...deliveries],
      idle() {
        if (underway === 0) return Promise.resolve();
        return new Promise((resolve) => {
          waiting.push(resolve);
        });
      },
    },
  };
}

async function post(
  endpoint: WebhookEndpoint,
  event: Stripe.Event,
  { at, closing }: { at: number; closing: AbortSignal },
): Promise<number> {
  const body = JSON.stringify(event, null, 2);
  try {
    const response = await fetch(endpoint.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json; charset=utf-8',
        'User-Agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
        'Stripe-Signature': sign(body, endpoint.secret, Math.floor(at / 1000)),
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([closing, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}

/** https://docs.stripe.com/webhooks#verify-manually */
export function sign(body: string, secret: string, timestamp: number): string {
  const signature = createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
  return `t=${timestamp},v1=${signature}`;
}
