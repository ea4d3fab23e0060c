/** The short form that `npm test` has of each store: every kind of fault once. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createRandom } from '../support/random.ts';
import { parsePlan } from './options.ts';
import { run } from './run.ts';
import { createBacking } from './world/create-backing.ts';
import { createWorld } from './world/world.ts';

/** TORTURE_SEED replays a run that failed; its seed stands in what the failure says. */
const SEED = process.env.TORTURE_SEED ?? '20261122';

export async function expectNothingWrong(options: string): Promise<void> {
  const plan = parsePlan(`--seed ${SEED} ${options}`.split(' '), () => 0);
  const logDir = mkdtempSync(join(tmpdir(), 'bulkhead-torture-'));
  const backing = await createBacking(plan, logDir);
  const random = createRandom(plan.seed);
  const { processes } = plan;
  const world = await createWorld({ backing, processes, random, logDir });
  try {
    const summary = await run({ plan, world });
    const said = `${JSON.stringify(summary, null, 2)}\n${summary.ok ? '' : world.logTail()}`;
    expect(summary.ok, said).toBe(true);
    expect(summary.acked, said).toBeGreaterThan(1_500);
    expect(Object.keys(summary.faults), said).toHaveLength(Object.keys(world.blows).length + 1);
  } finally {
    await world.close();
    rmSync(logDir, { recursive: true });
  }
}
