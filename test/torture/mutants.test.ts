/** The checker finds every server that does what it must not. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../support/random.ts';
import { tamperingOf } from './mutant.ts';
import { MUTANTS } from './mutants.ts';
import { type Plan, parsePlan } from './options.ts';
import { run } from './run.ts';
import { createSqliteBacking } from './world/sqlite-backing.ts';
import { createWorld, type World } from './world/world.ts';

const planFor = (seed: number, faults: readonly string[]): Plan => ({
  ...parsePlan([], () => seed),
  messages: 1_200,
  side: 12,
  length: 50,
  everyMs: 800,
  minutes: 1,
  stopAtFirst: true,
  faults: (kind) => faults.includes(kind),
});

describe('the checker', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bulkhead-torture-'));
  let world: World;
  let dataDir: string;

  beforeAll(async () => {
    const backing = await createSqliteBacking(20_000);
    dataDir = backing.env.BULKHEAD_DATA ?? '';
    const random = createRandom(1);
    world = await createWorld({ backing, processes: 1, random, logDir: folder });
  });
  afterAll(async () => {
    await world.close();
    rmSync(folder, { recursive: true });
  });

  it('finds nothing wrong with a good server', async () => {
    const plan = { ...planFor(1, ['cut', 'reload', 'late']), messages: 400 };
    const { findings, acked } = await run({ plan, world });
    expect(findings ?? []).toEqual([]);
    expect(acked).toBeGreaterThan(300);
  }, 60_000);

  it.each(
    MUTANTS.map((mutant, index) => ({ ...mutant, index })),
  )('finds a server that $breaks', async ({ index, ...mutant }) => {
    const plan = planFor(100 + index, mutant.faults);
    const summary = await run({ plan, world, tampering: tamperingOf(mutant) });
    expect(summary.ok).toBe(false);
    expect(mutant.found).toContain(summary.findings?.[0]?.split(':')[0]);
    expect(summary.shortest?.words).toBeTruthy();
  }, 60_000);

  it('finds a server that acknowledges what is not on the disk yet', async () => {
    /** The disk is as it was half a second before the power failed. */
    async function kill() {
      const [server] = world.servers;
      if (!server) throw new Error('No server');
      const before = join(folder, 'before');
      const paused = server.pause(400);
      await sleep(100);
      cpSync(dataDir, before, { recursive: true });
      await paused;
      await sleep(500);
      await server.kill();
      rmSync(dataDir, { recursive: true });
      cpSync(before, dataDir, { recursive: true });
      rmSync(before, { recursive: true });
      await server.start();
      return 'SIGKILL, and the disk forgets';
    }
    const plan = { ...planFor(3, ['kill']), messages: 20_000 };
    const summary = await run({ plan, world: { ...world, blows: { kill } } });
    expect(summary.ok).toBe(false);
    expect(summary.findings?.[0]).toMatch(
      /^(lost|stale|disordered|doubled|altered|unread|refused)/,
    );
  }, 60_000);
});
