/** What is known of a visitor, and which category of the ledger each fact is. */
import type { DataCategory } from '../../protocol/ledger.ts';

/** What the page or the visitor says; unverified. Absent means: as before. */
export interface GivenFacts {
  name?: string;
  email?: string;
  page?: string;
  locale?: string;
  browser?: string;
}

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
