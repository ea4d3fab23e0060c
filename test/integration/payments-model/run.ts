/** Carries a plan out, as the people and the world of a history do. */
import { newClientId } from '../../support/clients.ts';
import { ACTIONS } from './actions.ts';
import type { Known } from './known.ts';
import type { Step } from './plan.ts';
import type { ModelWorld } from './world.ts';

export async function run(world: ModelWorld, steps: readonly Step[]): Promise<Known> {
  const known: Known = {
    slots: [0, 1].map(() => ({
      clientId: newClientId(),
      amountMinor: 0,
      paymentId: null,
      revision: 1,
      secrets: [null, null],
      refunds: [],
    })),
    given: new Set(),
    acknowledged: { payments: new Set(), refunds: new Set() },
  };
  const beside: Promise<void>[] = [];
  for (const step of steps) {
    const done = ACTIONS[step.verb](world, step, known).catch((error: unknown) => {
      // The stand-in refuses a person's impossible wish, or the connection to it breaks.
      if (!isExpected(error)) throw error;
    });
    if (step.waits) await done;
    else beside.push(done);
    // So that what goes on in the background may come in between.
    if (step.chance > 0.5) await tick();
  }
  await Promise.all(beside);
  return known;
}

const isExpected = (error: unknown) =>
  error instanceof Error && (error.name === 'StripeApiError' || error.message === 'fetch failed');
const tick = () => new Promise<void>((resolve) => setImmediate(resolve));
