/** What must be in no database, entry, log or console: client secrets, keys and card numbers. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readKept } from '../support/kept.ts';
import { createPaymentWorld, type PaymentWorld } from './payments-world.ts';

let world: PaymentWorld;
const given: string[] = [];

beforeAll(async () => {
  world = await createPaymentWorld();
  const paymentId = await world.requested();
  const { clientSecret } = await world.opened(paymentId);
  given.push(clientSecret);
  await world.confirm(clientSecret, 'pm_card_visa_chargeDeclined');
  await world.until(paymentId, 'failed');
  // Each way in which Stripe or somebody else can fail leaves its lines in the log.
  world.stripe.setAvailability('failing');
  await world.open(paymentId);
  await world.refresh(paymentId);
  world.stripe.setAvailability('reply-lost');
  await world.request();
  world.stripe.setAvailability('available');
  await world.open(paymentId, { token: `${world.token.slice(0, -4)}AAAA` });
  await world.deliver({ id: 'evt_1', data: { object: { client_secret: clientSecret } } });
  await world.deliver({ client_secret: clientSecret }, { secret: 'whsec_wrong' });
  await world.confirm(clientSecret, 'pm_card_visa');
  await world.until(paymentId, 'succeeded');
  await world.open(paymentId);
});
afterAll(() => world.close());

describe('[PAY-4] the client secret', () => {
  it('was given to the visitor, so that this test can find it', () => {
    expect(given[0]).toMatch(/^pi_\w+_secret_\w+$/);
  });

  it('is in nothing that the server keeps', async () => {
    const bytes = [...(await readKept(world.dataDir)).values()].join('\n');
    expect(bytes).toContain('pi_');
    for (const secret of world.secrets(given)) expect(bytes).not.toContain(secret);
  });

  it('is in no line of the log', () => {
    const lines = world.logLines().join('\n');
    expect(lines).toContain('the provider did not help');
    for (const secret of world.secrets(given)) expect(lines).not.toContain(secret);
  });

  it('is in nothing that the sockets have carried', async () => {
    const carried = JSON.stringify(world.everythingReceived());
    expect(carried).toContain('succeeded');
    for (const secret of world.secrets(given)) expect(carried).not.toContain(secret);
  });
});
