/** Visitors' records and the tokens that they are known by. Owns both tables. */
import type { Deps } from '../deps.ts';
import type { GivenFacts } from '../ledger/given-facts.ts';
import { cleanText, cleanUrl } from '../log/entry-draft.ts';
import type { Database, Tx } from '../store/store.ts';
import { DAY_MS, type TokenClaims } from './visitor-token.ts';

/** A visitor as the socket knows one, with or without a record. */
export interface PendingVisitor {
  id: string;
  siteId: string;
  token: { hash: string; issuedAt: number };
  facts: GivenFacts;
  /** The line of the ledger that opened this session, and what ran in the browser. */
  session?: VisitorSession;
}
export interface VisitorSession {
  n: number;
  openedAt: number;
  release: string | null;
}

/** Card numbers are taken out of what people and pages put into names and addresses [CARD-2]. */
export function cleanFacts(given: GivenFacts): GivenFacts {
  const clean: GivenFacts = {};
  for (const key of ['name', 'email', 'page', 'locale', 'browser'] as const) {
    const value = given[key]?.trim();
    if (value) clean[key] = key === 'page' ? cleanUrl(value) : cleanText(value);
  }
  return clean;
}

/** The record comes with the first message, in its transaction [AUTH-3]. */
export async function recordVisitor(tx: Tx, visitor: PendingVisitor, now: number): Promise<void> {
  const { id, siteId, token, facts } = visitor;
  await tx
    .insertInto('visitors')
    .values({
      id,
      site_id: siteId,
      name: facts.name ?? null,
      email: facts.email ?? null,
      page: facts.page ?? null,
      first_page: facts.page ?? null,
      first_seen_at: Math.min(token.issuedAt, now),
      locale: facts.locale ?? null,
      browser: facts.browser ?? null,
      created_at: now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await tx
    .insertInto('visitor_tokens')
    .values({ hash: token.hash, visitor_id: id, issued_at: token.issuedAt, replaced_at: null })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
}

/** @returns whether there is a record to change */
export async function updateVisitorFacts(
  db: Database | Tx,
  visitorId: string,
  facts: GivenFacts,
): Promise<boolean> {
  if (Object.keys(facts).length === 0) return false;
  const { numUpdatedRows } = await db
    .updateTable('visitors')
    .set(facts)
    .where('id', '=', visitorId)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

export type TokenStanding = 'pending' | 'good' | 'replaced' | 'unknown';

/** How long a replaced token is still honoured [AUTH-3]. */
const GRACE_MS = 3_600_000;

/**
 * `pending`: no record yet, so the signature is all there is. A token made while the visitor was
 * pending could not be stored then, and is adopted when it comes. Which of several had been replaced,
 * their age says: a token is replaced only when it is older than a day, so one that is more than a
 * day older than a token that is known gave way to it, and any other did not.
 */
export async function standingOf(
  deps: Pick<Deps, 'store' | 'clock'>,
  siteId: string,
  claims: TokenClaims,
): Promise<TokenStanding> {
  const { store, clock } = deps;
  const visitor = await store.db
    .selectFrom('visitors')
    .select(['site_id', 'created_at'])
    .where('id', '=', claims.visitorId)
    .executeTakeFirst();
  if (!visitor) return 'pending';
  if (visitor.site_id !== siteId) return 'unknown';

  const tokens = await store.db
    .selectFrom('visitor_tokens')
    .select(['hash', 'issued_at', 'replaced_at'])
    .where('visitor_id', '=', claims.visitorId)
    .orderBy('issued_at')
    .execute();
  const known = tokens.find(({ hash }) => hash === claims.hash);
  if (!known && claims.issuedAt > visitor.created_at) return 'unknown';
  const replacedAt = known
    ? known.replaced_at
    : (tokens.find(({ issued_at }) => issued_at > claims.issuedAt + DAY_MS)?.issued_at ?? null);
  if (replacedAt !== null) return replacedAt + GRACE_MS >= clock.now() ? 'replaced' : 'unknown';
  if (!known) await adopt(deps, claims);
  return 'good';
}

/** What it had replaced was not known to be replaced until now. */
async function adopt({ store, clock }: Pick<Deps, 'store' | 'clock'>, claims: TokenClaims) {
  await storeToken(store.db, claims);
  await store.db
    .updateTable('visitor_tokens')
    .set({ replaced_at: clock.now() })
    .where('visitor_id', '=', claims.visitorId)
    .where('issued_at', '<', claims.issuedAt - DAY_MS)
    .where('replaced_at', 'is', null)
    .execute();
}

export async function storeToken(db: Database, claims: TokenClaims): Promise<void> {
  await db
    .insertInto('visitor_tokens')
    .values({
      hash: claims.hash,
      visitor_id: claims.visitorId,
      issued_at: claims.issuedAt,
      replaced_at: null,
    })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
}

export async function retireToken(db: Database, hash: string, now: number): Promise<void> {
  await db
    .updateTable('visitor_tokens')
    .set({ replaced_at: now })
    .where('hash', '=', hash)
    .where('replaced_at', 'is', null)
    .execute();
}
