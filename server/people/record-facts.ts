/** What a visitor's page says of its visitor, and the line of the ledger that says it was given. */
import type { DataCategory } from '../../protocol/ledger.ts';
import type { Deps } from '../deps.ts';
import type { Giver } from '../ledger/ledger.ts';
import { type GivenFacts, updateVisitorFacts } from './visitors.ts';

const CATEGORIES: Readonly<Record<keyof GivenFacts, DataCategory>> = {
  name: 'name',
  email: 'email',
  page: 'page',
  locale: 'browser',
  browser: 'browser',
};

export const categoriesOf = (facts: GivenFacts): DataCategory[] => [
  ...new Set(
    Object.entries(CATEGORIES).flatMap(([key, category]) =>
      facts[key as keyof GivenFacts] === undefined ? [] : category,
    ),
  ),
];

/** Both or neither [LEDGER-1]. @returns whether there is a record to change */
export async function recordFacts(
  { store, ledger }: Pick<Deps, 'store' | 'ledger'>,
  visitor: Giver,
  facts: GivenFacts,
): Promise<boolean> {
  if (Object.keys(facts).length === 0) return false;
  return store.db.transaction().execute(async (tx) => {
    const isRecorded = await updateVisitorFacts(tx, visitor.id, facts);
    if (isRecorded) ledger.givenIn(tx, visitor, categoriesOf(facts));
    return isRecorded;
  });
}
