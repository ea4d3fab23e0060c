/** One history, from its seed to what is wrong at its end. */
import { planOf, toText } from './plan.ts';
import { run } from './run.ts';
import { settle } from './settle.ts';
import { disagreements } from './truth.ts';
import { createModelWorld } from './world.ts';

/** Each spends most of its time waiting. */
const AT_ONCE = 8;
/** So many are told; the rest is more of the same. */
const TOLD_MAX = 5;

async function judge(seed: number): Promise<string[]> {
  const steps = planOf(seed);
  const world = await createModelWorld();
  try {
    const known = await run(world, steps);
    await settle(world, steps[0]?.chance ?? 0);
    return await disagreements(world, known);
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
  } finally {
    await world.close();
  }
}

/** @returns those that ended otherwise than Stripe says, in words, at most `enough` of them */
export async function findWrong(
  firstSeed: number,
  histories: number,
  enough = TOLD_MAX,
): Promise<string[]> {
  let next = firstSeed;
  const found: string[] = [];
  const work = async () => {
    while (next < firstSeed + histories && found.length < enough) {
      const seed = next++;
      const wrong = await judge(seed);
      if (wrong.length === 0) continue;
      found.push(`MODEL_SEED=${seed}\n${wrong.join('\n')}\n${toText(planOf(seed))}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, histories) }, work));
  return found;
}
