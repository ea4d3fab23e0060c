/**
 * Writes whose answer was lost with their connection: what they asked for, a commit too, may have been
 * done, and whoever asked was refused and told nobody. Knows queries, and nothing of what they are for.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { LogEvent } from 'kysely';
import { DatabaseError } from 'pg';

export interface LostAnswers {
  /** What Kysely says of each query. */
  note(event: LogEvent): void;
  /** `run` is called once the database answers after such a write: whoever asks then would find it. */
  onUntold(run: () => void): void;
  close(): void;
}

/** Between two questions whether the database is back. */
const ASK_AGAIN_MS = 1000;

/**
 * What changes nothing by itself. A write inside of a transaction that never came to its commit is not
 * among them: it is not worth telling it from one outside.
 */
const HARMLESS = /^(select|start transaction|begin|lock|rollback)\b/i;

/** Whether the answer was lost, rather than the connection refused or the question declined. */
const isAnswerLost = (error: unknown): boolean =>
  error instanceof DatabaseError
    ? /^(08|57P)/.test(error.code ?? '')
    : error instanceof Error &&
      ('syscall' in error
        ? error.syscall !== 'connect'
        : /terminated unexpectedly|not queryable|read timeout/i.test(error.message));

export function createLostAnswers(isAlive: () => Promise<boolean>): LostAnswers {
  let tell: () => void = () => {};
  let isAsking = false;
  let closed = false;

  async function tellOnceBack(): Promise<void> {
    isAsking = true;
    while (!closed && !(await isAlive())) await sleep(ASK_AGAIN_MS, null, { ref: false });
    isAsking = false;
    if (!closed) tell();
  }

  return {
    note(event) {
      if (event.level !== 'error' || isAsking || closed) return;
      if (!HARMLESS.test(event.query.sql) && isAnswerLost(event.error)) void tellOnceBack();
    },
    onUntold(run) {
      tell = run;
    },
    close() {
      closed = true;
    },
  };
}
