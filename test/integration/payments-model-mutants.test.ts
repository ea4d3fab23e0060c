/**
 * The model test is worth what it finds. Here the server is broken on purpose, in one place at a
 * time, and the same histories have to tell.
 */
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { SeenIntent } from '../../server/payments/states.ts';
import { findWrong } from './payments-model/judge.ts';
import { shortenTimers } from './payments-model/world.ts';

const broken = vi.hoisted(() => ({ part: 'nothing' }));

vi.mock('../../server/payments/provider.ts', async (original) => {
  const real = await original<typeof import('../../server/payments/provider.ts')>();
  let asked = 0;
  const intentKey: typeof real.intentKey = (order) =>
    broken.part === 'key' ? `${real.intentKey(order)}:${asked++}` : real.intentKey(order);
  return { ...real, intentKey };
});
vi.mock('../../server/payments/gateway.ts', async (original) => {
  const real = await original<typeof import('../../server/payments/gateway.ts')>();
  const { toProviderIntent } = await import('../../server/payments/provider.ts');
  const createGateway: typeof real.createGateway = (config, account) => {
    const gateway = real.createGateway(config, account);
    const told = new Map<string, SeenIntent & { amount: number; currency: string }>();
    return {
      ...gateway,
      readEvent(body, signature, receivedAt) {
        const { type, data } = JSON.parse(Buffer.from(body).toString());
        if (type.startsWith('payment_intent.')) told.set(data.object.id, data.object);
        return gateway.readEvent(body, signature, receivedAt);
      },
      retrieveIntent(intent) {
        const known = broken.part === 'fetch' ? told.get(intent.intentId) : undefined;
        return known ? Promise.resolve(toProviderIntent(known)) : gateway.retrieveIntent(intent);
      },
      listRefunds: (id) => (broken.part === 'list' ? Promise.resolve([]) : gateway.listRefunds(id)),
    };
  };
  return { ...real, createGateway };
});
vi.mock('../../server/payments/schedule.ts', async (original) => {
  const real = await original<typeof import('../../server/payments/schedule.ts')>();
  const nextLookAt: typeof real.nextLookAt = (...given) =>
    broken.part === 'schedule' ? null : real.nextLookAt(...given);
  return { ...real, nextLookAt };
});
let restore: () => void;
beforeAll(() => {
  restore = shortenTimers();
});
afterAll(() => restore());

/** Found far sooner: the first of them is known to tell, unless its steps happen to fall well. */
const HISTORIES = 150;

it.each([
  ['another idempotency key for each try to make an intent', 'key', 7035],
  ['webhooks believed without fetching', 'fetch', 7022],
  ['refunds sent without asking first what was given back', 'list', 7017],
  ['nobody asking when a webhook is lost', 'schedule', 7042],
] as const)(
  '%s is found',
  async (_what, part, firstSeed) => {
    broken.part = part;
    expect(await findWrong(firstSeed, HISTORIES, 1)).not.toEqual([]);
  },
  240_000,
);
