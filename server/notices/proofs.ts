/**
 * What a visitor's own browser shows to the page of a notice [NOTICE-2]: signed, for one visitor and
 * one notice, good once and for ten minutes. As with tickets, nothing is stored when one is granted;
 * what was used is remembered until it would have expired anyway, and a restart ends all of before.
 */
import { type Static, Type } from 'typebox';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { createParser } from '../validator.ts';

export const PROOF_TTL_MS = 600_000;
const ID_BYTES = 16;

const Claims = Type.Object({
  id: Type.String(),
  issuedAt: Type.Integer(),
  noticeId: Type.String(),
  visitorId: Type.String(),
});
const parseClaims = createParser(Claims);

export interface Proofs {
  grant(visitorId: string, noticeId: string): string;
  /**
   * Uses the proof up. @returns whose browser asked for it
   * @throws AppError `proof_invalid`, `proof_expired`, `proof_used`
   */
  redeem(proof: string, noticeId: string): string;
}

export function createProofs({
  keys,
  clock,
  random,
}: Pick<Deps, 'keys' | 'clock' | 'random'>): Proofs {
  const startedAt = clock.now();
  /** In order of use, so the first that is still fresh ends the search, give or take ten minutes. */
  const usedUntil = new Map<string, number>();

  function forgetExpired(now: number): void {
    for (const [id, until] of usedUntil) {
      if (until > now) break;
      usedUntil.delete(id);
    }
  }

  return {
    grant(visitorId, noticeId) {
      const id = random(ID_BYTES).toString('base64url');
      const claims: Static<typeof Claims> = { id, issuedAt: clock.now(), noticeId, visitorId };
      const content = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${content}.${keys.sign('notice-proof', content)}`;
    },

    redeem(proof, noticeId) {
      const [content, mac, ...rest] = proof.split('.');
      if (!content || !mac || rest.length > 0 || !keys.verify('notice-proof', content, mac)) {
        throw new AppError('proof_invalid');
      }
      const claims = parseClaims(JSON.parse(Buffer.from(content, 'base64url').toString()));
      if (claims.noticeId !== noticeId) throw new AppError('proof_invalid');
      const now = clock.now();
      const expiresAt = claims.issuedAt + PROOF_TTL_MS;
      if (expiresAt <= now || claims.issuedAt < startedAt) throw new AppError('proof_expired');
      forgetExpired(now);
      if (usedUntil.has(claims.id)) throw new AppError('proof_used');
      usedUntil.set(claims.id, expiresAt);
      return claims.visitorId;
    },
  };
}
