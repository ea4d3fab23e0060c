/**
 * How the lines of the ledger hold together [LEDGER-2] [LEDGER-4]. Pure: the same rules write a line
 * and prove one, with nothing but SHA-256. Knows no tables.
 */
import { createHash } from 'node:crypto';
import type { LedgerLine } from '../../protocol/ledger.ts';

/** What stands before the first line. */
export const GENESIS = '0'.repeat(64);

const sha256 = (text: string) => createHash('sha256').update(text, 'utf8').digest('hex');

/** @param salt 22 characters of base64url, so that where it ends is never in doubt */
export const hashDetail = (salt: string, detail: string): string => sha256(salt + detail);

/** All that the chain covers of a line. */
export type ChainedFields = Omit<LedgerLine, 'detail' | 'salt' | 'hash'>;

export function hashLine(previous: string, line: ChainedFields): string {
  const { n, at, kind, siteId, agentId, visitorId, conversationId, release, detailHash } = line;
  return sha256(
    JSON.stringify([
      previous,
      n,
      at,
      kind,
      siteId,
      agentId,
      visitorId,
      conversationId,
      release,
      detailHash,
    ]),
  );
}

const HEAD_CONTEXT = 'bulkhead-ledger-v1';

/** What a head's signature is over [LEDGER-3]. */
export const headText = ({ n, hash, at }: { n: number; hash: string; at: number }): string =>
  `${HEAD_CONTEXT}\n${n}\n${hash}\n${at}`;

const REPORT_CONTEXT = 'bulkhead-exposure-v1';

/** What an exposure report's signature is over: its exact text [EXP-1]. */
export const reportText = (report: string): string => `${REPORT_CONTEXT}\n${report}`;
