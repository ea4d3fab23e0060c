/** What a run came to, as it is printed. */
import { countByKind, type Finding, shortest } from './checker/findings.ts';
import type { Tally } from './clients/stage.ts';
import type { Finished } from './conversation.ts';
import type { Done } from './faults.ts';
import type { Plan } from './options.ts';

export interface Summary {
  ok: boolean;
  store: string;
  processes: number;
  seed: number;
  acked: number;
  conversations: number;
  /** In the log at the end, events included. */
  entries: number;
  sentAgain: number;
  connects: number;
  reloads: number;
  pries: number;
  refusals: Record<string, number>;
  faults: Record<string, number>;
  missingFaults: readonly string[];
  lost: number;
  doubled: number;
  outOfOrder: number;
  gaps: number;
  leaks: number;
  otherFindings: Record<string, number>;
  durationMs: number;
  perSecond: number;
  command: string;
  /** What was done to the world, and when. */
  schedule: readonly Done[];
  /** Only where something was found. */
  shortest?: Finding;
  findings?: readonly string[];
}

const MOST_TOLD = 20;

interface Sum {
  plan: Plan;
  tally: Tally;
  findings: readonly Finding[];
  finished: readonly Finished[];
  done: readonly Done[];
  missing: readonly string[];
  ms: number;
}

function countFaults(done: readonly Done[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { kind } of done) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

export function summarise({ plan, tally, findings, finished, done, missing, ms }: Sum): Summary {
  const { lost, doubled, disordered, gap, leak, ...otherFindings } = countByKind(findings);
  const ok = findings.length === 0;
  const first = shortest(findings);
  return {
    ok,
    store: plan.store,
    processes: plan.processes,
    seed: plan.seed,
    acked: tally.acked,
    conversations: finished.length,
    entries: finished.reduce((sum, { length }) => sum + length, 0),
    sentAgain: tally.sentAgain,
    connects: tally.connects,
    reloads: tally.reloads,
    pries: tally.pries,
    refusals: Object.fromEntries(tally.refusals),
    faults: countFaults(done),
    missingFaults: missing,
    lost,
    doubled,
    outOfOrder: disordered,
    gaps: gap,
    leaks: leak,
    otherFindings,
    durationMs: Math.round(ms),
    perSecond: Math.round((tally.acked * 1000) / ms),
    command: plan.command,
    schedule: done,
    ...(!ok && {
      ...(first && { shortest: first }),
      findings: findings.slice(0, MOST_TOLD).map(({ kind, words }) => `${kind}: ${words}`),
    }),
  };
}
