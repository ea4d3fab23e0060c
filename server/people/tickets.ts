/**
 * Tickets: good for one socket handshake within 60 seconds [AUTH-2]. Signed, so that nothing is
 * stored when one is granted; what was used is remembered until it would have expired anyway.
 * The memory is of one process. A restart forgets it, so tickets from before the start are expired.
 */
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Static, Type } from 'typebox';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { createParser } from '../validator.ts';
import type { PendingVisitor } from './visitors.ts';

export const TICKET_TTL_MS = 60_000;
const ID_BYTES = 16;
const TICKET_MAX_LENGTH = 8192;

const Text = Type.Optional(Type.String());
const Claims = Type.Object({
  id: Type.String(),
  issuedAt: Type.Integer(),
  visitor: Type.Object({
    id: Type.String(),
    siteId: Type.String(),
    token: Type.Object({ hash: Type.String(), issuedAt: Type.Integer() }),
    facts: Type.Object({ name: Text, email: Text, page: Text, locale: Text, browser: Text }),
    session: Type.Optional(
      Type.Object({
        n: Type.Integer(),
        openedAt: Type.Integer(),
        release: Type.Union([Type.String(), Type.Null()]),
      }),
    ),
  }),
});
const parseClaims = createParser(Claims);

/** What nearly every ticket has in common, so that it weighs 350 bytes less on the way [AUTH-2]. */
const COMMON = Buffer.from(
  '"email":""},"name":"Chrome on Windows","browser":"Chrome on Linux","locale":"en-GB","page":"https://www.' +
    '"facts":{"page":"https://"},"session":{"n":1,"openedAt":1795,"release":"0.1.0"}}}' +
    '{"id":"","issuedAt":1795,"visitor":{"id":"vs_","siteId":"st_","token":{"hash":"","issuedAt":1795},',
);
const CLAIMS_MAX_BYTES = 16_384;

const pack = (claims: Static<typeof Claims>): string =>
  deflateRawSync(JSON.stringify(claims), { dictionary: COMMON }).toString('base64url');

/** Only for what the server has signed. */
const unpack = (content: string): unknown =>
  JSON.parse(
    inflateRawSync(Buffer.from(content, 'base64url'), {
      dictionary: COMMON,
      maxOutputLength: CLAIMS_MAX_BYTES,
    }).toString(),
  );

export interface Tickets {
  grant(visitor: PendingVisitor): string;
  /** Uses the ticket up. @throws AppError `ticket_invalid`, `ticket_expired` */
  redeem(ticket: string): PendingVisitor;
}

export function createTickets({
  keys,
  clock,
  random,
}: Pick<Deps, 'keys' | 'clock' | 'random'>): Tickets {
  const startedAt = clock.now();
  const usedUntil = new Map<string, number>();

  function forgetExpired(now: number): void {
    // In order of use, so the first that is still fresh ends the search, give or take a minute.
    for (const [id, until] of usedUntil) {
      if (until > now) break;
      usedUntil.delete(id);
    }
  }

  return {
    grant(visitor) {
      const claims: Static<typeof Claims> = {
        id: random(ID_BYTES).toString('base64url'),
        issuedAt: clock.now(),
        visitor,
      };
      const content = pack(claims);
      return `${content}.${keys.sign('ticket', content)}`;
    },

    redeem(ticket) {
      const [content, mac, ...rest] = ticket.slice(0, TICKET_MAX_LENGTH).split('.');
      if (!content || !mac || rest.length > 0 || !keys.verify('ticket', content, mac)) {
        throw new AppError('ticket_invalid');
      }
      const claims = parseClaims(unpack(content));
      const now = clock.now();
      const expiresAt = claims.issuedAt + TICKET_TTL_MS;
      if (expiresAt <= now || claims.issuedAt < startedAt) throw new AppError('ticket_expired');
      forgetExpired(now);
      if (usedUntil.has(claims.id)) throw new AppError('ticket_invalid');
      usedUntil.set(claims.id, expiresAt);
      return claims.visitor;
    },
  };
}
