/**
 * What was seen to go wrong on merchants' pages: by loaders [REPORT-1], and by browsers themselves
 * [REPORT-3]. Stored with a count, told to agents, one line in the log, and alerts in their own time.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type ReportRequest, ReportRequest as ReportSchema } from '../../protocol/http.ts';
import { AppError, accept } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { Alerts } from '../incidents/alerts.ts';
import { readBrowserReports } from '../incidents/browser-reports.ts';
import { countDropped, fileReport } from '../incidents/reports.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { findSiteByKey, type Site } from '../sites/sites.ts';
import { addMerchantRoute } from './merchant-route.ts';
import { networkOf } from './network.ts';

const MINUTE_MS = 60_000;
/** A batch repeats the page's whole policy in each of its reports. */
const BROWSER_BODY_MAX_BYTES = 262_144;
const PREFLIGHT_S = 86_400;
const BROWSER_URL = '/api/reports/browser';

type FiledBody = Pick<ReportRequest, 'kind' | 'release' | 'subject' | 'page'> & { times?: number };

export function addReportRoutes(
  app: FastifyInstance,
  deps: Deps,
  alerts: Pick<Alerts, 'noticed'>,
): void {
  const perAddress = createRateLimiter(deps.shared, {
    name: 'report',
    tries: deps.config.limits.reportsPerMinute,
    windowMs: MINUTE_MS,
  });

  async function file(request: FastifyRequest, site: Site, body: FiledBody, by: string) {
    const userAgent = request.headers['user-agent'] ?? '';
    const { times = 1 } = body;
    const { id, count, incidentId } = await fileReport(deps, { site, body, userAgent, times });
    deps.publisher.incidentChanged(incidentId);
    alerts.noticed();
    request.log.warn(
      { reportId: id, incidentId, siteId: site.id, kind: body.kind, count },
      `a ${by} reported`,
    );
  }

  addMerchantRoute<ReportRequest>(app, deps, {
    url: '/api/reports',
    schema: ReportSchema,
    limit: perAddress.take,
    async handle({ body, site, request }) {
      await file(request, site, body, 'loader');
      return null;
    },
  });

  // `application/reports+json` is asked about first, by a preflight (Fetch, 4.8); reports carry no
  // credentials to another origin, and what is answered is nobody's secret.
  app.options(BROWSER_URL, (_request, reply) =>
    reply
      .headers({
        'access-control-allow-origin': '*',
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': PREFLIGHT_S,
      })
      .code(204)
      .send(),
  );
  app.post<{ Querystring: { site?: unknown } }>(BROWSER_URL, {
    bodyLimit: BROWSER_BODY_MAX_BYTES,
    onRequest: async (request, reply) => {
      reply.header('access-control-allow-origin', '*').header('cache-control', 'no-store');
      await perAddress.take(networkOf(request.ip));
    },
    handler: async (request) => {
      const site = await findSiteByKey(deps.store.db, String(request.query.site ?? ''));
      if (!site) throw new AppError('site_unknown');
      const ownOrigin = deps.publicUrl();
      const read = readBrowserReports(request.body, { ...site, ownOrigin });
      if (!read) throw new AppError('bad_request');
      for (const report of read.reports) await file(request, site, report, 'browser');
      if (read.dropped > 0) await countDropped(deps, site.id, read.dropped);
      return accept(null);
    },
  });
}
