/**
 * Tells operator and merchant of incidents, by webhook and mail. Works beside the routes: a report is
 * answered whatever becomes of its alert. To whom, is looked up when it is sent, so that a changed
 * address holds at once.
 */
import type { Deps } from '../deps.ts';
import type { AlertRow } from '../store/schema.ts';
import type { Database } from '../store/store.ts';
import { type Alert, toMail, toWebhookBody } from './alert-message.ts';
import { forget, nextTryAt, putOff, queueDue, type Target, takeReady } from './alert-queue.ts';
import { findIncidents } from './incident-rows.ts';
import { postWebhook, type Webhook } from './post-webhook.ts';
import { createMailer } from './send-mail.ts';

/** For growth that is due an hour later, and for what a process before this one left. */
const LOOK_EVERY_MS = 30_000;
const AT_ONCE = 8;

export interface Alerts {
  /** An incident was made or has grown. Returns at once and never throws. */
  noticed(): void;
  start(): void;
  /** Ends what is on its way; it is tried again after the next start. */
  close(): Promise<void>;
}

type Ways = { webhook: Webhook | null; mail: readonly string[] };

export function createAlerts(deps: Deps): Alerts {
  const { store, clock, logger, config, turns, publicUrl } = deps;
  const { db } = store;
  const mailer = config.alerts.mail && createMailer(config.alerts.mail);
  const ending = new AbortController();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let again = false;

  async function waysOf(siteId: string): Promise<Record<Target['scope'], Ways>> {
    const { webhook, mail } = config.alerts;
    return { server: { webhook, mail: mail?.to ?? [] }, site: await siteWays(db, siteId) };
  }

  async function targetsOf(siteId: string): Promise<Target[]> {
    const ways = await waysOf(siteId);
    return (['server', 'site'] as const).flatMap((scope) => [
      ...(ways[scope].webhook ? [{ scope, channel: 'webhook' } as const] : []),
      ...(mailer && ways[scope].mail.length ? [{ scope, channel: 'email' } as const] : []),
    ]);
  }

  /** An address that was taken away meanwhile is nobody's to hear. */
  async function deliver(row: AlertRow): Promise<void> {
    const [incident] = await findIncidents(db, [row.incident_id]);
    if (!incident) return;
    const { webhook, mail } = (await waysOf(incident.siteId))[row.scope];
    const alert: Alert = {
      id: row.id,
      reason: row.reason,
      incident,
      consoleUrl: `${publicUrl()}/console/#/incidents`,
    };
    if (row.channel === 'webhook' && webhook) {
      const { signal } = ending;
      await postWebhook(webhook, toWebhookBody(alert), { now: clock.now(), signal });
    }
    if (row.channel === 'email' && mailer && mail.length) {
      await mailer.send(mail, toMail(alert), row.id);
    }
  }

  async function tryOne(row: AlertRow): Promise<void> {
    const { id: alertId, incident_id: incidentId, channel, scope, tries } = row;
    const about = { alertId, incidentId, channel, scope, tries };
    try {
      await deliver(row);
      await forget(db, row.id);
      logger.info(about, 'an alert was sent');
    } catch (err) {
      if (ending.signal.aborted) return;
      const willRetry = await putOff(db, row, clock.now());
      if (willRetry) logger.warn({ ...about, err }, 'an alert was not taken');
      else logger.error({ ...about, err }, 'an alert was given up');
    }
  }

  async function run(): Promise<void> {
    await queueDue(deps, targetsOf);
    while (!ending.signal.aborted) {
      const ready = await takeReady(db, clock.now(), AT_ONCE);
      if (!ready.length) break;
      await Promise.all(ready.map(tryOne));
    }
  }

  async function runUntilQuiet(): Promise<void> {
    do {
      again = false;
      await turns.take('alerts', run);
    } while (again && !ending.signal.aborted);
    const nextAt = ending.signal.aborted ? null : await nextTryAt(db);
    const untilMs = nextAt === null ? LOOK_EVERY_MS : Math.max(0, nextAt - clock.now());
    lookIn(Math.min(LOOK_EVERY_MS, untilMs));
  }

  function look(): void {
    again = true;
    if (running || ending.signal.aborted) return;
    running = runUntilQuiet()
      .catch((err: unknown) => {
        logger.error({ err }, 'alerts could not be looked after');
        lookIn(LOOK_EVERY_MS);
      })
      .finally(() => {
        running = null;
        // Noticed after the last look at it.
        if (again) look();
      });
  }

  function lookIn(ms: number): void {
    if (timer) clearTimeout(timer);
    timer = ending.signal.aborted ? null : setTimeout(look, ms).unref();
  }

  return {
    noticed: look,
    start: look,
    async close() {
      ending.abort();
      if (timer) clearTimeout(timer);
      // Ends a mail that is being sent, too.
      mailer?.close();
      await running;
    },
  };
}

async function siteWays(db: Database, siteId: string): Promise<Ways> {
  const row = await db
    .selectFrom('sites')
    .select(['alert_url', 'alert_secret', 'alert_email'])
    .where('id', '=', siteId)
    .executeTakeFirst();
  const { alert_url: url, alert_secret: secret, alert_email: email } = row ?? {};
  return { webhook: url && secret ? { url, secret } : null, mail: email ? [email] : [] };
}
