/**
 * The stand-in, held to what this server asks of Stripe; and Stripe itself, in test mode:
 * `STRIPE_TEST_SECRET_KEY=rk_test_… npx vitest run test/contract/stripe.test.ts`. Nothing of it costs
 * money; it leaves a few dozen test payments in that account.
 */
import { afterAll } from 'vitest';
import { createStripeStandIn } from '../../demo-site/stripe/stand-in.ts';
import { describeStripe } from './stripe-contract.ts';

const secretKey = process.env.STRIPE_TEST_SECRET_KEY ?? '';
const closing: (() => Promise<void>)[] = [];
afterAll(() => Promise.all(closing.map((close) => close())));

describeStripe('the stand-in', async () => {
  const timing = { disputeAfterMs: 5, refundSettlesMs: 50 };
  const standIn = await createStripeStandIn({ port: 0, timing });
  closing.push(standIn.close);
  return { secretKey: standIn.secretKey, apiBase: standIn.url, patienceMs: 15_000 };
});

if (/^[rs]k_test_/.test(secretKey)) {
  describeStripe('Stripe in test mode', async () => ({ secretKey, patienceMs: 18_000 }));
} else {
  const why = secretKey
    ? 'STRIPE_TEST_SECRET_KEY is no test-mode key'
    : 'no STRIPE_TEST_SECRET_KEY';
  process.stdout.write(`The Stripe contract runs on the stand-in alone: ${why}.\n`);
}
