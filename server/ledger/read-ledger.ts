/** The lines of the ledger as an export has them [LEDGER-2], and the heads that were kept. */
import type { LedgerHead } from '../../protocol/ledger.ts';
import type { Database } from '../store/store.ts';
import type { CheckedLine } from './verify.ts';

const PAGE = 1000;

/** In the order of the table, which `verify.ts` does not take for granted. */
export async function* readLedger(db: Database): AsyncGenerator<CheckedLine, void> {
  let after = 0;
  for (;;) {
    const rows = await db
      .selectFrom('ledger as l')
      .leftJoin('ledger_details as d', 'd.n', 'l.n')
      .selectAll('l')
      .select(['d.salt', 'd.detail', 'd.address'])
      .where('l.n', '>', after)
      .orderBy('l.n')
      .limit(PAGE)
      .execute();
    for (const row of rows) {
      yield {
        n: row.n,
        at: row.at,
        kind: row.kind,
        siteId: row.site_id,
        agentId: row.agent_id,
        visitorId: row.visitor_id,
        conversationId: row.conversation_id,
        release: row.release,
        detailHash: row.detail_hash,
        detail: row.detail,
        salt: row.salt,
        hash: row.hash,
        ...(row.detail !== null && { address: row.address }),
      };
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.n;
  }
}

export const readHeads = (db: Database): Promise<LedgerHead[]> =>
  db
    .selectFrom('ledger_heads')
    .select(['n', 'hash', 'at', 'signature', 'key'])
    .orderBy('n')
    .execute();
