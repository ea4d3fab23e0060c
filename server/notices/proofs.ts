/**
 * What a visitor's own browser shows to the page of a notice [NOTICE-2]: signed, for one visitor and
 * one notice, good once and for ten minutes.
 */
import { type Static, Type } from 'typebox';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { createGoodOnce } from '../people/good-once.ts';
import { createParser } from '../validator.ts';

export const PROOF_TTL_MS = 600_000;

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
   * @throws AppError `proof_invalid`, `proof_expired`, `proof_used`, `unavailable`
   */
  redeem(proof: string, noticeId: string): Promise<string>;
}

export function createProofs(deps: Pick<Deps, 'keys' | 'clock' | 'random' | 'shared'>): Proofs {
  const { keys, clock } = deps;
  const goodOnce = createGoodOnce(deps, {
    name: 'proof',
    ttlMs: PROOF_TTL_MS,
    expired: 'proof_expired',
    used: 'proof_used',
  });

  return {
    grant(visitorId, noticeId) {
      const id = goodOnce.newId();
      const claims: Static<typeof Claims> = { id, issuedAt: clock.now(), noticeId, visitorId };
      const content = Buffer.from(JSON.stringify(claims)).toString('base64url');
      return `${content}.${keys.sign('notice-proof', content)}`;
    },

    async redeem(proof, noticeId) {
      const [content, mac, ...rest] = proof.split('.');
      if (!content || !mac || rest.length > 0 || !keys.verify('notice-proof', content, mac)) {
        throw new AppError('proof_invalid');
      }
      const claims = parseClaims(JSON.parse(Buffer.from(content, 'base64url').toString()));
      if (claims.noticeId !== noticeId) throw new AppError('proof_invalid');
      await goodOnce.use(claims);
      return claims.visitorId;
    },
  };
}
