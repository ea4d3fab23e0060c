/** [PAY-6] on the server: an intent that is over another sum than the request. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newClientId } from '../support/clients.ts';
import { type BooksWorld, createBooksWorld } from './books-world.ts';

let world: BooksWorld;
beforeAll(async () => {
  world = await createBooksWorld({ timing: { refundSettlesMs: 60_000_000 } });
});
afterAll(() => world.close());

const refusedWith = (code: string) => ({ ok: false, error: { code } });
const REFUSED = { status: 502, body: { ok: false, error: { code: 'provider_refused' } } };

const change = (paymentId: string, amount: number) =>
  world.asMerchant(async (stripe) =>
    stripe.paymentIntents.update(await world.intentIdOf(paymentId), { amount }),
  );
const errorsOf = (paymentId: string) =>
  world
    .server()
    .app.store.db.selectFrom('payment_history')
    .select('detail')
    .where('payment_id', '=', paymentId)
    .where('kind', '=', 'provider_error')
    .execute();

describe('[PAY-6] an intent over another sum than was asked for', () => {
  it('gives no secret, is logged as an error, and stands in the history once', async () => {
    const paymentId = await world.requested();
    await change(paymentId, 499_900);
    expect(await world.open(paymentId)).toMatchObject(REFUSED);
    expect(await world.open(paymentId)).toMatchObject(REFUSED);
    expect(await world.statuses(paymentId)).toEqual(['created']);
    expect(await errorsOf(paymentId)).toEqual([
      { detail: 'provider_refused: the intent is over 499900 EUR' },
    ]);
    expect(world.logLines().join('')).toMatch(/"level":50[^\n]*another sum/);

    await change(paymentId, 4900);
    await world.opened(paymentId);
  });

  it('is never told as paid', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    await change(paymentId, 100);
    expect(await world.confirm(clientSecret, 'pm_card_visa')).toBe('succeeded');
    expect(await world.refresh(paymentId)).toMatchObject({ body: { data: { status: 'open' } } });
    await world.settled();
    expect(await world.statuses(paymentId)).toEqual(['created', 'open']);
    expect((await errorsOf(paymentId)).at(0)?.detail).toContain('the intent charged 100 EUR');
  });

  it('can still be called off', async () => {
    const paymentId = await world.requested();
    await change(paymentId, 100);
    const answer = await world.agent.socket.emitWithAck('payment:cancel', { paymentId });
    expect(answer).toEqual({ ok: true, data: null });
    expect(await world.statuses(paymentId)).toEqual(['created', 'canceled']);
  });
});

describe('[PAY-12] an agent who has to see to another sum', () => {
  const attentionOf = async (paymentId: string) =>
    (await world.history(paymentId)).summary.attention;
  const giveBack = (paymentId: string, { by = world.agent, clientId = newClientId() } = {}) =>
    by.socket.emitWithAck('payment:return', { paymentId, clientId });
  async function refundsAtStripe(paymentId: string) {
    const intentId = await world.intentIdOf(paymentId);
    return world.stripe.all('refund').filter(({ payment_intent }) => payment_intent === intentId);
  }
  async function chargedOtherwise(card: string, amount = 100): Promise<string> {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    await change(paymentId, amount);
    await world.confirm(clientSecret, card);
    await expect.poll(() => attentionOf(paymentId)).toMatchObject({ charged: true });
    return paymentId;
  }

  it('is shown it before anything is charged, until the sum is right again', async () => {
    const paymentId = await world.requested();
    await change(paymentId, 499_900);
    await world.refresh(paymentId);
    const differs = { code: 'amount_differs', amountMinor: 499_900, currency: 'EUR' };
    expect(await attentionOf(paymentId)).toMatchObject({ ...differs, charged: false });
    await expect.poll(() => world.changes.at(-1)?.attention).toMatchObject(differs);
    const { payments } = await world.list({ attention: true });
    expect(payments.map(({ payment }) => payment.paymentId)).toContain(paymentId);
    expect(await giveBack(paymentId)).toMatchObject(refusedWith('payment_not_refundable'));
    await change(paymentId, 4900);
    await world.untilLater(180_000, async () => (await attentionOf(paymentId)) === undefined);
  });

  it('gives back what was charged, once, and the request ends', async () => {
    const paymentId = await chargedOtherwise('pm_card_visa');
    const cancel = await world.agent.socket.emitWithAck('payment:cancel', { paymentId });
    expect(cancel).toMatchObject(refusedWith('payment_not_editable'));
    const clientId = newClientId();
    const answers = await Promise.all([1, 2].map(() => giveBack(paymentId, { clientId })));
    expect(answers[0]).toMatchObject({ ok: true });
    expect(answers[1]).toEqual(answers[0]);
    expect(await giveBack(paymentId)).toMatchObject(refusedWith('payment_not_refundable'));
    expect(await refundsAtStripe(paymentId)).toMatchObject([{ amount: 100, status: 'succeeded' }]);
    const state = await world.until(paymentId, 'canceled');
    expect(state.reason).toContain('given back in full');
    expect(state).not.toHaveProperty('refunds');
    expect(await attentionOf(paymentId)).toBe(undefined);
    expect(await world.statuses(paymentId)).toEqual(['created', 'open', 'canceled']);
    const { updatedAt } = (await world.history(paymentId)).summary;
    const asked = world.stripe.requests().length;
    await world.passTime(10 * 60_000);
    expect(world.stripe.requests().length).toBeGreaterThan(asked);
    expect((await world.history(paymentId)).summary.updatedAt).toBe(updatedAt);
    expect((await world.history(paymentId)).lines).toContainEqual(
      expect.objectContaining({ kind: 'refund_requested', by: expect.anything() }),
    );
  });

  it('is not told that it ended while the refund may fail, and may try again', async () => {
    const paymentId = await chargedOtherwise('pm_card_pendingRefund', 9900);
    await giveBack(paymentId);
    expect(await attentionOf(paymentId)).toMatchObject({ returnedMinor: 9900 });
    expect((await world.stateOf(paymentId)).status).toBe('open');
    for (const { id } of await refundsAtStripe(paymentId)) world.stripe.settleRefund(id, 'failed');
    await expect.poll(() => attentionOf(paymentId)).toMatchObject({ returnedMinor: 0 });
    await giveBack(paymentId);
    for (const { id, status } of await refundsAtStripe(paymentId)) {
      if (status === 'pending') world.stripe.settleRefund(id, 'succeeded');
    }
    await world.until(paymentId, 'canceled');
  });

  it('is told when a refund fails after the request has ended', async () => {
    const paymentId = await chargedOtherwise('pm_card_refundFail');
    await giveBack(paymentId);
    await world.until(paymentId, 'canceled');
    world.hearWebhooks(false);
    for (const { id } of await refundsAtStripe(paymentId)) world.stripe.settleRefund(id, 'failed');
    await world.untilLater(180_000, async () => (await attentionOf(paymentId)) !== undefined);
    expect(await attentionOf(paymentId)).toMatchObject({ charged: true, returnedMinor: 0 });
    world.hearWebhooks(true);
  });

  it('has to be an owner or admin', async () => {
    const paymentId = await chargedOtherwise('pm_card_visa');
    const by = await world.colleague('agent');
    expect(await giveBack(paymentId, { by })).toMatchObject(refusedWith('forbidden'));
    expect(await refundsAtStripe(paymentId)).toEqual([]);
    expect(await giveBack(paymentId, { by: await world.colleague('admin') })).toMatchObject({
      ok: true,
    });
    const nobodys = 'pr_AAAAAAAAAAAAAAAAAAAAAA';
    expect(await giveBack(nobodys)).toMatchObject(refusedWith('payment_unknown'));
    const paid = await world.paid();
    expect(await giveBack(paid)).toMatchObject(refusedWith('payment_not_refundable'));
  });
});

describe('[PAY-4] an intent', () => {
  it('is made so that no way of paying leads to another page', async () => {
    const paymentId = await world.requested();
    const { automatic_payment_methods: methods } = world.intentOf(await world.opened(paymentId));
    expect(methods).toEqual({ enabled: true, allow_redirects: 'never' });
  });

  it('comes with the line items of its request, and without where it has none', async () => {
    const lineItems = [
      { description: 'Brass lantern', quantity: 2, unitAmountMinor: 1950 },
      { description: 'Wick', quantity: 1, unitAmountMinor: 1000 },
    ];
    expect(await world.opened(await world.requested({ lineItems }))).toMatchObject({ lineItems });
    expect(await world.opened(await world.requested())).not.toHaveProperty('lineItems');
  });
});
