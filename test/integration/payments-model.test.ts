/**
 * Exactly once: random histories, each compared with the truth of the stand-in after it has settled.
 * `MODEL_HISTORIES=5000` runs so many, `MODEL_SEED=…` begins with that one, which alone is run again
 * by `MODEL_HISTORIES=1`. That they can fail shows `payments-model-mutants.test.ts`.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findWrong } from './payments-model/judge.ts';
import { shortenTimers } from './payments-model/world.ts';

const HISTORIES = Number(process.env.MODEL_HISTORIES ?? 60);
const FIRST_SEED = Number(process.env.MODEL_SEED ?? 20_261_121);
const EACH_MS = 20_000;

let restore: () => void;
beforeAll(() => {
  restore = shortenTimers();
});
afterAll(() => restore());

it(
  `[PAY-9] [PAY-5] ${HISTORIES} random histories end as Stripe says, and charge once`,
  async () => {
    expect((await findWrong(FIRST_SEED, HISTORIES)).join('\n\n')).toBe('');
  },
  EACH_MS + HISTORIES * 2000,
);
