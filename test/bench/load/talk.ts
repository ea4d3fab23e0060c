/** Messages at a server, and how long each took to be acknowledged. */
import { type Kind, say, type Visitor } from './visitors.ts';

export interface Pace {
  messages: number;
  /** So many are under way at any time. */
  inFlight: number;
  /** Sent at this rate whatever is answered, in place of `inFlight`. */
  perSecond?: number | undefined;
}

export interface Talked {
  seconds: number;
  refused: number;
  p50Ms: number;
  p95Ms: number;
  p99Ms: number;
  maxMs: number;
}

const TEXT = 'Is the brass lantern in stock, and would it arrive before Friday?';
const TICK_MS = 4;

export async function talk(
  kind: Kind,
  talkers: readonly Visitor[],
  { messages, inFlight, perSecond }: Pace,
): Promise<Talked> {
  const times = new Float64Array(messages);
  let begun = 0;
  let done = 0;
  let refused = 0;
  const startedAt = performance.now();

  await new Promise<void>((resolve) => {
    function next(since: number): void {
      if (begun >= messages) return;
      const talker = talkers[begun++ % talkers.length];
      if (!talker) return;
      say(kind, talker, TEXT, (ok) => {
        const now = performance.now();
        times[done++] = now - since;
        if (!ok) refused++;
        if (done === messages) resolve();
        else if (perSecond === undefined) next(now);
      });
    }
    if (perSecond === undefined) {
      for (let worker = 0; worker < inFlight; worker++) next(performance.now());
      return;
    }
    // From when it was due, so that a server that falls behind is not spared.
    const ticking = setInterval(() => {
      const now = performance.now();
      for (;;) {
        const dueAt = startedAt + (begun * 1000) / perSecond;
        if (dueAt > now) return;
        if (begun >= messages) return clearInterval(ticking);
        next(dueAt);
      }
    }, TICK_MS);
  });

  const seconds = (performance.now() - startedAt) / 1000;
  times.sort();
  const at = (share: number) => times[Math.min(messages - 1, Math.floor(messages * share))] ?? 0;
  return {
    seconds,
    refused,
    p50Ms: at(0.5),
    p95Ms: at(0.95),
    p99Ms: at(0.99),
    maxMs: at(1),
  };
}
