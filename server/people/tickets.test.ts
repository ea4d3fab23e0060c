import { expect, it } from 'vitest';
import { systemRandom } from '../deps.ts';
import { createKeys } from '../keys.ts';
import { createTickets, TICKET_TTL_MS } from './tickets.ts';

const VISITOR = {
  id: 'vs_somebody0000000000',
  siteId: 'st_somewhere000000000',
  token: { hash: 'hash', issuedAt: 0 },
  facts: {},
};

it('[AUTH-2] is good for one handshake up to its last millisecond, and for none after it', () => {
  let now = 0;
  const keys = createKeys('a secret of at least 32 characters');
  const tickets = createTickets({ keys, clock: { now: () => now }, random: systemRandom });
  const [used, late] = [tickets.grant(VISITOR), tickets.grant(VISITOR)];
  now = TICKET_TTL_MS - 1;
  expect(tickets.redeem(used)).toEqual(VISITOR);
  expect(() => tickets.redeem(used)).toThrow('ticket_invalid');
  now = TICKET_TTL_MS;
  expect(() => tickets.redeem(used)).toThrow('ticket_expired');
  expect(() => tickets.redeem(late)).toThrow('ticket_expired');
});
