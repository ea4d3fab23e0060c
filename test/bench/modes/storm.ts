/**
 * The server is killed and started again under all of its visitors, who come back as the chat does.
 * The bare one's come back by the same schedule, without a session.
 */
import type { Stormed } from '../load/storm.ts';
import { startLoad } from '../load-process.ts';
import { cpuMicros } from '../processes.ts';
import { SUBJECTS } from '../subjects.ts';

const IN_FLIGHT = 50;
const TIMEOUT_MS = 120_000;

export interface StormFigures extends Stormed {
  kind: 'bare' | 'bulkhead';
  /** From the kill until the new process answered. */
  restartSeconds: number;
  /** Of the new process, for each visitor who came back. */
  cpuMicrosPerVisitor: number;
}

export async function runStorm(visitors: number): Promise<StormFigures[]> {
  const all: StormFigures[] = [];
  for (const kind of ['bare', 'bulkhead'] as const) {
    const subject = await SUBJECTS[kind]();
    const load = startLoad();
    try {
      await load.ask('target', subject);
      await load.ask('connect', { count: visitors, inFlight: IN_FLIGHT });
      const over = load.ask('storm', { timeoutMs: TIMEOUT_MS });
      const killedAt = performance.now();
      await subject.restart();
      const restartSeconds = (performance.now() - killedAt) / 1000;
      const stormed = await over;
      const cpuMicrosPerVisitor = cpuMicros(subject.pid()) / visitors;
      all.push({ kind, ...stormed, restartSeconds, cpuMicrosPerVisitor });
    } finally {
      await load.close();
      await subject.close();
    }
  }
  return all;
}
