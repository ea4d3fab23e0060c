/** For whoever runs the server: is it alive, and may it be sent requests? */
import type { FastifyInstance } from 'fastify';
import { AppError, accept } from '../app-error.ts';

export function addHealthRoutes(app: FastifyInstance, isReady: () => Promise<boolean>): void {
  app.get('/healthz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    return accept({ status: 'alive' });
  });
  app.get('/readyz', async (_request, reply) => {
    reply.header('cache-control', 'no-store');
    if (!(await isReady())) throw new AppError('unavailable');
    return accept({ status: 'ready' });
  });
}
