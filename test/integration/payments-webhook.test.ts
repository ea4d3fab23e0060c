/** Webhooks: forged, stale, repeated, reordered, lost, and come while Stripe cannot be asked. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPaymentWorld, type PaymentWorld } from './payments-world.ts';

let world: PaymentWorld;
beforeAll(async () => {
  world = await createPaymentWorld();
});
beforeEach(() => world.stripe.setAvailability('available'));
afterAll(() => world.close());

/** The Stripe client tries twice, with a pause of half a second or more. */
const SECOND_TRY_MS = 1200;

const refused = {
  status: 400,
  body: { ok: false, error: { code: 'signature_invalid', message: expect.any(String) } },
};

/** A payment that is paid at Stripe, of which the server has heard nothing yet. */
async function paidUnheard() {
  const paymentId = await world.requested();
  const { clientSecret } = await world.opened(paymentId);
  world.stripe.webhooks.hold();
  await world.confirm(clientSecret, 'pm_card_visa');
  return { paymentId, intentId: await world.intentIdOf(paymentId) };
}

const succeeded = (intentId: string, id: string) => ({
  id,
  object: 'event',
  type: 'payment_intent.succeeded',
  livemode: false,
  data: { object: { id: intentId, payment_intent: intentId, status: 'succeeded' } },
});

describe('[PAY-5] a webhook is believed by its signature alone', () => {
  it.each([
    ['another secret', { secret: 'whsec_of_somebody_else' }],
    ['an age of six minutes', { ageMs: 360_000 }],
    ['another body', { altered: true }],
    ['no signature', { signature: null }],
    ['nonsense', { signature: 't=now,v1=yes' }],
  ])('refuses %s', async (_what, how) => {
    const { paymentId, intentId } = await paidUnheard();
    const event = succeeded(intentId, `evt_forged_${world.newClientId()}`);
    expect(await world.deliver(event, how)).toMatchObject(refused);
    expect(await world.statuses(paymentId)).toEqual(['created', 'open']);
    world.stripe.webhooks.release();
    await world.until(paymentId, 'succeeded');
  });

  it('refuses one without a body, and one that is too large', async () => {
    expect((await world.deliver(null)).status).toBe(400);
    const large = { ...succeeded('pi_1', 'evt_large'), padding: 'x'.repeat(300_000) };
    expect((await world.deliver(large)).status).toBe(400);
  });

  it('does not believe what it says: the intent is fetched', async () => {
    const paymentId = await world.requested();
    await world.opened(paymentId);
    const lie = succeeded(await world.intentIdOf(paymentId), 'evt_lie');
    expect(await world.deliver(lie)).toMatchObject({ status: 200, body: { ok: true } });
    await world.settled();
    expect(await world.statuses(paymentId)).toEqual(['created', 'open']);
  });
});

it('knows how long it took from the event to its effect', async () => {
  const { webhookLag } = world.server().app.deps.meters;
  const seen = () => webhookLag.counts.reduce((sum, count) => sum + count, 0);
  const before = seen();
  const sumBefore = webhookLag.sum;
  const paymentId = await world.requested();
  const { clientSecret } = await world.opened(paymentId);
  world.stripe.webhooks.hold();
  await world.confirm(clientSecret, 'pm_card_visa');
  const intentId = await world.intentIdOf(paymentId);
  const created = Math.floor(Date.now() / 1000) - 90;
  await world.deliver({ ...succeeded(intentId, `evt_late_${world.newClientId()}`), created });
  await world.until(paymentId, 'succeeded');
  await world.settled();
  expect(seen()).toBeGreaterThan(before);
  expect(webhookLag.sum - sumBefore).toBeGreaterThanOrEqual(90);
  world.stripe.webhooks.release();
});

