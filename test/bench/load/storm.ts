/**
 * Visitors whose server went away and who come back as the chat does: each waits, by the chat's own
 * back-off [SYNC-4], asks for a session with its own token, shakes hands and syncs.
 */
import { backOffMs } from '../../../protocol/back-off.ts';
import { type Coming, come, type Visitor } from './visitors.ts';

export interface Stormed {
  visitors: number;
  back: number;
  /** From the first loss to the last return. */
  seconds: number;
  /** When half, and nearly all, were back. */
  p50Seconds: number;
  p99Seconds: number;
  /** Tries that came to nothing: no server yet, or one that refused. */
  failedTries: number;
  /** Who was back and was dropped again. */
  droppedTwice: number;
}

export interface Storm {
  /** For `onLost` of this visitor's connection. */
  lost(index: number): void;
  /** Resolves when everybody who was lost is back, or after `timeoutMs`. */
  untilOver(timeoutMs: number): Promise<Stormed>;
}

/** @param visitors changed in place: whoever comes back takes the old place */
export function expectStorm(coming: Omit<Coming, 'onLost'>, visitors: Visitor[]): Storm {
  const losses = new Uint16Array(visitors.length);
  const backAt: number[] = [];
  let firstLossAt = 0;
  let failedTries = 0;
  let away = 0;
  let isOver = false;

  function lost(index: number): void {
    firstLossAt ||= performance.now();
    losses[index] = (losses[index] ?? 0) + 1;
    away++;
    tryLater(index, 0);
  }

  function tryLater(index: number, attempts: number): void {
    setTimeout(() => void tryNow(index, attempts), backOffMs(attempts));
  }

  async function tryNow(index: number, attempts: number): Promise<void> {
    if (isOver) return;
    try {
      const given = { ...coming, onLost: () => lost(index) };
      visitors[index] = await come(given, visitors[index]?.token ?? null);
      away--;
      backAt.push(performance.now());
    } catch {
      failedTries++;
      tryLater(index, attempts + 1);
    }
  }

  return {
    lost,
    async untilOver(timeoutMs) {
      const until = performance.now() + timeoutMs;
      while (performance.now() < until && (backAt.length < visitors.length || away > 0)) {
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      isOver = true;
      const seconds = backAt.map((at) => (at - firstLossAt) / 1000).sort((a, b) => a - b);
      const at = (share: number) => seconds[Math.floor((seconds.length - 1) * share)] ?? 0;
      return {
        visitors: visitors.length,
        back: visitors.length - away,
        seconds: at(1),
        p50Seconds: at(0.5),
        p99Seconds: at(0.99),
        failedTries,
        droppedTwice: losses.filter((times) => times > 1).length,
      };
    },
  };
}
