/**
 * Looks at payments in the background: those that a webhook has marked as due, and those of which
 * nothing was heard for too long. What is due stands in the rows, so nothing is lost by a crash or
 * by a provider that does not answer; this only decides how many are looked at together.
 */
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { isRefusal, type Look } from './look.ts';
import { dropUnmade, setNextLook } from './payment-rows.ts';
import { REFUSED_LOOK_MS, RETRY_LOOK_MS } from './schedule.ts';

export const ROUND_MS = 5000;
const LOOKS_AT_ONCE = 16;

export interface Reconciler {
  /** Looks at this one now, if there is room; else a round finds it, being due. */
  lookSoon(paymentId: string, onDone?: () => void): void;
  start(): void;
  close(): Promise<void>;
}

interface Running {
  paymentId: string;
  done: Promise<void>;
}

export function createReconciler(deps: Deps, look: Look): Reconciler {
  const { store, clock, logger, turns } = deps;
  const running = new Set<Running>();
  let round: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function lookSoon(paymentId: string, onDone?: () => void): void {
    if (closed || running.size >= LOOKS_AT_ONCE) return;
    const one: Running = { paymentId, done: Promise.resolve() };
    one.done = lookSafely(paymentId, onDone).finally(() => running.delete(one));
    running.add(one);
  }

  async function lookSafely(paymentId: string, onDone?: () => void): Promise<void> {
    try {
      await look(paymentId);
      onDone?.();
    } catch (error) {
      if (!(error instanceof AppError)) logger.error({ err: error, paymentId }, 'a look failed');
      await postpone(paymentId, error).catch((err: unknown) => {
        // It stays due, and so comes again with the next round.
        logger.error({ err, paymentId }, 'a payment could not be postponed');
      });
    }
  }

  async function postpone(paymentId: string, error: unknown): Promise<void> {
    const refused = isRefusal(error);
    if (refused && (await dropUnmade(store.db, paymentId))) return;
    const delayMs = refused ? REFUSED_LOOK_MS : RETRY_LOOK_MS;
    await setNextLook(store.db, paymentId, clock.now() + delayMs);
  }

  async function lookAtDue(): Promise<void> {
    // One process does it for all; when that one ends, another.
    if (!(await turns.leads('payments that are due'))) return;
    const busy = new Set([...running].map(({ paymentId }) => paymentId));
    const due = await store.db
      .selectFrom('payments')
      .select('id')
      .where('next_look_at', '<=', clock.now())
      .orderBy('next_look_at')
      .limit(LOOKS_AT_ONCE)
      .execute();
    for (const { id } of due) if (!busy.has(id)) lookSoon(id);
  }

  function beginRound(): void {
    round = lookAtDue().catch((err: unknown) => {
      logger.error({ err }, 'due payments could not be read');
    });
  }

  return {
    lookSoon,
    start() {
      beginRound();
      timer = setInterval(beginRound, ROUND_MS);
      timer.unref();
    },
    async close() {
      closed = true;
      clearInterval(timer);
      await round;
      await Promise.all([...running].map(({ done }) => done));
    },
  };
}
