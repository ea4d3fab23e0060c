/** The stand-in's API through the real `stripe` package. */
import Stripe from 'stripe';
import { beforeEach, describe, expect, it } from 'vitest';
import { createStripeStandIn, type StripeStandIn } from '../../demo-site/stripe/stand-in.ts';

const EUROS = { amount: 4_200, currency: 'eur', automatic_payment_methods: { enabled: true } };

let standIn: StripeStandIn;
let stripe: Stripe;

beforeEach(async () => {
  standIn = await createStripeStandIn({ port: 0 });
  stripe = clientWith(standIn.secretKey);
  return () => standIn.close();
});

function clientWith(key: string, options: Stripe.StripeConfig = {}): Stripe {
  const { host, port } = standIn;
  return new Stripe(key, { host, port, protocol: 'http', maxNetworkRetries: 0, ...options });
}

/** The error that Stripe's package throws, as its type, code and decline code. */
async function refusalOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Stripe.errors.StripeError);
  return error as Stripe.errors.StripeError;
}

describe('payment intents', () => {
  it('creates, reads, updates, lists and cancels', async () => {
    const intent = await stripe.paymentIntents.create({ ...EUROS, metadata: { request: 'pr_1' } });
    expect(intent).toMatchObject({ amount: 4_200, status: 'requires_payment_method' });
    expect(intent.client_secret).toMatch(new RegExp(`^${intent.id}_secret_\\w{25}$`));
    const updated = await stripe.paymentIntents.update(intent.id, {
      amount: 5_000,
      metadata: { request: '', revision: '2' },
    });
    expect(updated).toMatchObject({ amount: 5_000, metadata: { revision: '2' } });
    const other = await stripe.paymentIntents.create(EUROS);
    const { data } = await stripe.paymentIntents.list({ limit: 10 });
    expect(data.map(({ id }) => id)).toEqual([other.id, intent.id]);
    const canceled = await stripe.paymentIntents.cancel(intent.id, {
      cancellation_reason: 'abandoned',
    });
    expect(canceled).toMatchObject({ status: 'canceled', cancellation_reason: 'abandoned' });
    const refusal = await refusalOf(
      stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }),
    );
    expect(refusal.code).toBe('payment_intent_unexpected_state');
  });

  it('pages through a list as the package does by itself', async () => {
    const made: string[] = [];
    for (let count = 0; count < 5; count++) {
      made.unshift((await stripe.paymentIntents.create(EUROS)).id);
    }
    const ids: string[] = [];
    for await (const { id } of stripe.paymentIntents.list({ limit: 2 })) ids.push(id);
    expect(ids).toEqual(made);
  });

  it.each([
    [{ ...EUROS, currency: 'xyz' }, undefined, 'currency'],
    [{ ...EUROS, amount: 49 }, 'amount_too_small', 'amount'],
    [{ ...EUROS, amount: 100_000_000 }, 'amount_too_large', 'amount'],
    [{ ...EUROS, amount: 1.5 }, 'parameter_invalid_integer', 'amount'],
    [{ currency: 'eur' }, 'parameter_missing', 'amount'],
    [{ ...EUROS, colour: 'red' }, 'parameter_unknown', 'colour'],
    [{ ...EUROS, amount: 1_001, currency: 'kwd' }, undefined, 'amount'],
    [{ ...EUROS, amount: 10_050, currency: 'isk' }, undefined, 'amount'],
  ])('refuses %o', async (params, code, param) => {
    const refusal = await refusalOf(
      stripe.paymentIntents.create(params as Stripe.PaymentIntentCreateParams),
    );
    expect(refusal).toMatchObject({ type: 'StripeInvalidRequestError', statusCode: 400, param });
    expect(refusal.code).toBe(code);
  });

  it('knows its keys and what belongs to whom', async () => {
    const wrongKey = await refusalOf(clientWith('sk_test_wrong').paymentIntents.create(EUROS));
    expect(wrongKey).toMatchObject({ type: 'StripeAuthenticationError', statusCode: 401 });
    const unknown = await refusalOf(stripe.paymentIntents.retrieve('pi_unknown'));
    expect(unknown).toMatchObject({ statusCode: 404, code: 'resource_missing' });
    const connected = { stripeAccount: 'acct_merchant' };
    const intent = await stripe.paymentIntents.create(EUROS, connected);
    expect((await stripe.paymentIntents.retrieve(intent.id, {}, connected)).id).toBe(intent.id);
    expect((await refusalOf(stripe.paymentIntents.retrieve(intent.id))).statusCode).toBe(404);
  });

  it('opens for a browser by client secret alone, without what is not for its eyes', async () => {
    const intent = await stripe.paymentIntents.create({ ...EUROS, metadata: { internal: 'yes' } });
    const browser = clientWith(standIn.publishableKey);
    const client_secret = String(intent.client_secret);
    const seen = await browser.paymentIntents.retrieve(intent.id, { client_secret });
    expect(seen).toMatchObject({ id: intent.id, amount: 4_200, currency: 'eur' });
    expect(seen).not.toHaveProperty('metadata');
    const guessed = await refusalOf(
      browser.paymentIntents.retrieve(intent.id, { client_secret: 'guessed' }),
    );
    expect(guessed.code).toBe('resource_missing');
    const others = clientWith('pk_test_of_somebody_else');
    const refusal = await refusalOf(others.paymentIntents.retrieve(intent.id, { client_secret }));
    expect(refusal.code).toBe('resource_missing');
    expect((await refusalOf(browser.paymentIntents.create(EUROS))).code).toBe(
      'secret_key_required',
    );
  });
});

