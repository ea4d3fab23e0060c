/** A payment world with what follows a payment: colleagues with roles, refunds, lists, the export. */
import { vi } from 'vitest';
import type { Availability } from '../../demo-site/stripe/stand-in.ts';
import type { PaymentState, RefundStatus } from '../../protocol/entries.ts';
import type { Outcome } from '../../protocol/errors.ts';
import type { AgentRole } from '../../protocol/http.ts';
import type {
  PaymentSummary,
  PaymentsFilter,
  PaymentsPage,
  PaymentTemplate,
} from '../../protocol/payments.ts';
import type { PaymentHistory } from '../../protocol/sockets.ts';
import { newId } from '../../server/ids.ts';
import type { RefundOrder } from '../../server/payments/provider.ts';
import { ROUND_MS } from '../../server/payments/reconcile.ts';
import { toRefundOrder } from '../../server/payments/refund-rows.ts';
import { createAgent } from '../../server/people/agents.ts';
import { findMerchant, type MintingSettings, setMinting } from '../../server/sites/minting.ts';
import { findSite } from '../../server/sites/sites.ts';
import type { RefundRow } from '../../server/store/schema.ts';
import { systemRandom } from '../../server/world.ts';
import {
  type AgentClient,
  agentClient,
  collect,
  granted,
  newClientId,
} from '../support/clients.ts';
import { createPaymentWorld, type WorldOptions } from './payments-world.ts';

export type BooksWorld = Awaited<ReturnType<typeof createBooksWorld>>;

const PASSWORD_COST = { N: 2 ** 10, r: 8, p: 1 };

