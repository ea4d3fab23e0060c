/** How an event becomes the next line [LEDGER-2]. Pure; the same whatever store it is written to. */
import type { RandomBytes } from '../world.ts';
import { type ChainedFields, GENESIS, hashDetail, hashLine } from './chain.ts';
import type { LedgerEvent } from './ledger.ts';

/** The last line. */
export interface Tail {
  n: number;
  at: number;
  hash: string;
}
/** What stands before the first line. */
export const START: Tail = { n: 0, at: 0, hash: GENESIS };

export interface NewLine extends ChainedFields {
  hash: string;
  salt: string;
  detail: string;
  address: string | null;
}

const SALT_BYTES = 16;

export function nextLine(
  before: Tail,
  event: LedgerEvent,
  at: number,
  random: RandomBytes,
): NewLine {
  const salt = random(SALT_BYTES).toString('base64url');
  const detail = JSON.stringify(event.detail ?? {});
  const line = {
    n: before.n + 1,
    // A clock may be set back; the order of the lines may not.
    at: Math.max(at, before.at),
    kind: event.kind,
    siteId: event.siteId ?? null,
    agentId: event.agentId ?? null,
    visitorId: event.visitorId ?? null,
    conversationId: event.conversationId ?? null,
    release: event.release ?? null,
    detailHash: hashDetail(salt, detail),
  };
  return {
    ...line,
    hash: hashLine(before.hash, line),
    salt,
    detail,
    address: addressIn(event.detail),
  };
}

/** What stands in the column `address`, which the chain covers by way of the detail. */
export const addressIn = (detail: LedgerEvent['detail']): string | null =>
  typeof detail?.ip === 'string' ? detail.ip : null;
