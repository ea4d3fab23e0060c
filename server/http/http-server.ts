/** Fastify with what every route shares: ids, headers, bodies, refusals, one log line a request. */
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { HTTP_BODY_MAX_BYTES } from '../../protocol/limits.ts';
import type { Config } from '../config.ts';
import type { Logger, RandomBytes } from '../deps.ts';
import { useJson } from './json.ts';
import { useSecurityHeaders } from './security-headers.ts';

export interface HttpOptions {
  config: Config;
  logger: Logger;
  random: RandomBytes;
  publicUrl: () => string;
}

const REQUEST_ID_BYTES = 9;
const REQUEST_TIMEOUT_MS = 15_000;
/** Paths of this server alone; nothing here needs a long one. */
const MAX_PARAM_LENGTH = 100;

export function createHttp({ config, logger, random, publicUrl }: HttpOptions): FastifyInstance {
  // Named by its base type: Fastify's instance is generic in its logger.
  const loggerInstance: FastifyBaseLogger = logger;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trusted(config.trustProxy),
    bodyLimit: HTTP_BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // The peer does not choose what stands in our log.
    requestIdHeader: false,
    genReqId: () => random(REQUEST_ID_BYTES).toString('base64url'),
    forceCloseConnections: 'idle',
  });

  useSecurityHeaders(app, publicUrl);
  useJson(app);
  app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime),
      },
      'request',
    );
  });
  return app;
}

/** A number is how many proxies stand in front: the address is believed from that many of them. */
function trusted(setting: Config['trustProxy']) {
  if (typeof setting !== 'number') return setting;
  return (_address: string, hop: number) => hop < setting;
}
