/** What every client needs: where the servers are, who lets it in, and where its deeds are counted. */
import type { Tampering } from './tampering.ts';

export interface Stage {
  seed: number;
  /** The proxy, in front of all server processes. */
  base: string;
  site: string;
  shopOrigin: string;
  tampering: Tampering | null;
  /** Whether long-polling reaches the same process each time. */
  hasPolling: boolean;
  tally: Tally;
  onRefused(code: string): void;
}

export interface Tally {
  sent: number;
  sentAgain: number;
  acked: number;
  connects: number;
  reloads: number;
  pries: number;
  refusals: Map<string, number>;
}

export const createTally = (): Tally => ({
  sent: 0,
  sentAgain: 0,
  acked: 0,
  connects: 0,
  reloads: 0,
  pries: 0,
  refusals: new Map(),
});

export const HTTP_TIMEOUT_MS = 5_000;
