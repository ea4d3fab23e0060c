/**
 * `npm run torture`: messages through a bad network, to servers that are killed, on stores that break;
 * and a checker that knows what was acknowledged. Prints JSON; exits 1 on any difference.
 */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../support/random.ts';
import { type Plan, parsePlan, UsageError } from './options.ts';
import { run } from './run.ts';
import { createBacking } from './world/create-backing.ts';
import { createWorld } from './world/world.ts';

const say = (words: string) => void process.stderr.write(`${words}\n`);

async function torture(plan: Plan): Promise<boolean> {
  const logDir = mkdtempSync(join(tmpdir(), 'bulkhead-torture-log-'));
  say(`${plan.command}\nwhat the servers say, and which fault came when: ${logDir}`);
  const backing = await createBacking(plan, logDir);
  const { processes } = plan;
  const random = createRandom(plan.seed ^ 0x90a7);
  const world = await createWorld({ backing, processes, random, logDir });
  const leave = () => void world.close().finally(() => process.exit(130));
  process.once('SIGINT', leave).once('SIGTERM', leave);
  try {
    const { schedule, ...summary } = await run({ plan, world, onProgress: say });
    writeFileSync(join(logDir, 'schedule.json'), JSON.stringify(schedule, null, 2));
    process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
    return summary.ok;
  } finally {
    await world.close();
  }
}

try {
  const plan = parsePlan(process.argv.slice(2), () => Date.now() % 1_000_000);
  process.exitCode = (await torture(plan)) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  say(error.message);
  process.exitCode = 2;
}
process.exit();
