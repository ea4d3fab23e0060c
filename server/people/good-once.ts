/**
 * What is signed and good once, for a while: tickets and proofs. Nothing is stored when one is made;
 * what was used is remembered for longer than it would be good, by all processes together. The memory
 * of one process alone is forgotten by a restart, so there what another start has made is expired: by
 * its mark, since a clock may have been put back meanwhile.
 */
import type { ErrorCode } from '../../protocol/errors.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';

export interface GoodOnce {
  /** Of one that is made now. */
  newId(): string;
  /** Uses it up. @throws AppError with the codes below, or `unavailable` */
  use(claims: { id: string; issuedAt: number }): Promise<void>;
}

export interface GoodOnceRule {
  /** Of the kind; no two kinds have the same. */
  name: string;
  ttlMs: number;
  expired: ErrorCode;
  used: ErrorCode;
}

const MARK_BYTES = 6;
const ID_BYTES = 12;

export function createGoodOnce(
  { shared, clock, random }: Pick<Deps, 'shared' | 'clock' | 'random'>,
  { name, ttlMs, expired, used }: GoodOnceRule,
): GoodOnce {
  const mark = random(MARK_BYTES).toString('base64url');
  const isForgotten = (id: string) => shared.kind === 'memory' && !id.startsWith(mark);
  return {
    newId: () => `${mark}${random(ID_BYTES).toString('base64url')}`,
    async use({ id, issuedAt }) {
      const leftMs = issuedAt + ttlMs - clock.now();
      if (leftMs <= 0 || isForgotten(id)) throw new AppError(expired);
      // And as long again: the clocks of two machines differ.
      if (!(await shared.claim(`${name}:${id}`, leftMs + ttlMs))) throw new AppError(used);
    },
  };
}
