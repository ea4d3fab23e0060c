/** What a visitor's page says of its visitor, and the line of the ledger that says it was given. */
import type { Deps } from '../deps.ts';
import { categoriesOf, type GivenFacts } from '../ledger/given-facts.ts';
import type { Giver } from '../ledger/ledger.ts';
import type { Database } from '../store/store.ts';
import { updateVisitorFacts } from './visitors.ts';

/**
 * Both or neither [LEDGER-1]. Whoever comes back with what is known already, as nearly everybody does
 * after a restart of the server, costs a look and no transaction. @returns whether a record changed
 */
export async function recordFacts(
  { store, ledger }: Pick<Deps, 'store' | 'ledger'>,
  visitor: Giver,
  facts: GivenFacts,
): Promise<boolean> {
  if (Object.keys(facts).length === 0 || (await isKnown(store.db, visitor.id, facts))) return false;
  return store.transact(async (tx) => {
    const isRecorded = await updateVisitorFacts(tx, visitor.id, facts);
    if (isRecorded) await ledger.givenIn(tx, visitor, categoriesOf(facts));
    return isRecorded;
  });
}

/** What stands in the record stands in the ledger too: both were written together. */
async function isKnown(db: Database, visitorId: string, facts: GivenFacts): Promise<boolean> {
  const record = await db
    .selectFrom('visitors')
    .select(['name', 'email', 'page', 'locale', 'browser'])
    .where('id', '=', visitorId)
    .executeTakeFirst();
  const entries = Object.entries(facts) as [keyof GivenFacts, string | undefined][];
  return record !== undefined && entries.every(([key, fact]) => record[key] === fact);
}
