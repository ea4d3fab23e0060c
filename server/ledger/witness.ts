/**
 * Sends heads to an address of the merchant's, at most once a minute while there is something new
 * [LEDGER-3]. Nothing waits for it: what cannot be delivered is tried again, later and later, always
 * with the newest head, which vouches for all before it.
 */
import type { LedgerHead } from '../../protocol/ledger.ts';
import type { Shared } from '../shared/shared.ts';
import type { Logger } from '../world.ts';
import type { Heads } from './heads.ts';

export interface Witness {
  /** Something was written. Cheap. */
  noteNews(): void;
  begin(): Promise<void>;
  close(): Promise<void>;
}

export interface WitnessOptions {
  heads: Heads;
  witnessUrl: string | null;
  logger: Pick<Logger, 'error' | 'warn'>;
  /** With other processes, of which one sends. */
  shared?: Pick<Shared, 'kind' | 'claim'>;
  headEveryMs?: number;
}

const EVERY_MS = 60_000;
const MAX_BACKOFF = 60;
const TIMEOUT_MS = 10_000;

export function createWitness(options: WitnessOptions): Witness {
  const { heads, witnessUrl, shared, logger, headEveryMs = EVERY_MS } = options;
  let timer: NodeJS.Timeout | null = null;
  let running = false;
  let notBefore = 0;
  let failures = 0;
  let sending: Promise<void> = Promise.resolve();
  const stopped = new AbortController();

  function schedule(): void {
    if (!running || timer) return;
    const waitMs = Math.max(0, notBefore - performance.now());
    timer = setTimeout(() => {
      sending = send().catch((err: unknown) => {
        logger.error({ err }, 'no head could be made');
        timer = null;
        schedule();
      });
    }, waitMs).unref();
  }

  async function send(): Promise<void> {
    notBefore = performance.now() + headEveryMs;
    if (!(await isOurTurn())) {
      timer = null;
      if (await isUnsent()) schedule();
      return;
    }
    const head = await heads.sign();
    const isTaken = witnessUrl === null || (await offer(witnessUrl, head));
    timer = null;
    if (!running) return;
    if (isTaken) {
      failures = 0;
      if (witnessUrl !== null) await heads.markSent(head.n);
      if ((await heads.length()) > head.n) schedule();
    } else {
      notBefore = performance.now() + headEveryMs * Math.min(2 ** failures++, MAX_BACKOFF);
      schedule();
    }
  }

  /** At most one a minute, of all processes; one too many is better than none. */
  async function isOurTurn(): Promise<boolean> {
    if (shared?.kind !== 'redis') return true;
    return shared.claim('witness:head', headEveryMs * 0.9).catch(() => true);
  }

  const isUnsent = async () =>
    witnessUrl === null || (await heads.length()) > (await heads.sentUpTo());

  async function offer(url: string, head: LedgerHead): Promise<boolean> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(head),
        redirect: 'error',
        signal: AbortSignal.any([stopped.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      await answer.body?.cancel();
      if (answer.ok) return true;
      logger.warn({ status: answer.status }, 'the witness did not take a head');
    } catch (err) {
      if (running) logger.warn({ err }, 'the witness could not be reached');
    }
    return false;
  }

  return {
    noteNews: schedule,
    async begin() {
      running = true;
      if (await isUnsent()) schedule();
    },
    async close() {
      running = false;
      if (timer) clearTimeout(timer);
      stopped.abort();
      await sending;
    },
  };
}
