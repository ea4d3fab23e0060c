/**
 * Visitors who were there before the ledger was: what is stored of them is within reach from its first
 * line on, so its first lines say so [EXP-2].
 */
import type { DataCategory } from '../../protocol/ledger.ts';
import type { Store } from '../store/store.ts';
import { categoriesOf } from './given-facts.ts';
import type { Ledger } from './ledger.ts';

const PAGE = 500;

export async function backfill({ db }: Store, ledger: Pick<Ledger, 'given'>): Promise<void> {
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('visitors as v')
      .leftJoin('conversations as c', 'c.visitor_id', 'v.id')
      .select(['v.id', 'v.site_id', 'v.name', 'v.email', 'v.page', 'v.locale', 'v.browser'])
      .select((column) => [
        'c.id as conversation_id',
        column
          .selectFrom('payments as p')
          .select('p.id')
          .whereRef('p.conversation_id', '=', 'c.id')
          .limit(1)
          .as('payment_id'),
      ])
      .where('v.id', '>', after)
      .orderBy('v.id')
      .limit(PAGE)
      .execute();
    await Promise.all(
      rows.flatMap(({ id, site_id: siteId, conversation_id: conversationId, ...row }) => {
        const { payment_id, name, email, page, locale, browser } = row;
        const facts = Object.entries({ name, email, page, locale, browser });
        const stored = Object.fromEntries(facts.filter(([, value]) => value !== null));
        const categories: DataCategory[] = [
          ...categoriesOf(stored),
          ...(conversationId === null ? [] : (['messages'] as const)),
          ...(payment_id === null ? [] : (['payment_metadata'] as const)),
        ];
        return categories.map((category) => ledger.given({ id, siteId, conversationId }, category));
      }),
    );
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.id;
  }
}
