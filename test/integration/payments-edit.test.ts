/** Changing and calling off what was asked for, while somebody may be paying it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AgentClient } from '../support/clients.ts';
import { type BooksWorld, createBooksWorld } from './books-world.ts';

let world: BooksWorld;
beforeAll(async () => {
  world = await createBooksWorld();
});
beforeEach(() => {
  world.stripe.setAvailability('available');
  world.hearWebhooks(true);
});
afterAll(() => world.close());

const order = { amountMinor: 5900, currency: 'EUR', description: 'Brass lantern, engraved' };
const edit = (paymentId: string, change: object = {}, by: AgentClient = world.agent) =>
  by.socket.emitWithAck('payment:edit', { paymentId, revision: 1, ...order, ...change });
const cancel = (paymentId: string, by: AgentClient = world.agent) =>
  by.socket.emitWithAck('payment:cancel', { paymentId });
const kinds = async (paymentId: string) =>
  (await world.history(paymentId)).lines.map(({ kind }) => kind);

describe('[PAY-7] what is asked for', () => {
  const lineItems = [
    { description: 'Lantern', quantity: 2, unitAmountMinor: 2000 },
    { description: ' Wrapping  paper', quantity: 1, unitAmountMinor: 900 },
  ];

  it('shows line items, expiry and a reference for people, and tells Stripe', async () => {
    const before = Date.now();
    const paymentId = await world.requested({ lineItems, receiptEmail: 'eve@example.com' });
    const state = await world.stateOf(paymentId);
    expect(state.lineItems?.map(({ description }) => description)).toEqual([
      'Lantern',
      'Wrapping paper',
    ]);
    expect(state.reference).toMatch(/^[2-9B-DF-HJ-NP-RTV-Z]{4}-[2-9B-DF-HJ-NP-RTV-Z]{4}$/);
    expect((state.expiresAt ?? 0) - before).toBeGreaterThanOrEqual(86_400_000);
    expect((state.expiresAt ?? 0) - before).toBeLessThan(86_405_000);
    expect(world.stripe.paymentIntent(await world.intentIdOf(paymentId))).toMatchObject({
      receipt_email: 'eve@example.com',
      metadata: { payment_id: paymentId, reference: state.reference, revision: '1' },
    });
    expect((await world.list()).payments[0]?.receiptEmail).toBe('eve@example.com');
  });

  it.each([
    ['lines that do not add up', { lineItems, amountMinor: 4800 }, 'line_items_mismatch'],
    ['no lines in the list', { lineItems: [] }, 'bad_request'],
    ['21 lines', { lineItems: Array(21).fill(lineItems[0]), amountMinor: 84_000 }, 'bad_request'],
    ['a line without words', { lineItems: [{ ...lineItems[0], description: ' ' }] }, 'bad_request'],
    ['half of one', { lineItems: [{ ...lineItems[0], quantity: 0.5 }] }, 'bad_request'],
    ['no e-mail address', { receiptEmail: 'eve at example' }, 'bad_request'],
    ['a card number for an address', { receiptEmail: '4242424242424242@a.example' }, 'bad_request'],
    ['four minutes', { expiresInMs: 240_000 }, 'bad_request'],
    ['31 days', { expiresInMs: 31 * 86_400_000 }, 'bad_request'],
  ])('refuses %s', async (_what, change, code) => {
    expect(await world.request(change)).toMatchObject({ ok: false, error: { code } });
  });
});

describe('[PAY-7] an edit', () => {
  it('voids the old intent first, and makes the next revision', async () => {
    const paymentId = await world.requested();
    const old = await world.intentIdOf(paymentId);
    expect(await edit(paymentId)).toEqual({ ok: true, data: { revision: 2 } });
    expect(world.stripe.paymentIntent(old)).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'duplicate',
    });
    expect(await world.stateOf(paymentId)).toMatchObject({
      ...order,
      revision: 2,
      status: 'created',
    });
    const grant = await world.opened(paymentId);
    expect(grant.revision).toBe(2);
    expect(world.intentOf(grant)).toMatchObject({ amount: 5900, metadata: { revision: '2' } });
    await world.confirm(grant.clientSecret, 'pm_card_visa');
    expect(await world.until(paymentId, 'succeeded')).toMatchObject({ amountMinor: 5900 });
    expect(world.callsWith(`pr:${paymentId}:2`)).toBe(1);
    expect(await kinds(paymentId)).toEqual(expect.arrayContaining(['requested', 'edited']));
  });

  it('leaves whoever has the old sheet open with nothing to pay', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    expect(await edit(paymentId)).toMatchObject({ ok: true });
    expect(await world.confirm(clientSecret, 'pm_card_visa')).toBe(
      'payment_intent_unexpected_state',
    );
    await world.settled();
    expect((await world.stateOf(paymentId)).status).toBe('created');
  });

  it('finds that somebody has paid meanwhile: the old revision is paid, and stays', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    world.hearWebhooks(false);
    await world.confirm(clientSecret, 'pm_card_visa');
    expect(await edit(paymentId)).toMatchObject({ error: { code: 'payment_not_editable' } });
    expect(await world.stateOf(paymentId)).toMatchObject({
      status: 'succeeded',
      revision: 1,
      amountMinor: 4900,
    });
  });

  it.each([
    ['is under way', 'processing'],
    ['is paid', 'succeeded'],
    ['was called off', 'canceled'],
  ])('is refused once it %s', async (_how, status) => {
    const paymentId = await world.requested();
    if (status === 'canceled') await cancel(paymentId);
    else {
      if (status === 'processing') world.stripe.processNext();
      await world.confirm((await world.opened(paymentId)).clientSecret, 'pm_card_visa');
      await world.until(paymentId, status as 'processing');
    }
    expect(await edit(paymentId)).toMatchObject({ error: { code: 'payment_not_editable' } });
  });

  it('of two at once lets one through, and tells the other that it is outdated', async () => {
    const paymentId = await world.requested();
    const answers = await Promise.all([edit(paymentId), edit(paymentId, { amountMinor: 100 })]);
    expect(answers.map((answer) => (answer.ok ? 'ok' : answer.error.code)).sort()).toEqual([
      'ok',
      'revision_outdated',
    ]);
    expect((await world.stateOf(paymentId)).revision).toBe(2);
    expect(world.intentsMadeFor(paymentId)).toBe(2);
  });

  it('is refused as a request would be, and changes nothing', async () => {
    const paymentId = await world.requested();
    expect(await edit(paymentId, { amountMinor: 49 })).toMatchObject({
      error: { code: 'amount_too_small' },
    });
    expect(await edit('pr_AAAAAAAAAAAAAAAAAAAAAA')).toMatchObject({
      error: { code: 'payment_unknown' },
    });
    expect((await world.stateOf(paymentId)).revision).toBe(1);
    expect(world.stripe.paymentIntent(await world.intentIdOf(paymentId)).status).toBe(
      'requires_payment_method',
    );
  });

  it('that Stripe carried out unheard ends in the next revision, by itself', async () => {
    const paymentId = await world.requested();
    const old = await world.intentIdOf(paymentId);
    world.hearWebhooks(false);
    world.stripe.setAvailability('reply-lost');
    expect(await edit(paymentId)).toMatchObject({ error: { code: 'provider_unreachable' } });
    expect(world.stripe.paymentIntent(old).status).toBe('canceled');
    world.stripe.setAvailability('available');
    await world.untilLater(60_000, async () => (await world.stateOf(paymentId)).revision === 2);
    expect(await world.intentIdOf(paymentId)).not.toBe(old);
    expect(await edit(paymentId)).toMatchObject({ error: { code: 'revision_outdated' } });
  });

  it('that never reached Stripe leaves the old revision to be paid', async () => {
    const paymentId = await world.requested();
    world.stripe.setAvailability('unreachable');
    expect(await edit(paymentId)).toMatchObject({ error: { code: 'provider_unreachable' } });
    world.stripe.setAvailability('available');
    const { clientSecret, revision } = await world.opened(paymentId);
    expect(revision).toBe(1);
    await world.confirm(clientSecret, 'pm_card_visa');
    expect(await world.until(paymentId, 'succeeded')).toMatchObject({ revision: 1 });
  });
});

describe('[PAY-7] calling off', () => {
  it('cancels at Stripe, for both sides, once', async () => {
    const paymentId = await world.requested();
    expect(await cancel(paymentId)).toEqual({ ok: true, data: null });
    expect(await cancel(paymentId)).toEqual({ ok: true, data: null });
    await world.settled();
    expect(await world.statuses(paymentId)).toEqual(['created', 'canceled']);
    expect(world.stripe.paymentIntent(await world.intentIdOf(paymentId)).cancellation_reason).toBe(
      'requested_by_customer',
    );
    const line = (await world.history(paymentId)).lines.find(({ kind }) => kind === 'canceled');
    expect(line?.by?.name).toBe('Ada');
    expect((await world.open(paymentId)).body).toMatchObject({
      error: { code: 'payment_not_payable' },
    });
  });

  it('while somebody pays: what Stripe says holds', async () => {
    for (let round = 0; round < 4; round++) {
      const paymentId = await world.requested();
      const { clientSecret } = await world.opened(paymentId);
      const [answer, paying] = await Promise.all([
        cancel(paymentId),
        world.confirm(clientSecret, 'pm_card_visa'),
      ]);
      const status = answer.ok ? 'canceled' : 'succeeded';
      await world.until(paymentId, status);
      expect(paying === 'succeeded').toBe(status === 'succeeded');
      expect(world.stripe.paymentIntent(await world.intentIdOf(paymentId)).status).toBe(status);
    }
  });

  it('of what waits in 3-D Secure ends the challenge', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    await world.confirm(clientSecret, 'pm_card_authenticationRequired');
    expect(await cancel(paymentId)).toMatchObject({ ok: true });
    await world.settled();
    expect((await world.stateOf(paymentId)).status).toBe('canceled');
  });

  it('that Stripe carried out unheard is found out', async () => {
    const paymentId = await world.requested();
    world.hearWebhooks(false);
    world.stripe.setAvailability('reply-lost');
    expect(await cancel(paymentId)).toMatchObject({ error: { code: 'provider_unreachable' } });
    world.stripe.setAvailability('available');
    await world.untilLater(
      60_000,
      async () => (await world.stateOf(paymentId)).status === 'canceled',
    );
  });
});
