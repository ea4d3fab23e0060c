/**
 * Locks among processes: Postgres' advisory locks of a session, on one connection of their own, however
 * many are held. The session of a process that died ends, and with it its locks; so does that of one
 * that hangs, since Postgres ends a session that has said nothing for the time of a lease. Nobody waits
 * inside the database, since whoever waits there keeps the connection from everybody else.
 *
 * The connection must be the database's own: a pooler in between that gives each transaction another
 * one would take the locks apart.
 */
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { AppError } from '../app-error.ts';
import type { Logger } from '../world.ts';
import type { Locks } from './turns.ts';

export interface PostgresLocksOptions {
  url: string;
  logger: Pick<Logger, 'error'>;
  /** How long one waits for a turn. Shorter only in tests. */
  patienceMs?: number;
  /** Shorter only in tests. */
  leaseMs?: number;
}

const PATIENCE_MS = 60_000;
const LOOK_AGAIN_MS = 10;
const LOOK_AGAIN_MAX_MS = 200;
const RETRY_AFTER_MS = 2000;
const ANSWER_TIMEOUT_MS = 5000;
/** Longer than a process is ever late that is to go on, and shorter than others wait for its turns. */
const LEASE_MS = 20_000;
/** Within a lease: one that is lost on the way does not end it. */
const BEATS_A_LEASE = 4;
/** Of Postgres before 14, which knows no such time, the lease is for ever. */
const LEASE =
  "select set_config(name, $1, false) from pg_settings where name = 'idle_session_timeout'";
/** A machine that vanished says nothing: its session ends when it leaves this unanswered. */
const KEEP_ALIVE =
  '-c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2';

/** The same number in every process. */
const numberOf = (key: string): string =>
  createHash('sha256').update(`bulkhead ${key}`).digest().readBigInt64BE(0).toString();

export function createPostgresLocks(options: PostgresLocksOptions): Locks {
  const { url, logger, patienceMs = PATIENCE_MS, leaseMs = LEASE_MS } = options;
  let session: Promise<Client> | null = null;
  let current: Client | null = null;
  let beating: NodeJS.Timeout | undefined;
  let closed = false;
  let isPatient = true;
  let line: Promise<unknown> = Promise.resolve();
  /** Keys that are kept, each with the session that has it. */
  const keeping = new Map<string, Client>();

  function connect(): Promise<Client> {
    session ??= open().catch((error: unknown) => {
      session = null;
      throw error;
    });
    return session;
  }

  async function open(): Promise<Client> {
    if (closed) throw new Error('The locks are closed');
    const client = new Client({
      connectionString: url,
      connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
      query_timeout: ANSWER_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'bulkhead locks',
      options: KEEP_ALIVE,
    });
    client.on('error', (err) => drop(client, err)).on('end', () => drop(client, null));
    await client.connect();
    await client.query(LEASE, [String(leaseMs)]).catch((error: unknown) => {
      client.end().catch(() => {});
      throw error;
    });
    current = client;
    const beat = () => void ask(client, 'abs', 'beat').catch(() => {});
    beating = setInterval(beat, leaseMs / BEATS_A_LEASE).unref();
    return client;
  }

  /** With the session all of its locks are gone. */
  function drop(client: Client, err: unknown): void {
    // It is said once, however many questions were under way.
    if (closed || current !== client) return;
    logger.error({ err }, 'the connection that holds the locks is lost');
    session = null;
    current = null;
    clearInterval(beating);
    for (const [key, holder] of keeping) if (holder === client) keeping.delete(key);
    client.end().catch(() => {});
  }

  /** One question after the other, as the connection answers them. */
  function ask(client: Client, question: string, key: string): Promise<boolean> {
    const answer = line.then(async () => {
      try {
        const text = `select ${question}($1::bigint) as yes`;
        const { rows } = await client.query(text, [numberOf(key)]);
        return rows[0]?.yes === true;
      } catch (error) {
        drop(client, error);
        throw error;
      }
    });
    line = answer.catch(() => {});
    return answer;
  }

  /** A session may break while it is asked; a new one can still give the lock. */
  async function tryHold(key: string): Promise<Client | null> {
    const attempt = async () => {
      const client = await connect();
      return (await ask(client, 'pg_try_advisory_lock', key)) ? client : null;
    };
    return attempt().catch(attempt);
  }

  async function hold(key: string): Promise<Client> {
    const until = performance.now() + patienceMs;
    for (let wait = LOOK_AGAIN_MS; ; wait = Math.min(wait * 2, LOOK_AGAIN_MAX_MS)) {
      const client = await tryHold(key);
      if (client) return client;
      if (!isPatient || performance.now() > until)
        throw new Error('The turn of another process takes too long');
      await sleep(wait * (0.5 + Math.random()));
    }
  }

  return {
    async within(key, task) {
      const client = await hold(key).catch((cause: unknown) => {
        throw new AppError('unavailable', { cause, retryAfterMs: RETRY_AFTER_MS });
      });
      try {
        return await task();
      } finally {
        // Of a session that is gone there is nothing to give back.
        await ask(client, 'pg_advisory_unlock', key).catch(() => {});
      }
    },
    async keeps(key) {
      try {
        const client = await connect();
        if (keeping.get(key) === client) {
          // A session that is gone does not answer.
          await ask(client, 'abs', key);
          return true;
        }
        if (!(await ask(client, 'pg_try_advisory_lock', key))) return false;
        keeping.set(key, client);
        return true;
      } catch {
        return false;
      }
    },
    hurry() {
      isPatient = false;
    },
    async close() {
      closed = true;
      const client = await session?.catch(() => null);
      clearInterval(beating);
      await client?.end().catch(() => {});
    },
  };
}
