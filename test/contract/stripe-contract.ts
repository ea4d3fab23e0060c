/**
 * What this server takes for granted of Stripe, asked through its own gateway and, where a customer or
 * a merchant acts, through the `stripe` package. Run on the stand-in always, and on Stripe itself
 * where a test-mode key is given, so that the stand-in cannot drift away from it unseen.
 */
import { randomBytes } from 'node:crypto';
import Stripe from 'stripe';
import { beforeAll, describe, expect, it } from 'vitest';
import { createGateway, type StripeGateway } from '../../server/payments/gateway.ts';
import type { IntentOrder, IntentRef, ProviderIntent } from '../../server/payments/provider.ts';

export interface StripeSubject {
  secretKey: string;
  /** Stripe's own where none is given. */
  apiBase?: string;
  /** How long what Stripe does by itself may take: disputes, warnings, refunds that settle. */
  patienceMs: number;
}

const newId = (kind: string) => `${kind}_${randomBytes(16).toString('base64url')}`;

function newOrder(change: Partial<IntentOrder> = {}): IntentOrder {
  return {
    paymentId: newId('pr'),
    revision: 1,
    conversationId: newId('cv'),
    siteId: newId('st'),
    amountMinor: 4900,
    currency: 'EUR',
    description: 'Brass lantern',
    reference: 'BH-7K2M-9QX4',
    receiptEmail: null,
    keysSpent: 0,
    askedSince: Date.now(),
    ...change,
  };
}

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'done',
    (error: { code?: string }) => error.code,
  );

