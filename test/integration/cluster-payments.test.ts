/** Payments of one installation with several processes: each step is done once, wherever it is asked for. */
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createStripeStandIn, type StripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import type { Entry } from '../../protocol/entries.ts';
import type { Outcome } from '../../protocol/errors.ts';
import type { PaymentOpenGrant, PaymentRefreshed } from '../../protocol/http.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import { ROUND_MS } from '../../server/payments/reconcile.ts';
import { createPostgresLocks } from '../../server/shared/postgres-locks.ts';
import { createTurns } from '../../server/shared/turns.ts';
import { collect, granted, newClientId, postFromShop, visitorClient } from '../support/clients.ts';
import {
  agentAt,
  findWhyNoCluster,
  type Member,
  PATIENCE,
  type Pair,
  startPair,
  UNHURRIED,
} from '../support/cluster.ts';
import { SITE_KEY } from '../support/server.ts';
import { createStripeSide } from './payments-stripe-side.ts';

const WEBHOOK_SECRET = 'whsec_of_this_cluster';
vi.setConfig(UNHURRIED);
const whyNot = await findWhyNoCluster();

describe.skipIf(whyNot)(`payments at two processes${whyNot ? ` (${whyNot})` : ''}`, () => {
  let standIn: StripeStandIn;
  let side: ReturnType<typeof createStripeSide>;
  let cluster: Pair;
  let a: Member;
  let b: Member;
  beforeAll(async () => {
    standIn = await createStripeStandIn({ port: 0 });
    side = createStripeSide(standIn, WEBHOOK_SECRET);
    cluster = await startPair({
      stripePublishableKey: standIn.publishableKey,
      env: {
        STRIPE_SECRET_KEY: standIn.secretKey,
        STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
        STRIPE_API_BASE: standIn.url,
      },
    });
    ({ a, b } = cluster);
    standIn.control.webhooks.setEndpoint({
      url: `${b.url}/api/stripe/webhook`,
      secret: WEBHOOK_SECRET,
    });
  });
  afterAll(async () => {
    await cluster.close();
    await standIn.close();
  });

  async function post<T>(member: Member, route: string, token: string, paymentId: string) {
    const body = { protocol: 1, site: SITE_KEY, token, paymentId };
    const response = await postFromShop(`${member.url}/api/payments/${route}`, body);
    return granted((await response.json()) as Outcome<T>);
  }

  /** A visitor at A, an agent at B who has asked for a payment there. */
  async function requested() {
    const visitor = await visitorClient(a.url);
    const first = { conversationId: null, clientId: newClientId(), text: 'I will take it' };
    const { conversationId } = granted(await visitor.socket.emitWithAck('message:send', first));
    const agent = await agentAt(b);
    granted(await agent.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }));
    const [seenByVisitor, seenByAgent] = [visitor.socket, agent.socket].map((socket) =>
      collect<Entry>(socket, 'entry:appended'),
    ) as [Entry[], Entry[]];
    const { paymentId } = granted(
      await agent.socket.emitWithAck('payment:request', {
        conversationId,
        clientId: newClientId(),
        amountMinor: 4900,
        currency: 'EUR',
        description: 'Brass lantern',
      }),
    );
    return {
      visitor,
      agent,
      conversationId,
      paymentId,
      seenByVisitor,
      seenByAgent,
      close() {
        visitor.close();
        agent.socket.close();
      },
    };
  }
  const statusesIn = (entries: readonly Entry[]) =>
    entries.flatMap((entry) => (entry.type === 'payment' ? [entry.payment.status] : []));

  it('[PAY-5] one opened at A, whose webhook arrives at B while A refreshes, is paid once', async () => {
    const asked = await requested();
    const { visitor, paymentId, seenByVisitor, seenByAgent } = asked;
    const listed = await agentAt(a, asked.agent.cookie);
    const summaries = collect<PaymentSummary>(listed.socket, 'payment:changed');
    const { clientSecret } = await post<PaymentOpenGrant>(a, 'open', visitor.token, paymentId);
    expect(await side.confirm(clientSecret, 'pm_card_visa')).toBe('succeeded');
    const refreshed = await Promise.all(
      [a, b, a, b, a].map((member) =>
        post<PaymentRefreshed>(member, 'refresh', visitor.token, paymentId),
      ),
    );
    expect(new Set(refreshed.map(({ status }) => status))).toEqual(new Set(['succeeded']));
    await vi.waitFor(() => {
      for (const seen of [seenByVisitor, seenByAgent]) {
        expect(statusesIn(seen)).toEqual(['created', 'open', 'succeeded']);
      }
      expect(summaries.at(-1)).toMatchObject({ payment: { paymentId, status: 'succeeded' } });
    }, PATIENCE);
    // The webhook too has been heard by now, and has changed nothing.
    await vi.waitFor(async () => {
      const events = await cluster.store.db
        .selectFrom('provider_events')
        .select('outcome')
        .where('payment_id', '=', paymentId)
        .execute();
      expect(events.length).toBeGreaterThan(0);
    }, PATIENCE);
    const history = granted(await asked.agent.socket.emitWithAck('payment:history', { paymentId }));
    expect(statusesIn(seenByAgent)).toEqual(['created', 'open', 'succeeded']);
    expect(history.summary.payment.status).toBe('succeeded');
    const made = standIn.control
      .requests()
      .filter(({ method, path }) => method === 'POST' && path === '/v1/payment_intents');
    expect(made).toHaveLength(1);
    listed.socket.close();
    asked.close();
  });

  it('[PAY-7] an edit at B and openings at A take turns', async () => {
    const asked = await requested();
    const { visitor, agent, paymentId } = asked;
    const outcomes = await Promise.allSettled([
      post<PaymentOpenGrant>(a, 'open', visitor.token, paymentId),
      agent.socket.emitWithAck('payment:edit', {
        paymentId,
        revision: 1,
        amountMinor: 5900,
        currency: 'EUR',
        description: 'Brass lantern, gift-wrapped',
      }),
      post<PaymentOpenGrant>(b, 'open', visitor.token, paymentId),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('fulfilled'));
    const { clientSecret, revision } = await post<PaymentOpenGrant>(
      a,
      'open',
      visitor.token,
      paymentId,
    );
    expect(revision).toBe(2);
    expect(await side.confirm(clientSecret, 'pm_card_visa')).toBe('succeeded');
    const row = await vi.waitFor(async () => {
      const found = await cluster.store.db
        .selectFrom('payments')
        .select(['status', 'amount_minor'])
        .where('id', '=', paymentId)
        .executeTakeFirstOrThrow();
      expect(found.status).toBe('succeeded');
      return found;
    }, PATIENCE);
    expect(row.amount_minor).toBe(5900);
    asked.close();
  });

  it('what is due is looked at by one process, and by the other once that one is dead', async () => {
    const asked = await requested();
    const { paymentId } = asked;
    const third = await cluster.join();
    const row = await cluster.store.db
      .selectFrom('payments')
      .select('intent_id')
      .where('id', '=', paymentId)
      .executeTakeFirstOrThrow();
    const path = `/v1/payment_intents/${row.intent_id}`;
    const looks = () =>
      standIn.control.requests().filter((one) => one.method === 'GET' && one.path === path).length;
    const turns = createTurns(
      createPostgresLocks({ url: cluster.databaseUrl, logger: pino({ level: 'silent' }) }),
    );
    const dueNow = async () => {
      const before = looks();
      // Nobody can end a look while a round of everybody passes, and so find it not due any more.
      await turns.take(paymentId, async () => {
        await cluster.store.db
          .updateTable('payments')
          .set({ next_look_at: Date.now() })
          .where('id', '=', paymentId)
          .execute();
        await new Promise((done) => setTimeout(done, ROUND_MS + 2000));
        expect(looks()).toBe(before);
      });
      await vi.waitFor(() => expect(looks()).toBe(before + 1), PATIENCE);
      await new Promise((done) => setTimeout(done, 2000));
      expect(looks()).toBe(before + 1);
    };
    await dueNow();
    await asked.close();
    await a.kill();
    await b.kill();
    await dueNow();
    await third.kill();
    await turns.close();
  });
});
