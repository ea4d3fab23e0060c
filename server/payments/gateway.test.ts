import Stripe from 'stripe';
import { describe, expect, it } from 'vitest';
import { AppError } from '../app-error.ts';
import { createGateway, toAppError } from './gateway.ts';

const { errors } = Stripe;
const SECRET = 'whsec_unit';
const NOW = Date.UTC(2026, 10, 21);
const gateway = createGateway({ secretKey: 'sk_test_unit', webhookSecret: SECRET });

describe('[PAY-1] an error of the API says what is known, and no more', () => {
  it.each([
    ['no connection', new errors.StripeConnectionError({ message: 'ECONNREFUSED' })],
    ['a fault of Stripe', new errors.StripeAPIError({ statusCode: 500 })],
    ['an answer that is no JSON', new errors.StripeAPIError({ message: 'Invalid JSON' })],
    ['a conflict', new errors.StripeAPIError({ statusCode: 409, code: 'lock_timeout' })],
    ['a rate limit', new errors.StripeRateLimitError({ statusCode: 429 })],
  ])('%s leaves the outcome unknown', (_what, error) => {
    expect(toAppError(error)).toMatchObject({ code: 'provider_unreachable' });
  });

  it.each([
    ['a bad parameter', new errors.StripeInvalidRequestError({ statusCode: 400 })],
    ['a wrong key', new errors.StripeAuthenticationError({ statusCode: 401 })],
    ['a missing permission', new errors.StripePermissionError({ statusCode: 403 })],
    ['an unknown intent', new errors.StripeInvalidRequestError({ statusCode: 404 })],
    ['a key used for something else', new errors.StripeIdempotencyError({ statusCode: 400 })],
  ])('%s is a refusal', (_what, error) => {
    expect(toAppError(error)).toMatchObject({ code: 'provider_refused' });
  });

  it('passes a fault of our own on as it is', () => {
    const fault = new TypeError('not ours');
    expect(toAppError(fault)).toBe(fault);
  });

  it('[PAY-4] keeps no word of Stripe, no header and no intent', () => {
    const error = toAppError(
      new errors.StripeInvalidRequestError({
        statusCode: 400,
        code: 'payment_intent_unexpected_state',
        message: 'Invalid API Key provided: sk_test_unit',
        headers: { authorization: 'Bearer sk_test_unit' },
        payment_intent: { client_secret: 'pi_1_secret_2' } as Stripe.PaymentIntent,
      }),
    );
    const cause = error.cause;
    const seen = [error.message, String(error.stack), String(cause), JSON.stringify(cause)];
    expect(cause).toBeInstanceOf(Error);
    expect(seen.join('\n')).toContain('code=payment_intent_unexpected_state statusCode=400');
    expect(seen.join('\n')).not.toMatch(/secret_2|sk_test_unit/);
    expect(Object.keys(error).concat(Object.keys(cause as Error))).not.toContain('raw');
  });
});

function signed(body: string, at = NOW): [Uint8Array, string, number] {
  const header = Stripe.webhooks.generateTestHeaderString({
    payload: body,
    secret: SECRET,
    timestamp: Math.floor(at / 1000),
  });
  return [new TextEncoder().encode(body), header, NOW];
}
const event = (type: string, object: object) =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type,
    livemode: false,
    created: 1_700_000_000,
    data: { object },
  });
const codeOf = (act: () => unknown) => {
  try {
    act();
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
  return 'nothing thrown';
};

describe('[PAY-5] a webhook is read from its raw body', () => {
  it('says which intent to look at, whatever the event is about', () => {
    const ofIntent = event('payment_intent.succeeded', { id: 'pi_1', payment_intent: 'pi_2' });
    const ofCharge = event('charge.refunded', { id: 'ch_1', payment_intent: 'pi_1' });
    const ofNothing = event('account.updated', { id: 'acct_1' });
    expect(gateway.readEvent(...signed(ofIntent))).toEqual({
      id: 'evt_1',
      type: 'payment_intent.succeeded',
      livemode: false,
      account: null,
      intentId: 'pi_1',
      createdAt: 1_700_000_000_000,
    });
    expect(gateway.readEvent(...signed(ofCharge)).intentId).toBe('pi_1');
    expect(gateway.readEvent(...signed(ofNothing)).intentId).toBe(null);
  });

  it.each([
    ['another body', () => gateway.readEvent(signed('{}')[0], signed('{"a":1}')[1], NOW)],
    ['no signature', () => gateway.readEvent(signed('{}')[0], '', NOW)],
    ['no body', () => gateway.readEvent(new Uint8Array(), signed('{}')[1], NOW)],
    ['six minutes of age', () => gateway.readEvent(...signed('{}', NOW - 360_000))],
  ])('refuses %s as a wrong signature', (_what, act) => {
    expect(codeOf(act)).toBe('signature_invalid');
  });

  it('refuses what is signed and no event', () => {
    expect(codeOf(() => gateway.readEvent(...signed('{}')))).toBe('bad_request');
    expect(codeOf(() => gateway.readEvent(...signed('not json')))).toBe('bad_request');
  });

  it('knows a live key from a test key', () => {
    const live = (secretKey: string) => createGateway({ secretKey, webhookSecret: '' }).livemode;
    expect(['sk_live_1', 'rk_live_1'].map(live)).toEqual([true, true]);
    expect(['sk_test_live_1', 'rk_test_1'].map(live)).toEqual([false, false]);
  });
});