export function describeStripe(name: string, open: () => Promise<StripeSubject>): void {
  describe(`[PAY-5] ${name}`, () => {
    let gateway: StripeGateway;
    let stripe: Stripe;
    let timeout = 0;

    beforeAll(async () => {
      const { secretKey, apiBase, patienceMs } = await open();
      gateway = createGateway({ secretKey, webhookSecret: 'whsec_unused', apiBase });
      timeout = patienceMs;
      const at = new URL(apiBase ?? 'https://api.stripe.com');
      const protocol = at.protocol === 'http:' ? 'http' : 'https';
      const port = at.port || (protocol === 'http' ? 80 : 443);
      stripe = new Stripe(secretKey, { host: at.hostname, port, protocol, telemetry: false });
    });

    async function created(change?: Partial<IntentOrder>) {
      const order = newOrder(change);
      const intent = await gateway.createIntent(order);
      const ref: IntentRef = { ...order, intentId: intent.id };
      return { order, intent, ref };
    }
    async function paidBy(payment_method: string, change?: Partial<IntentOrder>) {
      const made = await created(change);
      const error = await stripe.paymentIntents.confirm(made.intent.id, { payment_method }).then(
        () => undefined,
        (thrown: Stripe.errors.StripeError) => thrown,
      );
      return { ...made, error, seen: await gateway.retrieveIntent(made.ref) };
    }
    const refundOrder = (ref: IntentRef, amountMinor: number) => ({
      refundId: newId('rf'),
      paymentId: ref.paymentId,
      intentId: ref.intentId,
      amountMinor,
      reason: 'requested_by_customer' as const,
    });

    it('makes one intent for one key, and finds it by what stands in it', async () => {
      const { order, intent } = await created();
      expect((await gateway.createIntent(order)).id).toBe(intent.id);
      expect((await gateway.findIntent(order))?.id).toBe(intent.id);
      expect(await gateway.findIntent(newOrder())).toBe(null);
      expect(intent).toMatchObject({ amountMinor: 4900, currency: 'EUR', failure: null });
      expect(intent.clientSecret()).toContain(`${intent.id}_secret_`);
      expect(intent.standing).toEqual({ status: 'created' });
      const { automatic_payment_methods, metadata } = await stripe.paymentIntents.retrieve(
        intent.id,
      );
      expect(automatic_payment_methods).toEqual({ enabled: true, allow_redirects: 'never' });
      expect(metadata).toMatchObject({ payment_id: order.paymentId, revision: '1' });
    });

    it('refuses a key with other parameters, an amount too small and a currency unknown', async () => {
      const { order } = await created();
      for (const wrong of [
        { ...order, amountMinor: 5900 },
        newOrder({ amountMinor: 1 }),
        newOrder({ currency: 'XXX' }),
      ]) {
        expect(await codeOf(gateway.createIntent(wrong))).toBe('provider_refused');
      }
    });

    it.each([
      ['pm_card_visa', 'visa', /^4242$/],
      ['pm_card_mastercard', 'mastercard', /^4444$/],
      ['pm_card_amex', 'amex', /^\d{4}$/],
    ])('takes %s, and says brand and last four', async (card, brand, last4) => {
      const { seen } = await paidBy(card);
      expect(seen.standing.status).toBe('succeeded');
      expect(seen.standing.card).toEqual({ brand, last4: expect.stringMatching(last4) });
      expect(Number(seen.standing.paidAt)).toBeGreaterThan(Date.now() - 600_000);
    });

    it.each([
      ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
      ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
      ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
      ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
      ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
      ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
    ])('declines %s, and the same intent can be paid by another', async (card, code, declined) => {
      const { error, seen, ref } = await paidBy(card);
      expect(error).toMatchObject({ type: 'StripeCardError', code });
      if (declined) expect(error?.decline_code).toBe(declined);
      expect(seen.standing.status).toBe('failed');
      expect(seen.standing.reason).toBeTruthy();
      expect(seen.failure).toBeTruthy();
      await stripe.paymentIntents.confirm(ref.intentId, { payment_method: 'pm_card_visa' });
      expect((await gateway.retrieveIntent(ref)).standing.status).toBe('succeeded');
    });

    it('waits where the bank wants to be asked', async () => {
      const { seen } = await paidBy('pm_card_authenticationRequired');
      expect(seen.standing).toEqual({ status: 'open' });
    });

    it('cancels what nobody has paid, with its reason, and nothing else', async () => {
      const { ref } = await created();
      const canceled = await gateway.cancelIntent(ref, 'abandoned');
      expect(canceled.standing).toEqual({ status: 'expired' });
      expect(await codeOf(gateway.cancelIntent(ref, 'abandoned'))).toBe('provider_refused');
      const paid = await paidBy('pm_card_visa');
      expect(await codeOf(gateway.cancelIntent(paid.ref, 'duplicate'))).toBe('provider_refused');
    });

    it('gives back in parts, once a key, and never more than was paid', async () => {
      const { ref } = await paidBy('pm_card_visa');
      const order = refundOrder(ref, 900);
      const first = await gateway.createRefund(order);
      expect(first).toMatchObject({
        refundId: order.refundId,
        amountMinor: 900,
        status: 'succeeded',
      });
      expect((await gateway.createRefund(order)).id).toBe(first.id);
      expect(await codeOf(gateway.createRefund(refundOrder(ref, 4001)))).toBe('provider_refused');
      await stripe.refunds.create({ payment_intent: ref.intentId });
      const refunds = await gateway.listRefunds(ref.intentId);
      expect(refunds.map(({ amountMinor, refundId }) => [amountMinor, refundId]).sort()).toEqual([
        [4000, null],
        [900, order.refundId],
      ]);
      expect((await gateway.retrieveIntent(ref)).refundedMinor).toBe(4900);
    });

    it.each([
      ['pm_card_pendingRefund', 'pending', 'succeeded'],
      ['pm_card_refundFail', 'succeeded', 'failed'],
    ])('says of a refund of %s first that it is %s, then %s', async (card, first, then) => {
      const { ref } = await paidBy(card);
      expect((await gateway.createRefund(refundOrder(ref, 900))).status).toBe(first);
      const statuses = async () =>
        (await gateway.listRefunds(ref.intentId)).map(({ status }) => status);
      await expect.poll(statuses, { timeout, interval: 500 }).toEqual([then]);
    });

    it('disputes what a card is made to dispute', async () => {
      const { ref } = await paidBy('pm_card_createDispute');
      const find = () => gateway.findDispute(ref.intentId);
      await expect.poll(find, { timeout, interval: 500 }).toMatchObject({
        amountMinor: 4900,
        reason: 'fraudulent',
        status: 'needs_response',
      });
      expect((await gateway.retrieveIntent(ref)).disputed).toBe(true);
    });

    it('warns of fraud where a card is made to', async () => {
      const { ref } = await paidBy('pm_card_createIssuerFraudRecord');
      await expect
        .poll(() => gateway.hasFraudWarning(ref.intentId), { timeout, interval: 500 })
        .toBe(true);
    });

    it('keeps an event of what happened, with the intent in it', async () => {
      const { intent } = await paidBy('pm_card_visa');
      const told = async () => {
        const type = 'payment_intent.succeeded';
        const { data } = await stripe.events.list({ type, limit: 100 });
        return data.map((event) => (event.data.object as { id: string }).id);
      };
      await expect.poll(told, { timeout, interval: 500 }).toContain(intent.id);
    });

    it('prints no client secret with what it answers', async () => {
      const { intent } = await created();
      const printed: string = JSON.stringify(intent satisfies ProviderIntent);
      expect(printed).not.toContain('_secret_');
    });
  });
}
