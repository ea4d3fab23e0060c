/** Questions as an incident asks them: any mix of conditions, windows of minutes up to weeks. */
import type { ExposureQuestion } from '../../../protocol/ledger.ts';
import type { Random } from '../../support/random.ts';
import { ADDRESSES, RELEASES, type World } from './world.ts';

const MINUTE = 60_000;

/** @param index every sixteen in a row have each mix of conditions once */
export function breach(random: Random, world: World, index: number): ExposureQuestion {
  const { from, to } = world.history;
  const lengthMs = random.pick([1, 1, 30, 240, 1440, 10_080]) * MINUTE;
  const begin = from - 60 * MINUTE + random.below(to - from);
  const mix = index % 16;
  return {
    // Now and then at the very instant of something that happened.
    ...aligned(random, world, { from: begin, to: begin + 1 + random.below(lengthMs) }),
    ...(mix & 1 && { siteId: random.pick(world.siteIds) }),
    ...(mix & 2 && { release: random.pick(RELEASES) }),
    ...(mix & 4 && { agentId: random.pick(world.agentIds) }),
    ...(mix & 8 && { ip: random.pick(ADDRESSES) }),
  };
}

function aligned(random: Random, { history }: World, window: { from: number; to: number }) {
  const { at } = random.pick(history.sessions);
  const dice = random.below(6);
  if (dice === 0) return { from: at, to: at + (window.to - window.from) };
  if (dice === 1) return { from: at - (window.to - window.from), to: at };
  if (dice === 2) return { from: at, to: at + 1 };
  return window;
}
