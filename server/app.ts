/** All wiring: the one module that knows every part. */
import { mkdirSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from './config.ts';
import type { Deps } from './deps.ts';
import { createEnding } from './ending.ts';
import { createAffectedBy } from './exposure/affected-by.ts';
import { addAgentRoutes } from './http/agent-routes.ts';
import { addConsoleRoutes } from './http/console-routes.ts';
import { addEmbedRoutes } from './http/embed-routes.ts';
import { addExposureRoutes } from './http/exposure-routes.ts';
import { addHealthRoutes } from './http/health-routes.ts';
import { createHttp } from './http/http-server.ts';
import { addNoticeRoutes } from './http/notice-routes.ts';
import { addPaymentExportRoute } from './http/payment-export-route.ts';
import { addPaymentRoutes } from './http/payment-routes.ts';
import { createReadiness, type Phase } from './http/readiness.ts';
import { addReportRoutes } from './http/report-routes.ts';
import { addVisitorRoutes } from './http/visitor-routes.ts';
import { createAlerts } from './incidents/alerts.ts';
import { createKeys, loadSecret } from './keys.ts';
import { createLedger } from './ledger/create-ledger.ts';
import { watchReleases } from './ledger/watch-releases.ts';
import { createLoad } from './load/load.ts';
import { createLog } from './log/log.ts';
import { createLogger } from './logger.ts';
import { createMeters } from './metrics/meters.ts';
import { createMetricsPage } from './metrics/metrics-page.ts';
import { type MetricsServer, serveMetrics } from './metrics/metrics-server.ts';
import { processGauges } from './metrics/process-gauges.ts';
import { storeGauges } from './metrics/store-gauges.ts';
import { createNotices } from './notices/notices.ts';
import { createPayments } from './payments/payments.ts';
import { recordPayments } from './payments/recorded-payments.ts';
import { createTickets } from './people/tickets.ts';
import { createRealtime } from './realtime/realtime.ts';
import { openShared } from './shared/open-shared.ts';
import { createPostgresLocks } from './shared/postgres-locks.ts';
import { createTurns } from './shared/turns.ts';
import { openStore } from './store/open-store.ts';
import type { Store } from './store/store.ts';
import { type Clock, type Logger, type RandomBytes, systemClock, systemRandom } from './world.ts';

/**
 * Connections that wait to be taken. Whoever was cut off together comes back together; what does not
 * fit is dropped, and tried again by the kernel at the other end after 1, 3, 7 and 15 seconds. Linux
 * takes no more than `net.core.somaxconn`.
 */
const BACKLOG = 4096;
/** For all that still waits for something once the sockets have left. */
const END_WITHIN_MS = 10_000;

export interface AppOptions {
  config: Config;
  clock?: Clock;
  random?: RandomBytes;
  logger?: Logger;
}

export interface App {
  /** @returns the origin under which this server is reached */
  listen(): Promise<{ url: string }>;
  /**
   * Refuses what is new, answers what runs, writes what waits, closes everything. Once is enough, and
   * it comes to an end whatever does not.
   */
  close(): Promise<void>;
  readonly store: Store;
  readonly deps: Deps;
}

/** @throws DatabaseUnusableError, or why the data directory cannot be used */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, clock = systemClock, random = systemRandom } = options;
  const logger = options.logger ?? createLogger(config.logLevel);
  let url = config.publicUrl ?? `http://localhost:${config.port}`;
  const publicUrl = () => url;
  const phase: Phase = { now: 'starting' };
  const meters = createMeters();
  const load = createLoad(config.load);
  meters.gauges.push(...processGauges(), ...load.gauges);

  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  const keys = createKeys(loadSecret(config, random));
  const store = await openStore(config);
  const { shared, cluster } = openShared({ config, clock, keys, random, logger });
  const ledger = createLedger({
    store,
    clock,
    random,
    logger,
    key: keys.ledger,
    witnessUrl: config.witnessUrl,
    meter: meters.ledger,
    shared,
  });
  const turns = createTurns(
    config.databaseUrl === null
      ? undefined
      : createPostgresLocks({ url: config.databaseUrl, logger }),
  );
  const http = createHttp({ config, logger, publicUrl, load, meters, phase });
  const realtime = createRealtime(http.server, {
    store,
    logger,
    config,
    ledger,
    clock,
    cluster,
    load,
    meters,
  });
  const { publisher } = realtime;
  store.onUntold(realtime.untold);
  const log = createLog({
    store,
    clock,
    publisher,
    logger,
    meters,
    maxWaiting: config.load.waitingMessages,
  });
  const deps: Deps = {
    config,
    clock,
    random,
    logger,
    store,
    log,
    ledger,
    publisher,
    keys,
    load,
    meters,
    shared,
    turns,
    publicUrl,
  };
  meters.gauges.push(...storeGauges(deps));
  await ledger.begin();
  const releases = watchReleases({ config, db: store.db, ledger, turns, logger });

  const tickets = createTickets(deps);
  const payments = createPayments(deps);
  const alerts = createAlerts(deps);
  const notices = createNotices({
    deps,
    affectedBy: createAffectedBy(store.db),
    facts: realtime.noticeFacts,
  });
  ledger.onErased(realtime.endVisitor);
  realtime.serve({ deps, tickets, payments: recordPayments(deps, payments.agents), notices });
  addHealthRoutes(http, createReadiness({ phase, store, shared }));
  addVisitorRoutes(http, deps, tickets);
  addReportRoutes(http, deps, alerts);
  addAgentRoutes(http, deps, { onSignedOut: realtime.endAgentSession });
  addPaymentRoutes(http, deps, payments.actions);
  addPaymentExportRoute(http, deps);
  addExposureRoutes(http, deps);
  addNoticeRoutes(http, deps, notices);
  addEmbedRoutes(http, config);
  addConsoleRoutes(http, { consoleDir: config.consoleDir, publicUrl });

  async function closeAll(): Promise<void> {
    phase.now = 'draining';
    await sleep(config.drain.delayMs);
    phase.now = 'leaving';
    await realtime.drain();
    turns.hurry();
    const end = createEnding(logger, END_WITHIN_MS);
    await end('sockets', realtime.close);
    await end('http', () => http.close());
    await end('payments', payments.close);
    await end('alerts', alerts.close);
    await end('notices', notices.close);
    await end('releases', releases.close);
    await end('ledger', ledger.close);
    await end('log', log.close);
    await end('store', store.close);
    load.close();
    await end('metrics', async () => metricsServer?.close());
    await end('turns', turns.close);
    await end('shared', shared.close);
    logger.info('closed');
  }
  let closing: Promise<void> | null = null;
  let metricsServer: MetricsServer | null = null;

  return {
    store,
    deps,
    async listen() {
      await notices.catchUp();
      await http.listen({ port: config.port, host: config.host, backlog: BACKLOG });
      const { port } = http.server.address() as AddressInfo;
      url = config.publicUrl ?? `http://localhost:${port}`;
      phase.now = 'serving';
      payments.start();
      alerts.start();
      if (config.metrics) {
        metricsServer = await serveMetrics(config.metrics, createMetricsPage(meters), logger);
        logger.info({ metrics: metricsServer.url }, 'metrics');
      }
      logger.info({ url, port }, 'listening');
      return { url };
    },
    close() {
      closing ??= closeAll();
      return closing;
    },
  };
}
