/**
 * Bodies and answers [ERR-2] [ERR-4]. Every body is JSON, whatever its type says, because a
 * merchant's page sends `text/plain` to need no preflight. A route with `config: {rawBody: true}`
 * receives the untouched bytes as a `Buffer`: a webhook's signature is over those.
 */
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { AppError, toRefusal } from '../app-error.ts';
import { countUp, type Meters } from '../metrics/meters.ts';
import { HTTP_STATUS } from './status.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    rawBody?: boolean;
  }
}

export function useJson(app: FastifyInstance, meters: Meters): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    if (request.routeOptions.config.rawBody) return done(null, body);
    try {
      done(null, JSON.parse(body.toString('utf8')));
    } catch (cause) {
      done(new AppError('bad_request', { cause }));
    }
  });

  function refuse(reply: FastifyReply, error: unknown): FastifyReply {
    const { outcome } = toRefusal(error);
    const { code, retryAfterMs } = outcome.error;
    countUp(meters.refused.http, code);
    if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1000));
    return reply.code(HTTP_STATUS[code]).header('cache-control', 'no-store').send(outcome);
  }

  app.setNotFoundHandler((_request, reply) => refuse(reply, new AppError('not_found')));
  app.setErrorHandler<FastifyError | AppError>((error, request, reply) => {
    const known = fromFastify(error);
    if (toRefusal(known).unexpected) request.log.error({ err: known }, 'request failed');
    return refuse(reply, known);
  });
}

/** Fastify's own refusals: a body that is too large or cannot be read. */
function fromFastify(error: FastifyError | AppError): Error {
  const status = 'statusCode' in error ? (error.statusCode ?? 500) : 500;
  if (error instanceof AppError || status >= 500) return error;
  return new AppError(status === 404 ? 'not_found' : 'bad_request', { cause: error });
}
