/** Fastify with what every route shares: ids, headers, bodies, refusals, one log line a request. */
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify';
import { HTTP_BODY_MAX_BYTES } from '../../protocol/limits.ts';
import { AppError } from '../app-error.ts';
import type { Config } from '../config.ts';
import { busy, type Load } from '../load/load.ts';
import type { Meters } from '../metrics/meters.ts';
import { inRequest, requestIdOf } from '../request-context.ts';
import type { Logger } from '../world.ts';
import { useJson } from './json.ts';
import type { Phase } from './readiness.ts';
import { useSecurityHeaders } from './security-headers.ts';

export interface HttpOptions {
  config: Config;
  logger: Logger;
  publicUrl: () => string;
  load: Pick<Load, 'beginHttp' | 'endHttp'>;
  meters: Meters;
  phase: Phase;
}

/** The whole request, from its first byte: whoever dribbles is cut off, with 408 if it can be said. */
const REQUEST_TIMEOUT_MS = 15_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** Longer than that of a proxy in front, which would send a request into a closing connection. */
const KEEP_ALIVE_MS = 72_000;
/** How often the two above are looked at; Node's own half a minute would triple them. */
const CHECK_EVERY_MS = 2000;
/**
 * For who is in the middle of a request when the server ends. From then on Node looks at none of the
 * above, and would wait for ever for who says no more.
 */
const END_WITHIN_MS = 5000;
const HEADERS_MAX_BYTES = 16_384;
const HEALTH = /^\/(healthz|readyz)$/;
/** Paths of this server alone; nothing here needs a long one. */
const MAX_PARAM_LENGTH = 100;

export function createHttp(options: HttpOptions): FastifyInstance {
  const { config, logger, publicUrl, load, meters, phase } = options;
  // Named by its base type: Fastify's instance is generic in its logger.
  const loggerInstance: FastifyBaseLogger = logger;
  const app = Fastify({
    loggerInstance,
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: trusted(config.trustProxy),
    bodyLimit: HTTP_BODY_MAX_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: HEADERS_TIMEOUT_MS,
      connectionsCheckingInterval: CHECK_EVERY_MS,
      maxHeaderSize: HEADERS_MAX_BYTES,
    },
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // A proxy's id, or whoever's: of a form that says nothing, and nothing else of the peer's choice.
    requestIdHeader: false,
    genReqId: ({ headers }) => requestIdOf(headers['x-request-id']),
    // Every line has the id already, from where the request runs.
    childLoggerFactory: (parent) => parent,
    forceCloseConnections: 'idle',
    // Fastify's refusal has a form of its own, in which there is no code [ERR-2].
    return503OnClosing: false,
  });

  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), END_WITHIN_MS).unref();
  });
  useSecurityHeaders(app, publicUrl);
  useJson(app, meters);
  if (config.trustProxy === false) warnOfProxy(app, logger);
  app.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    inRequest({ requestId: request.id }, done);
  });
  // Reading a body leaves the context that it began in.
  app.addHook('preHandler', (request, _reply, done) => inRequest({ requestId: request.id }, done));
  app.addHook('onRequest', async ({ url }, reply) => {
    if (HEALTH.test(url)) return;
    if (phase.now === 'leaving') {
      reply.header('connection', 'close');
      throw new AppError('unavailable');
    }
    if (!load.beginHttp()) throw busy();
    reply.raw.once('close', load.endHttp);
  });
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

/** Behind a proxy that is not believed everybody has its address, and shares what one may do. Said once. */
function warnOfProxy(app: FastifyInstance, logger: Pick<Logger, 'warn'>): void {
  let isSaid = false;
  app.addHook('onRequest', async ({ headers }) => {
    if (isSaid || headers['x-forwarded-for'] === undefined) return;
    isSaid = true;
    logger.warn(
      'a request came with X-Forwarded-For, which is not believed: behind a proxy set TRUST_PROXY, ' +
        'or all visitors count as one address',
    );
  });
}

/** A number is how many proxies stand in front: the address is believed from that many of them. */
function trusted(setting: Config['trustProxy']) {
  if (typeof setting !== 'number') return setting;
  return (_address: string, hop: number) => hop < setting;
}
