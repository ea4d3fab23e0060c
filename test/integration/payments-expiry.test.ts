/** The end of a request that nobody pays, and of one that is tried too often. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ATTEMPTS_PER_PAYMENT } from '../../server/payments/attempts.ts';
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

const HOUR_MS = 3_600_000;
const status = async (paymentId: string) => (await world.stateOf(paymentId)).status;
const expires = (paymentId: string, laterMs: number) =>
  world.untilLater(laterMs, async () => (await status(paymentId)) === 'expired');

describe('[PAY-7] past its time', () => {
  it('a request is canceled at Stripe and stands as expired', async () => {
    const paymentId = await world.requested({ expiresInMs: HOUR_MS });
    await world.opened(paymentId);
    await world.passTime(HOUR_MS - 10_000);
    expect(await status(paymentId)).toBe('open');
    await expires(paymentId, HOUR_MS + 1000);
    expect(world.stripe.paymentIntent(await world.intentIdOf(paymentId))).toMatchObject({
      status: 'canceled',
      cancellation_reason: 'abandoned',
    });
    expect((await world.open(paymentId)).body).toMatchObject({
      error: { code: 'payment_not_payable' },
    });
    expect(await world.nextLookAt(paymentId)).toBe(null);
  });

  it('whoever comes before the timer finds it over', async () => {
    const paymentId = await world.requested({ expiresInMs: HOUR_MS });
    world.clock.advance(HOUR_MS + 1000);
    const answer = await world.open(paymentId);
    world.clock.advance(-HOUR_MS - 1000);
    expect(answer.body).toMatchObject({ error: { code: 'payment_not_payable' } });
    expect(await status(paymentId)).toBe('expired');
  });

  it('what was paid in the last moment is paid, whatever the clock says', async () => {
    const paymentId = await world.requested({ expiresInMs: HOUR_MS });
    const { clientSecret } = await world.opened(paymentId);
    world.hearWebhooks(false);
    await world.confirm(clientSecret, 'pm_card_visa');
    await world.untilLater(HOUR_MS + 1000, async () => (await status(paymentId)) === 'succeeded');
  });

  it('what is under way is waited for, and ends as Stripe says', async () => {
    const paymentId = await world.requested({ expiresInMs: HOUR_MS });
    const grant = await world.opened(paymentId);
    world.stripe.processNext();
    await world.confirm(grant.clientSecret, 'pm_card_visa');
    await world.until(paymentId, 'processing');
    await world.passTime(HOUR_MS + 1000);
    expect(await status(paymentId)).toBe('processing');
    world.stripe.finishProcessing(world.intentOf(grant).id, 'succeeded');
    await world.until(paymentId, 'succeeded');
  });

  it('is canceled later, when Stripe does not answer', async () => {
    const paymentId = await world.requested({ expiresInMs: HOUR_MS });
    world.stripe.setAvailability('unreachable');
    await world.passTime(HOUR_MS + 1000);
    expect(await status(paymentId)).toBe('created');
    world.stripe.setAvailability('available');
    await expires(paymentId, 2 * HOUR_MS);
  });
});

describe('[PAY-10] too many tries', () => {
  const decline = async (clientSecret: string, times: number) => {
    for (let n = 0; n < times; n++) {
      await world.confirm(clientSecret, 'pm_card_visa_chargeDeclined');
    }
  };

  it('end the intent, and say so', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    await decline(clientSecret, ATTEMPTS_PER_PAYMENT - 1);
    await world.settled(300);
    await world.until(paymentId, 'failed');
    await decline(clientSecret, 1);
    expect(await world.until(paymentId, 'canceled')).toMatchObject({
      reason: 'There were too many tries to pay.',
    });
    expect(world.stripe.paymentIntent(await world.intentIdOf(paymentId)).cancellation_reason).toBe(
      'fraudulent',
    );
    const answer = await world.open(paymentId);
    expect([answer.status, answer.body]).toMatchObject([
      429,
      { error: { code: 'too_many_attempts' } },
    ]);
  });

  it('are counted without webhooks too, each once', async () => {
    const paymentId = await world.requested();
    const { clientSecret } = await world.opened(paymentId);
    world.hearWebhooks(false);
    for (let n = 0; n < ATTEMPTS_PER_PAYMENT; n++) {
      expect(await status(paymentId)).not.toBe('canceled');
      await decline(clientSecret, 1);
      await world.refresh(paymentId);
      await world.refresh(paymentId);
    }
    expect(await status(paymentId)).toBe('canceled');
  });
});

describe('[PAY-10] one address', () => {
  it('that opens and fails too often voids what it opens', async () => {
    const busy = await createBooksWorld({ triesPerHour: 6 });
    try {
      const first = await busy.requested();
      const { clientSecret } = await busy.opened(first);
      for (let n = 0; n < 4; n++) await busy.confirm(clientSecret, 'pm_card_visa_chargeDeclined');
      await expect.poll(() => busy.attemptsOf(first)).toBe(4);
      const second = await busy.requested();
      await busy.opened(second);
      const third = await busy.requested();
      expect((await busy.open(third)).body).toMatchObject({
        error: { code: 'too_many_attempts' },
      });
      expect(busy.stripe.paymentIntent(await busy.intentIdOf(third)).status).toBe('canceled');
      expect((await busy.open(third)).body).toMatchObject({
        error: { code: 'too_many_attempts' },
      });
    } finally {
      await busy.close();
    }
  });
});

describe('[PAY-7] the server was down', () => {
  it('and finds what expired in that time', async () => {
    const sleeper = await createBooksWorld();
    try {
      const paymentId = await sleeper.requested({ expiresInMs: HOUR_MS });
      await sleeper.restart();
      await sleeper.untilLater(
        8 * HOUR_MS,
        async () => (await sleeper.stateOf(paymentId)).status === 'expired',
      );
    } finally {
      await sleeper.close();
    }
  });
});
