/** For what an agent downloads: only the console's own page may ask for it. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '../app-error.ts';

/** The cookie is `SameSite=Strict` already; a browser also says on whose behalf it asks. */
export function requireOwnPage({ headers }: FastifyRequest, ownOrigin: string): void {
  const { origin, 'sec-fetch-site': site = 'same-origin' } = headers;
  const isOwn = origin === undefined || origin === ownOrigin;
  if (!isOwn || (site !== 'same-origin' && site !== 'none')) {
    throw new AppError('origin_not_allowed');
  }
}
