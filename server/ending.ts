/**
 * Ends the parts of a server one after the other, within a time for all of them: who waits for something
 * that never comes (a database that is silent, a peer that is) is not waited for any longer, and the
 * next one has its turn. What was acknowledged is on disk by then.
 */
import type { Logger } from './world.ts';

/** For a part whose turn comes when the time is up: enough where nothing is in its way. */
const LEAST_MS = 500;

export type EndPart = (part: string, end: () => Promise<unknown>) => Promise<void>;

export function createEnding(logger: Pick<Logger, 'error'>, withinMs: number): EndPart {
  const until = performance.now() + withinMs;
  return async (part, end) => {
    const late = Promise.withResolvers<'late'>();
    const leftMs = Math.max(LEAST_MS, until - performance.now());
    const timer = setTimeout(late.resolve, leftMs, 'late');
    try {
      const outcome = await Promise.race([end(), late.promise]);
      if (outcome === 'late') logger.error({ part }, 'a part did not end in time');
    } catch (err) {
      logger.error({ part, err }, 'a part did not end in order');
    } finally {
      clearTimeout(timer);
    }
  };
}
