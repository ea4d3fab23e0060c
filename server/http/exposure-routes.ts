/** [EXP-3] An owner asks who was exposed, and fetches the answer again: for the console alone. */
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ExposureQuestion } from '../../protocol/ledger.ts';
import { plainAddress } from '../address.ts';
import { AppError, accept } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { askExposure } from '../exposure/ask-exposure.ts';
import { reportCsv } from '../exposure/report-csv.ts';
import { findReport, findReportHead, listReports } from '../exposure/reports.ts';
import { signReport } from '../exposure/signed-report.ts';
import { readAgentCookie } from '../people/agent-cookie.ts';
import { requireAgentSession } from '../people/agent-sessions.ts';
import { createParser } from '../validator.ts';
import { requireOwnPage } from './own-page.ts';

const parseQuestion = createParser(ExposureQuestion);

interface Named {
  Params: { id: string };
}

export function addExposureRoutes(app: FastifyInstance, deps: Deps): void {
  const { db } = deps.store;

  /** @throws AppError `signed_out`, `forbidden` */
  async function requireOwner(request: FastifyRequest) {
    const cookie = readAgentCookie(request.headers.cookie, deps.publicUrl());
    const { agent } = await requireAgentSession(deps, cookie);
    if (agent.role !== 'owner') throw new AppError('forbidden');
    return { id: agent.id, address: plainAddress(request.ip) };
  }

  /** What leaves the server again is said as well. */
  async function requireReport(request: FastifyRequest<Named>, as: string) {
    requireOwnPage(request, deps.publicUrl());
    const owner = await requireOwner(request);
    const head = await findReportHead(db, request.params.id);
    if (!head) throw new AppError('exposure_unknown');
    const detail = { reportId: head.id, as, ip: owner.address };
    await deps.ledger.record({ kind: 'exposure.asked', agentId: owner.id, detail });
    return head;
  }

  app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store');
    });

    scope.post('/api/agent/exposure', async (request) => {
      if (request.headers.origin !== deps.publicUrl()) throw new AppError('origin_not_allowed');
      const owner = await requireOwner(request);
      requireWindow(request.body);
      return accept(await askExposure(deps, parseQuestion(request.body), owner));
    });

    scope.get('/api/agent/exposure', async (request) => {
      requireOwnPage(request, deps.publicUrl());
      await requireOwner(request);
      return accept(await listReports(db));
    });

    scope.get<Named>('/api/agent/exposure/:id', async (request) => {
      const { id } = await requireReport(request, 'page');
      return accept(await findReport(db, id));
    });

    scope.get<Named>('/api/agent/exposure/:id.csv', async (request, reply) => {
      const { id, askedAt } = await requireReport(request, 'csv');
      return reply
        .header('content-type', 'text/csv; charset=utf-8; header=present')
        .header('content-disposition', `attachment; filename="exposure-${dayOf(askedAt)}.csv"`)
        .send(Readable.from(reportCsv(db, id)));
    });

    scope.get<Named>('/api/agent/exposure/:id.signed.json', async (request, reply) => {
      const { id, askedAt } = await requireReport(request, 'signed');
      const signed = await signReport(db, deps.keys.ledger, id);
      return reply
        .header('content-type', 'application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="exposure-${dayOf(askedAt)}.json"`)
        .send(JSON.stringify(signed));
    });
  });
}

/** A window without an end is a question that people ask; it deserves more than `bad_request`. */
function requireWindow(body: unknown): void {
  const { from, to } = Object(body);
  if (from === undefined || to === undefined || from === null || to === null) {
    throw new AppError('window_invalid');
  }
}

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
