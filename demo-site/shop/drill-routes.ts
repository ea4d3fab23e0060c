/**
 * `/drill`: the page on which a visitor may break in, and the two small shops in it. On localhost
 * alone, since it serves attacks on purpose.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { trusted } from './html.ts';
import { type DrillChoice, drillPage, stagePage } from './pages/drill.ts';
import type { View } from './pages/layout.ts';

export type DrillOptions = DrillChoice & {
  tag(side: DrillSide, visit: string, attack: string): string;
};
export const DRILL_SIDES = ['conventional', 'pinned', 'signed'] as const;
export type DrillSide = (typeof DRILL_SIDES)[number];

const LOCAL = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/;

export function addDrillRoutes(
  app: FastifyInstance,
  drill: DrillOptions,
  show: (request: FastifyRequest, reply: FastifyReply, view: View) => FastifyReply,
  browserScript: string,
): void {
  const isLocal = ({ headers }: FastifyRequest) => LOCAL.test(headers.host ?? '');

  app.get('/drill', (request, reply) =>
    isLocal(request) ? show(request, reply, drillPage(drill)) : reply.callNotFound(),
  );
  app.get('/drill.js', (request, reply) =>
    isLocal(request)
      ? reply.type('text/javascript; charset=utf-8').send(browserScript)
      : reply.callNotFound(),
  );
  app.get<{ Querystring: Record<string, string> }>('/drill/stage', (request, reply) => {
    const { side: asked, visit = '', attack } = request.query;
    const side = DRILL_SIDES.find((known) => known === asked);
    const known = drill.attacks.find(({ id }) => id === attack);
    if (!isLocal(request) || !side || !known || !/^[\w-]{1,40}$/.test(visit))
      return reply.callNotFound();
    return reply
      .headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' })
      .type('text/html; charset=utf-8')
      .send(stagePage(trusted(drill.tag(side, visit, known.id))).toString());
  });
}
