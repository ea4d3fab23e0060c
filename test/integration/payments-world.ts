/**
 * A shop's visitor and an agent in one conversation, on a real server with a real database, and the
 * stand-in for Stripe behind it. Speaks as the loader, Stripe.js and a merchant would.
 */
import { rm } from 'node:fs/promises';
import { vi } from 'vitest';
import { createStripeStandIn, type StripeStandInOptions } from '../../demo-site/stripe/stand-in.ts';
import type { Entry, PaymentEntry, PaymentState, PaymentStatus } from '../../protocol/entries.ts';
import type { Outcome } from '../../protocol/errors.ts';
import type { PaymentOpenGrant, PaymentRefreshed } from '../../protocol/http.ts';
import type { PaymentRequest } from '../../protocol/payments.ts';
import { newId } from '../../server/ids.ts';
import { createGateway } from '../../server/payments/gateway.ts';
import { toIntentOrder } from '../../server/payments/payment-rows.ts';
import { ROUND_MS } from '../../server/payments/reconcile.ts';
import { FIRST_LOOK_MS } from '../../server/payments/schedule.ts';
import { createSite } from '../../server/sites/sites.ts';
import { systemRandom } from '../../server/world.ts';
import {
  type AgentClient,
  agentClient,
  collect,
  granted,
  newClientId,
  postFromShop,
  requestSession,
  say,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { makeDataDir, SHOP_ORIGIN, SITE_KEY, startServer, testClock } from '../support/server.ts';
import { createStripeSide, type Forgery } from './payments-stripe-side.ts';

const WEBHOOK_SECRET = 'whsec_of_this_world';
const webhookUrl = ({ url }: { url: string }) => `${url}/api/stripe/webhook`;

export interface WorldOptions {
  /** Another one than the stand-in knows. */
  secretKey?: string;
  publishableKey?: string | null;
  /** `false`: the server has no key. */
  stripe?: boolean;
  /** Openings and failures per address. */
  triesPerHour?: number;
  /** Of what Stripe does later by itself. */
  timing?: StripeStandInOptions['timing'];
}

export type PaymentWorld = Awaited<ReturnType<typeof createPaymentWorld>>;

export async function createPaymentWorld(options: WorldOptions = {}) {
  const standIn = await createStripeStandIn({ port: 0, timing: options.timing ?? {} });
  const dataDir = await makeDataDir();
  const clock = testClock();
  const logged: string[] = [];
  const secretKey = options.secretKey ?? standIn.secretKey;
  const stripeConfig = { secretKey, webhookSecret: WEBHOOK_SECRET, apiBase: standIn.url };

  // Before the server starts: its reconciler's rounds come when `passTime` says.
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const start = async ({ stripe = options.stripe !== false } = {}) => {
    const started = await startServer({
      dataDir,
      clock,
      stripePublishableKey:
        options.publishableKey === undefined ? standIn.publishableKey : options.publishableKey,
      config: { stripe: stripe ? stripeConfig : null },
      env: { LIMIT_PAYMENT_TRIES_PER_HOUR: String(options.triesPerHour ?? 10_000) },
    });
    standIn.control.webhooks.setEndpoint({ url: webhookUrl(started), secret: WEBHOOK_SECRET });
    return started;
  };
  let server = await start();
  const gateway = createGateway(stripeConfig);
  const side = createStripeSide(standIn, WEBHOOK_SECRET);

  const visitor: VisitorClient = await visitorClient(server.url);
  const heardByVisitor = collect<Entry>(visitor.socket, 'entry:appended');
  const { conversationId } = await say(visitor, 'Is the lantern in stock?');
  const agent: AgentClient = await agentClient(server.url);
  const heardByAgent = collect<Entry>(agent.socket, 'entry:appended');
  const answers: unknown[] = [];
  answers.push(await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }));

  const currentDb = () => server.app.store.db;
  const bodyOf = (change: object = {}): PaymentRequest => ({
    conversationId,
    clientId: newClientId(),
    amountMinor: 4900,
    currency: 'EUR',
    description: 'Brass lantern',
    ...change,
  });

  async function request(change?: object): Promise<Outcome<{ paymentId: string }>> {
    const answer = await agent.socket.emitWithAck('payment:request', bodyOf(change));
    answers.push(answer);
    return answer;
  }
  const requested = async (change?: object) => granted(await request(change)).paymentId;

  async function post<T>(route: string, paymentId: string, change: Record<string, unknown> = {}) {
    const { origin = SHOP_ORIGIN, ...fields } = change;
    const body = { protocol: 1, site: SITE_KEY, token: visitor.token, paymentId, ...fields };
    const url = `${server.url}/api/payments/${route}`;
    const response = await postFromShop(url, body, { origin: String(origin) });
    const { status, headers } = response;
    return { status, headers, body: (await response.json()) as Outcome<T> };
  }
  const open = (paymentId: string, change?: Record<string, unknown>) =>
    post<PaymentOpenGrant>('open', paymentId, change);
  const opened = async (paymentId: string) => granted((await open(paymentId)).body);

  async function entries(): Promise<Entry[]> {
    const { log } = server.app.deps;
    const all: Entry[] = [];
    for (let more = true; more; ) {
      const page = await log.read({ conversationId, after: all.at(-1)?.seq ?? 0 });
      all.push(...page.entries);
      more = page.more;
    }
    return all;
  }
  const isOf = (paymentId: string) => (entry: Entry) =>
    entry.type === 'payment' && entry.payment.paymentId === paymentId;
  const paymentEntries = async (paymentId: string) =>
    (await entries()).filter(isOf(paymentId)) as PaymentEntry[];
  const statuses = async (paymentId: string): Promise<PaymentStatus[]> =>
    (await paymentEntries(paymentId)).map(({ payment }) => payment.status);

  async function until(paymentId: string, status: PaymentStatus): Promise<PaymentState> {
    return vi.waitFor(
      async () => {
        const last = (await paymentEntries(paymentId)).at(-1)?.payment;
        if (last?.status !== status) throw new Error(`${last?.status}, not yet ${status}`);
        return last;
      },
      { timeout: 15_000, interval: 10 },
    );
  }

  const rowOf = (paymentId: string) =>
    server.app.store.db
      .selectFrom('payments')
      .select(['intent_id', 'next_look_at', 'attempts'])
      .where('id', '=', paymentId)
      .executeTakeFirst();
  const intentIdOf = async (paymentId: string) => String((await rowOf(paymentId))?.intent_id);

  return {
    ...side,
    conversationId,
    siteId: server.site.id,
    origin: SHOP_ORIGIN,
    token: visitor.token,
    dataDir,
    agent,
    server: () => server,
    clock,
    gateway,
    newClientId,
    request,
    requested,
    open,
    opened,
    refresh: (paymentId: string, change?: Record<string, unknown>) =>
      post<PaymentRefreshed>('refresh', paymentId, change),
    paymentEntries,
    statuses,
    until,
    intentIdOf,
    nextLookAt: async (paymentId: string) => (await rowOf(paymentId))?.next_look_at,
    logLines: () => logged.concat(server.logged()),
    entryCount: async () => (await entries()).length,
    rowCount: async () => (await currentDb().selectFrom('payments').select('id').execute()).length,

    async paid(card = 'pm_card_visa', change?: object): Promise<string> {
      const paymentId = await requested(change);
      await side.confirm((await opened(paymentId)).clientSecret, card);
      await until(paymentId, 'succeeded');
      return paymentId;
    },
    agentSays: async (text: string, clientId: string) =>
      granted(await agent.socket.emitWithAck('message:send', { conversationId, clientId, text })),

    visitorFacts: (paymentId: string) => heardByVisitor.filter(isOf(paymentId)),
    agentFacts: (paymentId: string) => heardByAgent.filter(isOf(paymentId)),
    everythingReceived: () => [heardByVisitor, heardByAgent, answers],
    secrets: (given: readonly string[]) => [...given, '_secret_', secretKey, WEBHOOK_SECRET],
    eventOutcomes: async (id: string) =>
      (
        await currentDb()
          .selectFrom('provider_events')
          .select('outcome')
          .where('id', '=', id)
          .execute()
      ).map(({ outcome }) => outcome),

    deliver: (event: object | null, forgery?: Forgery) =>
      side.deliver(webhookUrl(server), event, forgery),

    /** Whether what Stripe tells arrives; what is lost stays lost. */
    hearWebhooks(isHeard: boolean) {
      const endpoint = { url: webhookUrl(server), secret: WEBHOOK_SECRET };
      standIn.control.webhooks.setEndpoint(isHeard ? endpoint : undefined);
    },
    attemptsOf: async (paymentId: string) => (await rowOf(paymentId))?.attempts,
    async anotherVisitor() {
      return granted(await requestSession(server.url));
    },
    async anotherSite() {
      const origin = 'https://other.example';
      const settings = {
        name: 'Other',
        allowedOrigins: [origin],
        stripePublishableKey: standIn.publishableKey,
      };
      const maker = { db: currentDb(), random: systemRandom, now: Date.now() };
      const { publicKey: site } = await createSite(maker, settings);
      const grant = granted(await requestSession(server.url, { site }, { origin }));
      return { site, origin, token: grant.token };
    },

    /** What stands in the database when the server was killed right after it wrote the row. */
    async rowOfCrash({ clientId = newClientId(), intentMade = false } = {}): Promise<string> {
      const id = newId(systemRandom, 'pr');
      const now = Date.now();
      const row = {
        id,
        conversation_id: conversationId,
        site_id: server.site.id,
        requested_by: server.agent.id,
        client_id: clientId,
        revision: 1,
        amount_minor: 4900,
        currency: 'EUR',
        description: 'Brass lantern',
        status: 'created' as const,
        reason: null,
        card_brand: null,
        card_last4: null,
        intent_id: null,
        next_look_at: now + FIRST_LOOK_MS,
        line_items: null,
        receipt_email: null,
        expires_at: null,
        approval: null,
        approved_by: null,
        reference: null,
        paid_at: null,
        refunded_minor: 0,
        attempts: 0,
        last_failure: null,
        fraud_warning: 0,
        dispute: null,
        pending_edit: null,
        attention: null,
        keys_spent: 0,
        minted_by: 'server',
        created_at: now,
        updated_at: now,
      };
      await currentDb().insertInto('payments').values(row).execute();
      if (intentMade) await gateway.createIntent(toIntentOrder(row));
      return id;
    },
    /** Lets the reconciler go its round at that time; afterwards it is today again. */
    async passTime(ms: number) {
      clock.advance(ms);
      vi.advanceTimersByTime(ROUND_MS);
      await this.settled();
      clock.advance(-ms);
    },
    /** Long enough for what goes on in the background, as long as Stripe is there. */
    settled: (ms = 150) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
    /** @param changed `stripe`: whether the server has its key this time */
    async restart(changed?: { stripe: boolean }) {
      logged.push(server.logged());
      await server.app.close();
      server = await start(changed);
    },
    async close() {
      visitor.close();
      agent.close();
      await server.close();
      await standIn.close();
      vi.useRealTimers();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