describe('idempotency', () => {
  it('answers the same key and parameters with the first answer', async () => {
    const first = await stripe.paymentIntents.create(EUROS, { idempotencyKey: 'pr:1:1' });
    const again = await stripe.paymentIntents.create(EUROS, { idempotencyKey: 'pr:1:1' });
    expect(again.id).toBe(first.id);
    expect(again.lastResponse.headers['idempotent-replayed']).toBe('true');
    expect((await stripe.paymentIntents.list()).data).toHaveLength(1);
  });

  it('refuses the same key with other parameters', async () => {
    await stripe.paymentIntents.create(EUROS, { idempotencyKey: 'pr:1:1' });
    const refusal = await refusalOf(
      stripe.paymentIntents.create({ ...EUROS, amount: 1 }, { idempotencyKey: 'pr:1:1' }),
    );
    expect(refusal).toMatchObject({ type: 'StripeIdempotencyError', statusCode: 400 });
  });

  it('does not keep an answer to a request that was refused before it began', async () => {
    const key = { idempotencyKey: 'pr:1:1' };
    await refusalOf(stripe.paymentIntents.create({ ...EUROS, amount: 1 }, key));
    expect((await stripe.paymentIntents.create(EUROS, key)).amount).toBe(4_200);
  });
});

describe('test cards', () => {
  it.each([
    'pm_card_visa',
    'pm_card_visa_debit',
    'pm_card_mastercard',
    'pm_card_amex',
    'pm_card_discover',
    'pm_card_diners',
    'pm_card_jcb',
    'pm_card_unionpay',
    'pm_card_threeDSecureOptional',
  ])('%s pays', async (payment_method) => {
    const intent = await stripe.paymentIntents.create({
      ...EUROS,
      payment_method,
      confirm: true,
      expand: ['latest_charge'],
    });
    expect(intent).toMatchObject({
      status: 'succeeded',
      amount_received: 4_200,
      latest_charge: { paid: true, status: 'succeeded' },
    });
  });

  it.each([
    ['pm_card_visa_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_visa_chargeDeclinedStolenCard', 'card_declined', 'stolen_card'],
    ['pm_card_visa_chargeDeclinedVelocityLimitExceeded', 'card_declined', 'card_velocity_exceeded'],
    ['pm_card_radarBlock', 'card_declined', 'fraudulent'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', ''],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', ''],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', ''],
  ])('%s is declined as %s, and another card may follow', async (payment_method, code, decline) => {
    const { id } = await stripe.paymentIntents.create(EUROS);
    const refusal = await refusalOf(stripe.paymentIntents.confirm(id, { payment_method }));
    expect(refusal).toMatchObject({ type: 'StripeCardError', statusCode: 402, code });
    expect(refusal.decline_code).toBe(decline);
    const intent = await stripe.paymentIntents.retrieve(id);
    expect(intent).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code, type: 'card_error' },
    });
    const paid = await stripe.paymentIntents.confirm(id, { payment_method: 'pm_card_visa' });
    expect(paid.status).toBe('succeeded');
  });

  it.each([
    [{ number: '4242424242424241' }, 'incorrect_number'],
    [{ exp_year: 2020 }, 'invalid_expiry_year'],
    [{ exp_month: 13 }, 'invalid_expiry_month'],
    [{ cvc: '12' }, 'invalid_cvc'],
    [{ number: '4111111111111111' }, 'card_declined'],
  ])('refuses a card with %o', async (wrong, code) => {
    const { id } = await stripe.paymentIntents.create(EUROS);
    const card = {
      number: '4242424242424242',
      exp_month: 12,
      exp_year: 2034,
      cvc: '123',
      ...wrong,
    };
    const params = { payment_method_data: { type: 'card', card } };
    const refusal = await refusalOf(
      stripe.paymentIntents.confirm(id, params as Stripe.PaymentIntentConfirmParams),
    );
    expect(refusal).toMatchObject({ type: 'StripeCardError', code });
    expect(standIn.control.sawCardNumber(card.number)).toBe(true);
  });

  it('keeps nothing of a number but its last four digits', async () => {
    const { id } = await stripe.paymentIntents.create(EUROS);
    const card = { number: '4242424242424242', exp_month: 12, exp_year: 2034, cvc: '123' };
    const params = { payment_method_data: { type: 'card', card }, expand: ['payment_method'] };
    const paid = await stripe.paymentIntents.confirm(
      id,
      params as Stripe.PaymentIntentConfirmParams,
    );
    expect(paid.payment_method).toMatchObject({ card: { brand: 'visa', last4: '4242' } });
    const everything = JSON.stringify([standIn.control.events(), standIn.control.requests()]);
    expect(everything).not.toContain('424242');
  });

  it('asks for authentication where a card wants it', async () => {
    const intent = await stripe.paymentIntents.create({
      ...EUROS,
      payment_method: 'pm_card_threeDSecure2Required',
      confirm: true,
    });
    expect(intent).toMatchObject({
      status: 'requires_action',
      next_action: { type: 'use_stripe_sdk' },
    });
    expect(standIn.control.events().map(({ type }) => type)).toEqual([
      'payment_intent.created',
      'payment_intent.requires_action',
    ]);
  });

  it('stops at processing when told to, and ends either way', async () => {
    const confirmed = { ...EUROS, payment_method: 'pm_card_visa', confirm: true };
    standIn.control.processNext(2);
    const [first, second] = [
      await stripe.paymentIntents.create(confirmed),
      await stripe.paymentIntents.create(confirmed),
    ];
    expect([first.status, second.status]).toEqual(['processing', 'processing']);
    standIn.control.finishProcessing(first.id, 'succeeded');
    standIn.control.finishProcessing(second.id, 'failed');
    expect((await stripe.paymentIntents.retrieve(first.id)).status).toBe('succeeded');
    expect((await stripe.paymentIntents.retrieve(second.id)).status).toBe(
      'requires_payment_method',
    );
  });
});

describe('outages', () => {
  it('looks to the package like a broken connection', async () => {
    standIn.control.setAvailability('unreachable');
    const refusal = await refusalOf(stripe.paymentIntents.create(EUROS));
    expect(refusal.type).toBe('StripeConnectionError');
    standIn.control.setAvailability('available');
    expect((await stripe.paymentIntents.list()).data).toHaveLength(0);
  });

  it('may lose the answer to what was carried out; the key then finds it', async () => {
    const key = { idempotencyKey: 'pr:1:1' };
    standIn.control.setAvailability('reply-lost');
    expect((await refusalOf(stripe.paymentIntents.create(EUROS, key))).type).toBe(
      'StripeConnectionError',
    );
    standIn.control.setAvailability('available');
    const found = await stripe.paymentIntents.create(EUROS, key);
    expect((await stripe.paymentIntents.list()).data.map(({ id }) => id)).toEqual([found.id]);
  });

  it('may answer with a server error', async () => {
    standIn.control.setAvailability('failing');
    const refusal = await refusalOf(stripe.paymentIntents.create(EUROS));
    expect(refusal).toMatchObject({ type: 'StripeAPIError', statusCode: 500 });
  });
});
