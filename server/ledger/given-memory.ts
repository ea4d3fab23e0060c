/**
 * Remembers of the visitors seen last what each has given, so that the message path asks nothing of
 * the database. Only ever of what is durable; forgetting costs a query and no more.
 */
import { DATA_CATEGORIES, type DataCategory } from '../../protocol/ledger.ts';

export interface GivenMemory {
  has(visitorId: string, category: DataCategory): boolean;
  add(visitorId: string, category: DataCategory): void;
  forget(visitorId: string): void;
}

const MAX_VISITORS = 50_000;

const bitOf = (category: DataCategory) => 1 << DATA_CATEGORIES.indexOf(category);

export function createGivenMemory(): GivenMemory {
  /** In the order of first sight, so the oldest stands in front. */
  const given = new Map<string, number>();
  return {
    has: (visitorId, category) => ((given.get(visitorId) ?? 0) & bitOf(category)) !== 0,
    add(visitorId, category) {
      given.set(visitorId, (given.get(visitorId) ?? 0) | bitOf(category));
      if (given.size <= MAX_VISITORS) return;
      const [oldest] = given.keys();
      if (oldest !== undefined) given.delete(oldest);
    },
    forget: (visitorId) => void given.delete(visitorId),
  };
}
