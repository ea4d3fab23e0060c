/** Lets everything settle after the last step: webhooks lost or not, days gone by. */
import { seeded } from '../../support/random.ts';
import type { ModelWorld } from './world.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** In an order that the chance gives; some may be left out, some come twice. */
export function arranged<T>(held: readonly T[], chance: number): T[] {
  const random = seeded(Math.floor(chance * 2 ** 31));
  return held
    .flatMap((one) => (random() < 0.3 ? [] : random() < 0.2 ? [one, one] : [one]))
    .map((one) => ({ one, at: random() }))
    .sort((a, b) => a.at - b.at)
    .map(({ one }) => one);
}

type Control = ModelWorld['control'];
export function finishAll(control: Control, outcome: 'succeeded' | 'failed'): void {
  for (const { id, status } of control.all('payment_intent')) {
    if (status === 'processing') control.finishProcessing(id, outcome);
  }
}

/** Time that passes after the last step. Requests live for a day, and Stripe's keys do. */
const LATER_MS = [
  3 * MINUTE_MS,
  10 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  9 * HOUR_MS,
  13 * HOUR_MS,
  2 * HOUR_MS,
  25 * HOUR_MS,
  60 * HOUR_MS,
  200 * HOUR_MS,
];
const ROUNDS_MAX = 2000;

/** @param chance whether the webhooks that are held now ever come, and how the open ends end */
export async function settle(world: ModelWorld, chance: number): Promise<void> {
  const { control, clock } = world;
  control.setAvailability('available');
  finishAll(control, chance < 0.6 ? 'succeeded' : 'failed');
  control.webhooks.release((held) => (chance < 0.5 ? [] : arranged(held, chance)));
  let passedMs = 0;
  for (const ms of LATER_MS) {
    // Also those that were only made by a look of before.
    for (const { id, status } of control.all('refund')) {
      if (status === 'pending') control.settleRefund(id, chance < 0.5 ? 'succeeded' : 'failed');
    }
    clock.advance(ms);
    passedMs += ms;
    if (passedMs > 24 * HOUR_MS) control.forgetIdempotencyKeys();
    await untilQuiet(world);
  }
}

async function untilQuiet({ app, clock, round, control }: ModelWorld): Promise<void> {
  await control.webhooks.idle();
  const dueAt = (now: number) =>
    app()
      .store.db.selectFrom('payments')
      .select('id')
      .where('next_look_at', '<=', now)
      .limit(1)
      .executeTakeFirst();
  for (let tries = 0; tries < ROUNDS_MAX; tries++) {
    if (!(await dueAt(clock.now()))) return;
    if (tries % 20 === 0) round();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  throw new Error('a payment is due for ever');
}
