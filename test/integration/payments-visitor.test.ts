/** Who may open and refresh a payment, and what each of them learns. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createPaymentWorld, type PaymentWorld } from './payments-world.ts';

let world: PaymentWorld;
beforeAll(async () => {
  world = await createPaymentWorld();
});
beforeEach(() => world.stripe.setAvailability('available'));
afterAll(() => world.close());

const refusal = (status: number, code: string) => ({
  status,
  body: { ok: false, error: { code, message: expect.any(String) } },
});

describe('[PAY-4] the client secret is for the visitor of that conversation', () => {
  it('is for the merchant origin to read, and for no cache', async () => {
    const { headers } = await world.open(await world.requested());
    expect(headers.get('access-control-allow-origin')).toBe(world.origin);
    expect(headers.get('access-control-allow-credentials')).toBe(null);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it('is not for another visitor, who learns not even that it exists', async () => {
    const paymentId = await world.requested();
    const { token } = await world.anotherVisitor();
    const unknown = refusal(404, 'payment_unknown');
    expect(await world.open(paymentId, { token })).toMatchObject(unknown);
    expect(await world.refresh(paymentId, { token })).toMatchObject(unknown);
    expect(await world.open('pr_AAAAAAAAAAAAAAAAAAAAAA', { token })).toMatchObject(unknown);
    expect(await world.open('nonsense')).toMatchObject(unknown);
    expect(await world.statuses(paymentId)).toEqual(['created']);
  });

  it('is not for a token of another site, a forged one or none', async () => {
    const paymentId = await world.requested();
    const { site, token, origin } = await world.anotherSite();
    const invalid = refusal(401, 'token_invalid');
    expect(await world.open(paymentId, { token })).toMatchObject(invalid);
    expect(await world.open(paymentId, { site, origin })).toMatchObject(invalid);
    expect(await world.open(paymentId, { token: `${world.token.slice(0, -4)}AAAA` })).toMatchObject(
      invalid,
    );
    expect(await world.open(paymentId, { site, origin, token })).toMatchObject(
      refusal(404, 'payment_unknown'),
    );
    expect(await world.open(paymentId, { token: undefined })).toMatchObject(
      refusal(400, 'bad_request'),
    );
  });

  it('[AUTH-2] is for pages of the site alone', async () => {
    const paymentId = await world.requested();
    const refused = refusal(403, 'origin_not_allowed');
    expect(await world.open(paymentId, { origin: 'https://evil.example' })).toMatchObject(refused);
    expect(await world.open(paymentId, { origin: 'null' })).toMatchObject(refused);
    expect(await world.open(paymentId, { site: 'site_of_nobody' })).toMatchObject(
      refusal(404, 'site_unknown'),
    );
    expect(await world.open(paymentId, { protocol: 2 })).toMatchObject(
      refusal(400, 'protocol_unsupported'),
    );
    expect(await world.statuses(paymentId)).toEqual(['created']);
  });

  it('is given again for as long as it can be paid, with one entry', async () => {
    const paymentId = await world.requested();
    const grants = await Promise.all([1, 2, 3].map(() => world.opened(paymentId)));
    expect(new Set(grants.map(({ clientSecret }) => clientSecret)).size).toBe(1);
    expect(await world.statuses(paymentId)).toEqual(['created', 'open']);
  });

  it('is not given for what is paid or canceled, though no webhook has said so', async () => {
    world.stripe.webhooks.hold();
    const paid = await world.requested();
    const grant = await world.opened(paid);
    await world.confirm(grant.clientSecret, 'pm_card_visa');
    const refused = refusal(409, 'payment_not_payable');
    expect(await world.open(paid)).toMatchObject(refused);
    expect(await world.statuses(paid)).toEqual(['created', 'open', 'succeeded']);

    const canceled = await world.requested();
    await world.asMerchant(async (stripe) =>
      stripe.paymentIntents.cancel(await world.intentIdOf(canceled)),
    );
    expect(await world.open(canceled)).toMatchObject(refused);
    expect(await world.open(canceled)).toMatchObject(refused);
    expect(await world.statuses(canceled)).toEqual(['created', 'canceled']);
    world.stripe.webhooks.release();
    await world.stripe.webhooks.idle();
    expect(await world.statuses(canceled)).toEqual(['created', 'canceled']);
  });

  it('waits for Stripe to be there again', async () => {
    const paymentId = await world.requested();
    world.stripe.setAvailability('unreachable');
    expect(await world.open(paymentId)).toMatchObject(refusal(503, 'provider_unreachable'));
    expect(await world.statuses(paymentId)).toEqual(['created']);
    world.stripe.setAvailability('available');
    await world.opened(paymentId);
  });
});

describe('[PAY-5] refresh looks at Stripe now', () => {
  it('finds what was paid though every webhook was lost', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    world.stripe.webhooks.dropNext(3);
    await world.confirm(clientSecret, 'pm_card_visa');
    expect(await world.refresh(paymentId)).toMatchObject({
      status: 200,
      body: { ok: true, data: { status: 'succeeded' } },
    });
    expect(await world.statuses(paymentId)).toEqual(['created', 'open', 'succeeded']);
  });

  it('says what was known before while Stripe is not there, and looks again later', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    world.stripe.webhooks.dropNext(3);
    await world.confirm(clientSecret, 'pm_card_visa');
    world.stripe.setAvailability('unreachable');
    expect(await world.refresh(paymentId)).toMatchObject({ body: { data: { status: 'open' } } });
    world.stripe.setAvailability('available');
    await world.passTime(0);
    await world.until(paymentId, 'succeeded');
  });
});

describe('[PAY-4] opening and refreshing', () => {
  it('is limited per address, and says when it goes on', async () => {
    const tries = Array.from({ length: 130 }, () => world.refresh('pr_of_nobody', { token: '' }));
    const last = (await Promise.all(tries)).findLast(({ status }) => status === 429);
    expect(last?.body).toMatchObject({
      error: { code: 'rate_limited', retryAfterMs: expect.any(Number) },
    });
  });
});
