/**
 * `POST /api/session` [AUTH-2] [AUTH-3]: knows the visitor again or makes a new one, and grants a
 * ticket for one handshake. Creates no record of the visitor, only a line of the ledger [LEDGER-1].
 */
import type { SessionGrant, SessionRequest } from '../../protocol/http.ts';
import type { Deps } from '../deps.ts';
import type { GivenFacts } from '../ledger/given-facts.ts';
import type { Giver } from '../ledger/ledger.ts';
import { takesPayments } from '../sites/minting.ts';
import type { Site } from '../sites/sites.ts';
import { type AuthenticatedVisitor, authenticateVisitor } from './authenticate-visitor.ts';
import { recordFacts } from './record-facts.ts';
import { TICKET_TTL_MS, type Tickets } from './tickets.ts';
import { DAY_MS, type IssuedToken, issueToken } from './visitor-token.ts';
import { cleanFacts, retireToken, storeToken, type VisitorSession } from './visitors.ts';

export interface SessionContext {
  site: Site;
  browser: string | undefined;
}

/** @throws AppError `token_invalid`, `token_expired` */
export async function startSession(
  deps: Deps,
  tickets: Tickets,
  request: SessionRequest,
  { site, browser }: SessionContext,
): Promise<SessionGrant> {
  const known =
    request.token === undefined ? null : await authenticateVisitor(deps, site, request.token);
  const token = await tokenFor(deps, site, request.token, known);
  const facts = cleanFacts(factsOf(request, browser));
  const conversation = await conversationOf(deps, token.visitorId);
  const visitor = {
    id: token.visitorId,
    siteId: site.id,
    conversationId: conversation?.id ?? null,
  };
  if (known && known.standing !== 'pending') {
    const changed = await recordFacts(deps, visitor, facts);
    if (changed && conversation) deps.publisher.conversationChanged(conversation.id);
  }
  const session = await openSession(deps, visitor, request.release ?? null, facts.page);
  return {
    token: token.token,
    ticket: tickets.grant({
      id: token.visitorId,
      siteId: site.id,
      token: { hash: token.hash, issuedAt: token.issuedAt },
      facts,
      session,
    }),
    ticketTtlMs: TICKET_TTL_MS,
    resumed: conversation?.status === 'open',
    payments: takesPayments(deps.config, site),
  };
}

async function openSession(
  { ledger, clock }: Deps,
  visitor: Giver,
  release: string | null,
  page: string | undefined,
): Promise<VisitorSession> {
  const { id: visitorId, siteId, conversationId } = visitor;
  const openedAt = clock.now();
  const detail = page === undefined ? {} : { page };
  const of = { visitorId, siteId, conversationId, release };
  // Before the line that holds the page, so that nothing is stored of which the ledger says nothing.
  const given = page === undefined ? null : ledger.given(visitor, 'page');
  const [n] = await Promise.all([ledger.record({ kind: 'session.opened', ...of, detail }), given]);
  return { n, openedAt, release };
}

/** [AUTH-3] A token older than a day, or one that was replaced already, gives way to a new one. */
async function tokenFor(
  deps: Deps,
  site: Site,
  token: string | undefined,
  known: AuthenticatedVisitor | null,
): Promise<IssuedToken> {
  if (!known || token === undefined) return issueToken(deps, site.id);
  const fresh = known.issuedAt + DAY_MS >= deps.clock.now();
  if (fresh && known.standing !== 'replaced') return { ...known, token };
  const next = issueToken(deps, site.id, known.visitorId);
  if (known.standing !== 'pending') {
    await storeToken(deps.store.db, next);
    await retireToken(deps.store.db, known.hash, deps.clock.now());
  }
  return next;
}

const factsOf = (request: SessionRequest, browser: string | undefined): GivenFacts => ({
  ...request.identity,
  ...(request.page !== undefined && { page: request.page }),
  ...(request.locale !== undefined && { locale: request.locale }),
  ...(browser !== undefined && { browser }),
});

const conversationOf = ({ store }: Deps, visitorId: string) =>
  store.db
    .selectFrom('conversations')
    .select(['id', 'status'])
    .where('visitor_id', '=', visitorId)
    .executeTakeFirst();