export async function createBooksWorld(options: WorldOptions = {}) {
  const world = await createPaymentWorld(options);
  const changes = collect<PaymentSummary>(world.agent.socket, 'payment:changed');
  const colleagues: AgentClient[] = [];
  const db = () => world.server().app.store.db;

  /** @param by who asks; the owner who is signed in from the start if not given */
  const refund = (
    paymentId: string,
    amountMinor: number,
    { by = world.agent, clientId = newClientId() }: { by?: AgentClient; clientId?: string } = {},
  ): Promise<Outcome<{ refundId: string }>> =>
    by.socket.emitWithAck('refund:request', {
      paymentId,
      clientId,
      amountMinor,
      reason: 'requested_by_customer',
    });

  async function stateOf(paymentId: string): Promise<PaymentState> {
    const last = (await world.paymentEntries(paymentId)).at(-1);
    if (!last) throw new Error('nothing was said of that payment');
    return last.payment;
  }

  const rowsOf = (paymentId: string) =>
    world
      .server()
      .app.store.db.selectFrom('refunds')
      .select('id')
      .where('payment_id', '=', paymentId)
      .execute();

  return {
    ...world,
    changes,
    refund,
    refunded: async (paymentId: string, amountMinor: number) =>
      granted(await refund(paymentId, amountMinor)).refundId,
    stateOf,
    untilState: (paymentId: string, wanted: (state: PaymentState) => boolean) =>
      vi.waitFor(
        async () => {
          const state = await stateOf(paymentId);
          if (!wanted(state)) throw new Error(`not yet: ${JSON.stringify(state)}`);
          return state;
        },
        { timeout: 15_000, interval: 10 },
      ),
    refundStatuses: async (paymentId: string): Promise<RefundStatus[]> =>
      ((await stateOf(paymentId)).refunds ?? []).map(({ status }) => status),
    chargeOf: async (paymentId: string): Promise<string> =>
      String(world.stripe.paymentIntent(await world.intentIdOf(paymentId)).latest_charge),

    /** The idempotency keys with which refunds were asked for since the last call. */
    refundKeys: async (paymentId: string): Promise<string[]> => {
      const ours = (await rowsOf(paymentId)).map(({ id }) => `rf:${id}`);
      const keys = world.stripe.requests().map(({ idempotencyKey }) => idempotencyKey ?? '');
      return [...new Set(keys)].filter((key) => ours.includes(key));
    },
    faultRefund: (fault: Availability) => world.stripe.faultNext(fault, /^POST .*refunds$/),
    /** Lets the reconciler go its rounds at that time, until it is so. */
    async untilLater(ms: number, isSo: () => Promise<boolean>) {
      // The agents of this test do not go home meanwhile.
      const at = world.clock.now() + ms;
      await db().updateTable('agent_sessions').set({ created_at: at, used_at: at }).execute();
      world.clock.advance(ms);
      try {
        await vi.waitFor(
          async () => {
            vi.advanceTimersByTime(ROUND_MS);
            if (!(await isSo())) throw new Error('not in time');
          },
          { timeout: 30_000, interval: 60 },
        );
      } finally {
        world.clock.advance(-ms);
      }
    },
    /** What stands in the database when the server was killed right after it wrote the row. */
    async refundOfCrash(paymentId: string, amountMinor: number): Promise<RefundOrder> {
      const now = Date.now();
      const row: RefundRow = {
        id: newId(systemRandom, 'rf'),
        payment_id: paymentId,
        client_id: newClientId(),
        amount_minor: amountMinor,
        reason: 'duplicate',
        status: 'pending',
        requested_by: world.server().agent.id,
        approved_by: null,
        provider_id: null,
        created_at: now,
        updated_at: now,
      };
      await db().insertInto('refunds').values(row).execute();
      await db()
        .updateTable('payments')
        .set({ next_look_at: now })
        .where('id', '=', paymentId)
        .execute();
      return toRefundOrder(row, await world.intentIdOf(paymentId));
    },

    async colleague(role: AgentRole): Promise<AgentClient> {
      const credentials = {
        email: `${role}${colleagues.length}@chat.example`,
        name: `The ${role}`,
        password: 'correct horse battery',
      };
      const maker = { db: db(), random: systemRandom, now: Date.now() };
      await createAgent(maker, { ...credentials, role, passwordCost: PASSWORD_COST });
      const client = await agentClient(world.server().url, credentials);
      colleagues.push(client);
      return client;
    },
    setPolicy: (policy: object | null) =>
      db()
        .updateTable('sites')
        .set({ payment_policy: policy && JSON.stringify(policy) })
        .execute(),

    list: async (
      filter: PaymentsFilter = {},
      page: { before?: { createdAt: number; id: string }; limit?: number } = {},
    ): Promise<PaymentsPage> =>
      granted(await world.agent.socket.emitWithAck('payments:list', { filter, ...page })),
    history: async (paymentId: string): Promise<PaymentHistory> =>
      granted(await world.agent.socket.emitWithAck('payment:history', { paymentId })),
    saveTemplate: (
      template: PaymentTemplate,
      templateId: string | null = null,
      by: AgentClient = world.agent,
    ) => by.socket.emitWithAck('template:save', { templateId, template }),

    /** As the console's link fetches it. */
    async csv(query = '', headers: Record<string, string> = {}) {
      const response = await fetch(`${world.server().url}/api/agent/payments.csv${query}`, {
        headers: { cookie: world.agent.cookie, 'sec-fetch-site': 'same-origin', ...headers },
      });
      const bytes = Buffer.from(await response.arrayBuffer());
      // As whoever reads the file does, `TextDecoder` leaves the byte order mark out.
      return {
        status: response.status,
        headers: response.headers,
        bytes,
        text: new TextDecoder().decode(bytes),
      };
    },
    async close() {
      for (const client of colleagues) client.close();
      await world.close();
    },
  };
}

/** @returns the secret shared with the merchant's backend; empty where none mints */
export async function mintBy(world: BooksWorld, settings: MintingSettings): Promise<string> {
  const { db } = world.server().app.store;
  const site = await findSite(db, world.siteId);
  if (!site) throw new Error('no site');
  await setMinting({ db, random: systemRandom }, site, settings);
  return (await findMerchant(db, world.siteId))?.secret ?? '';
}