describe('[PAY-5] each event once, in any order', () => {
  it('makes one entry of an event that comes twice, and at the same time', async () => {
    const { paymentId, intentId } = await paidUnheard();
    const event = succeeded(intentId, 'evt_twice');
    const answers = await Promise.all([1, 2, 3, 4].map(() => world.deliver(event)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    world.stripe.webhooks.release((held) => [...held, ...held]);
    await world.until(paymentId, 'succeeded');
    await world.stripe.webhooks.idle();
    await world.settled();
    expect(await world.statuses(paymentId)).toEqual(['created', 'open', 'succeeded']);
    expect(await world.eventOutcomes('evt_twice')).toEqual(['accepted']);
  });

  it('ends the same when they come in the wrong order', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    world.stripe.webhooks.hold();
    await world.confirm(clientSecret, 'pm_card_visa_chargeDeclined');
    world.stripe.processNext();
    await world.confirm(clientSecret, 'pm_card_visa');
    world.stripe.finishProcessing(await world.intentIdOf(paymentId), 'succeeded');
    world.stripe.webhooks.release((held) => held.toReversed());
    await world.until(paymentId, 'succeeded');
    await world.stripe.webhooks.idle();
    await world.settled();
    expect(await world.statuses(paymentId)).toEqual(['created', 'open', 'succeeded']);
  });

  it.each([
    ['an intent that is not ours', 'unknown_intent', {}],
    ['the other mode', 'other_mode', { livemode: true }],
    ['another account', 'other_account', { account: 'acct_1' }],
    ['a type that says nothing new', 'other_type', { type: 'payment_intent.created' }],
  ])('records and ignores %s', async (_what, outcome, change) => {
    const asked = world.stripe.requests().length;
    const event = { ...succeeded('pi_of_somebody', `evt_${outcome}`), ...change };
    expect(await world.deliver(event)).toMatchObject({ status: 200 });
    await world.settled();
    expect(world.stripe.requests()).toHaveLength(asked);
    expect(await world.eventOutcomes(event.id)).toEqual([outcome]);
  });
});

describe('[PAY-5] nothing is lost', () => {
  it('marks the payment before it answers, so that a crash right after loses nothing', async () => {
    const paymentId = await world.paid();
    world.stripe.setAvailability('unreachable');
    const event = {
      ...succeeded(await world.intentIdOf(paymentId), 'evt_mark'),
      type: 'refund.updated',
    };
    expect(await world.nextLookAt(paymentId)).toBeGreaterThan(Date.now() + 60_000);
    expect((await world.deliver(event)).status).toBe(200);
    expect(await world.nextLookAt(paymentId)).toBeLessThanOrEqual(Date.now());
    await world.settled(SECOND_TRY_MS);
  });

  it('asks again by itself when Stripe could not be asked', async () => {
    const { paymentId } = await paidUnheard();
    world.stripe.setAvailability('unreachable');
    world.stripe.webhooks.release();
    await world.stripe.webhooks.idle();
    expect(world.stripe.webhooks.deliveries().at(-1)?.status).toBe(200);
    await world.settled(SECOND_TRY_MS);
    expect(await world.statuses(paymentId)).toEqual(['created', 'open']);
    world.stripe.setAvailability('available');
    await world.passTime(60_000);
    await world.until(paymentId, 'succeeded');
  });

  it('asks after a while about what was opened and never heard of', async () => {
    const { paymentId } = await paidUnheard();
    world.stripe.webhooks.release(() => []);
    await world.passTime(60_000);
    expect(await world.statuses(paymentId)).toEqual(['created', 'open']);
    await world.passTime(150_000);
    await world.until(paymentId, 'succeeded');
  });

  it('asks after a restart about what a webhook has marked before', async () => {
    const { paymentId } = await paidUnheard();
    world.stripe.setAvailability('unreachable');
    world.stripe.webhooks.release();
    await world.stripe.webhooks.idle();
    await world.restart();
    world.stripe.setAvailability('available');
    await world.passTime(60_000);
    await world.until(paymentId, 'succeeded');
  });
});
