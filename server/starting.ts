/**
 * Answers on the server's port while the database is opened and migrated, which may take long: it is
 * alive and not ready. Whoever supervises it does not kill a migration for silence.
 */
import { createServer } from 'node:http';
import { notReady } from './http/health-routes.ts';

const RETRY_AFTER_S = '5';

/** @returns what ends it, so that the server itself can listen */
export async function answerWhileStarting(
  { port, host }: { port: number; host: string },
  reason = 'migrating',
): Promise<() => Promise<void>> {
  // Any free port would be another one than the server's.
  if (port === 0) return async () => {};
  const server = createServer({ requestTimeout: 5000 }, ({ url }, response) => {
    const headers = { 'content-type': 'application/json', connection: 'close' };
    if (url === '/healthz') {
      response.writeHead(200, headers).end(JSON.stringify({ ok: true, data: { status: 'alive' } }));
    } else {
      response.writeHead(503, { ...headers, 'retry-after': RETRY_AFTER_S });
      response.end(JSON.stringify(notReady(reason)));
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, host, resolve);
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
}
