/** `GET /api/agent/payments.csv`: the payments of a filter, streamed, for the console alone [PAY-9]. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import { PaymentsFilter } from '../../protocol/payments.ts';
import { plainAddress } from '../address.ts';
import type { Deps } from '../deps.ts';
import { listedEvent } from '../ledger/readings.ts';
import { exportPayments } from '../payments/export-payments.ts';
import { readAgentCookie } from '../people/agent-cookie.ts';
import { requireAgentSession } from '../people/agent-sessions.ts';
import { createParser } from '../validator.ts';
import { requireOwnPage } from './own-page.ts';

const parseFilter = createParser(PaymentsFilter);

export function addPaymentExportRoute(app: FastifyInstance, deps: Deps): void {
  app.get('/api/agent/payments.csv', async (request, reply) => {
    requireOwnPage(request, deps.publicUrl());
    const cookie = readAgentCookie(request.headers.cookie, deps.publicUrl());
    const { agent } = await requireAgentSession(deps, cookie);
    const filter = parseFilter(toFilter(request.query));
    request.log.info({ agentId: agent.id, filter }, 'payments exported');
    const reader = { agentId: agent.id, ip: plainAddress(request.ip) };
    const beforePage = (conversationIds: string[]) =>
      deps.ledger.record(listedEvent(reader, { list: 'payments.csv', conversationIds, filter }));
    const day = new Date(deps.clock.now()).toISOString().slice(0, 10);
    return reply
      .header('content-type', 'text/csv; charset=utf-8; header=present')
      .header('content-disposition', `attachment; filename="payments-${day}.csv"`)
      .header('cache-control', 'no-store')
      .send(Readable.from(exportPayments(deps.store.db, filter, beforePage)));
  });
}

/** A query has text only; an empty field is one that was not chosen. */
function toFilter(query: unknown): Record<string, unknown> {
  const given = Object.entries(Object(query)).filter(([, value]) => value !== '');
  return Object.fromEntries(given.map(([name, value]) => [name, toValue(name, value)]));
}

function toValue(name: string, value: unknown): unknown {
  if (name === 'attention' && value === 'true') return true;
  const isInstant = (name === 'from' || name === 'to') && /^\d{1,16}$/.test(String(value));
  return isInstant ? Number(value) : value;
}
