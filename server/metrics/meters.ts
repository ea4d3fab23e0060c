/**
 * What the server counts about itself, in plain numbers, so that counting costs next to nothing.
 * `metrics-page.ts` turns it into what Prometheus reads. No id, address or word of anybody is in it.
 */
import type { ErrorCode } from '../../protocol/errors.ts';
import {
  ANSWER_SECONDS,
  Buckets,
  COMMIT_SECONDS,
  COMMIT_SIZES,
  WEBHOOK_SECONDS,
} from './buckets.ts';

/** A queue that commits what it holds together. */
export interface QueueMeter {
  /** Jobs that wait now. */
  waiting: number;
  /** Commits that came to nothing: the disk was full, the database away. */
  failures: number;
  /** From the arrival of a commit's first job until it is durable. */
  append: Buckets;
  commit: Buckets;
  sizes: Buckets;
}

/** Why the server ended a connection; a peer that goes by itself is not among them. */
/** What every queue that commits is given. */
export interface QueueBounds {
  /** Jobs that may wait; the next is refused as `busy` [LIMIT-4]. */
  maxWaiting: number;
  meter: QueueMeter;
}

export type CutReason = 'unread' | 'flood';

/**
 * Something that is asked when somebody looks; a counter where its name ends in `_total`. Labels are
 * closed lists.
 */
export interface Gauge {
  name: string;
  help: string;
  labels?: readonly string[];
  read(): Iterable<Reading> | Promise<Iterable<Reading>>;
}
export interface Reading {
  value: number;
  labels?: Readonly<Record<string, string>>;
}

export interface Meters {
  /** Entries that were appended, by their type. */
  appended: Map<string, number>;
  /** Refusals, by where and by code. */
  refused: Record<'http' | 'socket' | 'handshake', Map<ErrorCode, number>>;
  /** Connections that the server has ended, by why. */
  cut: Map<CutReason, number>;
  log: QueueMeter;
  ledger: QueueMeter;
  webhookLag: Buckets;
  /** By namespace and request; made once for each handler. */
  answers: { namespace: string; request: string; buckets: Buckets }[];
  gauges: Gauge[];
}

export const createQueueMeter = (): QueueMeter => ({
  waiting: 0,
  failures: 0,
  append: new Buckets(COMMIT_SECONDS),
  commit: new Buckets(COMMIT_SECONDS),
  sizes: new Buckets(COMMIT_SIZES),
});

export const createMeters = (): Meters => ({
  appended: new Map(),
  refused: { http: new Map(), socket: new Map(), handshake: new Map() },
  cut: new Map(),
  log: createQueueMeter(),
  ledger: createQueueMeter(),
  webhookLag: new Buckets(WEBHOOK_SECONDS),
  answers: [],
  gauges: [],
});

export function countUp<Key>(counts: Map<Key, number>, key: Key, by = 1): void {
  counts.set(key, (counts.get(key) ?? 0) + by);
}

export function meterAnswers(meters: Meters, namespace: string, request: string): Buckets {
  const buckets = new Buckets(ANSWER_SECONDS);
  meters.answers.push({ namespace, request, buckets });
  return buckets;
}
