import { expect, it } from 'vitest';
import { createKeys } from '../keys.ts';
import { createMemoryShared } from '../shared/memory-shared.ts';
import { systemRandom } from '../world.ts';
import { createTickets, TICKET_TTL_MS } from './tickets.ts';

const VISITOR = {
  id: 'vs_somebody0000000000',
  siteId: 'st_somewhere000000000',
  token: { hash: 'hash', issuedAt: 0 },
  facts: {},
};

it('[AUTH-2] is good for one handshake up to its last millisecond, and for none after it', async () => {
  let now = 0;
  const keys = createKeys('a secret of at least 32 characters');
  const clock = { now: () => now };
  const shared = createMemoryShared(clock);
  const tickets = createTickets({ keys, clock, random: systemRandom, shared });
  const [used, late] = [tickets.grant(VISITOR), tickets.grant(VISITOR)];
  now = TICKET_TTL_MS - 1;
  expect(await tickets.redeem(used)).toEqual(VISITOR);
  await expect(tickets.redeem(used)).rejects.toThrow('ticket_invalid');
  now = TICKET_TTL_MS;
  await expect(tickets.redeem(used)).rejects.toThrow('ticket_expired');
  await expect(tickets.redeem(late)).rejects.toThrow('ticket_expired');
});

it('[AUTH-2] lets visitors in although the clock was put back, and knows what another start gave', async () => {
  let now = 20_000_000;
  const keys = createKeys('a secret of at least 32 characters');
  const clock = { now: () => now };
  const start = () => {
    const shared = createMemoryShared(clock);
    return createTickets({ keys, clock, random: systemRandom, shared });
  };
  const [before, tickets] = [start(), start()];
  now -= 3 * 3_600_000;
  expect(await tickets.redeem(tickets.grant(VISITOR))).toEqual(VISITOR);
  await expect(tickets.redeem(before.grant(VISITOR))).rejects.toThrow('ticket_expired');
});
