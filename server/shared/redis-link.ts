/**
 * The connections to Redis, and whether they carry anything: what is asked waits at most for
 * `COMMAND_TIMEOUT_MS`, what cannot be asked now is refused at once, and a connection that is open and
 * silent is noticed by a beat that goes out by one and must come back by the other. Knows nothing of
 * what is said.
 */
import { Redis } from 'ioredis';
import type { Logger } from '../world.ts';

export interface RedisLink {
  /** For commands. Each is refused at once while there is no connection. */
  readonly client: Redis;
  /** For subscriptions alone, which wait for a connection. */
  readonly subscriber: Redis;
  /** Before every key and channel: installations with other secrets never meet. */
  readonly prefix: string;
  /** Whether the last beat came back. */
  isAlive(): boolean;
  /** `run` is called whenever what others said may have been missed, and is heard again. */
  onBack(run: () => void): void;
  close(): Promise<void>;
}

export interface RedisLinkOptions {
  url: string;
  prefix: string;
  logger: Pick<Logger, 'error' | 'warn' | 'info'>;
  /** Shorter only in tests. */
  beatMs?: number;
}

const COMMAND_TIMEOUT_MS = 1000;
const CONNECT_TIMEOUT_MS = 3000;
const RETRY_MAX_MS = 1000;
const BEAT_MS = 1000;
/** Without one coming back for so long the connections are taken for dead. */
const MISSED_BEATS = 4;

const options = {
  connectTimeout: CONNECT_TIMEOUT_MS,
  retryStrategy: (times: number) => Math.min(50 * 2 ** Math.min(times, 10), RETRY_MAX_MS),
};

/** Some of what is sent, nobody waits for: ioredis subscribes again by itself, an adapter at its start. */
class QuietRedis extends Redis {
  override sendCommand(...given: Parameters<Redis['sendCommand']>): unknown {
    const sent = super.sendCommand(...given);
    if (sent instanceof Promise) sent.catch(() => {});
    return sent;
  }
}

/** Resolves at once, connected or not: the server serves its own sockets meanwhile. */
export function openRedisLink(given: RedisLinkOptions): RedisLink {
  const { url, prefix, logger, beatMs = BEAT_MS } = given;
  const client = new QuietRedis(url, {
    ...options,
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: COMMAND_TIMEOUT_MS,
  });
  const subscriber = new QuietRedis(url, { ...options, maxRetriesPerRequest: null });
  const beats = `${prefix}:beat:${crypto.randomUUID()}`;
  let heardAt = Number.NEGATIVE_INFINITY;
  let isUp = false;
  let closed = false;
  let tellBack: () => void = () => {};

  function heard(): void {
    heardAt = performance.now();
    if (isUp) return;
    isUp = true;
    logger.info('Redis carries again what the processes share');
    tellBack();
  }

  function lost(err?: Error): void {
    if (!isUp || closed) return;
    isUp = false;
    const reason = err?.message;
    logger.error({ reason }, 'Redis is out of reach: this process serves its own sockets alone');
  }

  function beat(): void {
    if (isUp && performance.now() - heardAt > MISSED_BEATS * beatMs) {
      lost();
      // A connection that carries nothing may stay open for ever.
      client.disconnect(true);
      subscriber.disconnect(true);
    }
    if (client.status === 'ready') client.publish(beats, '').catch(() => {});
  }

  let failedSilently = false;
  for (const connection of [client, subscriber]) {
    connection.on('error', (err: Error) => {
      if (isUp || failedSilently) return;
      failedSilently = true;
      // Of a refused password the error holds the command, and so the password.
      logger.error({ reason: err.message }, 'Redis cannot be reached');
    });
    // What was said from here on is missed, or not said.
    connection.on('close', () => lost());
    connection.on('ready', () => {
      failedSilently = false;
      beat();
    });
  }
  subscriber.on('message', (channel: string) => {
    if (channel === beats) heard();
  });
  subscriber.subscribe(beats).catch(() => {});
  const beating = setInterval(beat, beatMs).unref();

  return {
    client,
    subscriber,
    prefix,
    isAlive: () => isUp,
    onBack(run) {
      tellBack = run;
    },
    async close() {
      closed = true;
      clearInterval(beating);
      client.disconnect();
      subscriber.disconnect();
    },
  };
}
