/** `state:stale` to every socket of this process, gathered, and spread by their number [SYNC-1]. */
import type { Logger } from '../world.ts';
import type { Namespaces } from './namespaces.ts';

export interface Stale {
  /** Soon: whoever asks meanwhile shares it, and hears everything that is said from then on. */
  say(): void;
  close(): void;
}

const GATHER_MS = 250;
const WITHIN_MIN_MS = 500;
const WITHIN_MAX_MS = 30_000;
/** Each synchronises, which reads its conversation from the database. */
const PER_SOCKET_MS = 2;

export interface StaleDeps {
  namespaces: Namespaces;
  logger: Pick<Logger, 'error'>;
  /** What this process itself keeps of what the facts say; clients are answered with it. */
  lookAgain(): Promise<void>;
}

export function createStale({ namespaces, logger, lookAgain }: StaleDeps): Stale {
  const { visitors, agents } = namespaces;
  let timer: NodeJS.Timeout | null = null;

  async function sayNow(): Promise<void> {
    timer = null;
    await lookAgain().catch((err: unknown) => {
      logger.error({ err }, 'what may have been missed could not be read');
    });
    const sockets = visitors.sockets.size + agents.sockets.size;
    const spread = Math.max(WITHIN_MIN_MS, sockets * PER_SOCKET_MS);
    const withinMs = Math.min(WITHIN_MAX_MS, spread);
    visitors.emit('state:stale', { withinMs });
    agents.emit('state:stale', { withinMs });
  }

  return {
    say() {
      timer ??= setTimeout(sayNow, GATHER_MS).unref();
    },
    close() {
      if (timer) clearTimeout(timer);
    },
  };
}
