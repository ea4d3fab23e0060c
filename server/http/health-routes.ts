/** For whoever runs the server: is it alive, and may it be sent requests? */
import type { FastifyInstance } from 'fastify';
import { accept, refusalOf } from '../app-error.ts';
import type { Readiness } from './readiness.ts';

export function addHealthRoutes(app: FastifyInstance, readiness: () => Promise<Readiness>): void {
  app.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return accept({ status: 'alive' });
  });
  app.get('/readyz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    const { reason, shared } = await readiness();
    if (reason === null) return accept({ status: 'ready', shared });
    return reply.code(503).send(notReady(reason));
  });
}

/** Programs go by `reason`. */
export function notReady(reason: string) {
  const { ok, error } = refusalOf('unavailable');
  return { ok, error: { ...error, reason } };
}
