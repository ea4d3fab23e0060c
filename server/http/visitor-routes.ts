/** What a merchant's page asks for before anybody chats: the site's looks, and a session. */
import type { FastifyInstance } from 'fastify';
import {
  type SessionRequest,
  SessionRequest as SessionSchema,
  type SiteConfig,
} from '../../protocol/http.ts';
import { AppError, accept } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { browserName } from '../people/browser-name.ts';
import { startSession } from '../people/start-session.ts';
import type { Tickets } from '../people/tickets.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { findSiteByKey } from '../sites/sites.ts';
import { addMerchantRoute } from './merchant-route.ts';

const MINUTE_MS = 60_000;

export function addVisitorRoutes(app: FastifyInstance, deps: Deps, tickets: Tickets): void {
  app.get<{ Params: { siteKey: string } }>('/api/sites/:siteKey', async (request, reply) => {
    reply.header('access-control-allow-origin', '*');
    const site = await findSiteByKey(deps.store.db, request.params.siteKey);
    if (!site) throw new AppError('site_unknown');
    reply.header('cache-control', 'public, max-age=300');
    const { name, color, greeting } = site;
    return accept<SiteConfig>({ name, color, greeting });
  });

  const perAddress = createRateLimiter(deps.shared, {
    name: 'session',
    tries: deps.config.limits.sessionsPerMinute,
    windowMs: MINUTE_MS,
  });
  addMerchantRoute<SessionRequest>(app, deps, {
    url: '/api/session',
    schema: SessionSchema,
    limit: perAddress.take,
    async handle({ body, site, request }) {
      deps.load.admitSession(site.id);
      const browser = browserName(request.headers['user-agent']);
      return startSession(deps, tickets, body, { site, browser });
    },
  });
}
