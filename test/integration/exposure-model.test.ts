/**
 * A hundred breaches over ten thousand sessions, seeded: what the ledger answers against a model that
 * knows the world's own history and never saw a line of the ledger. No visitor missed, none named
 * wrongly, whatever the conditions. `EXPOSURE_SEED` and `EXPOSURE_SESSIONS` change the world.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExposedConversation, ExposureQuestion } from '../../protocol/ledger.ts';
import { askExposure } from '../../server/exposure/ask-exposure.ts';
import { eachExposed } from '../../server/exposure/reports.ts';
import { createRandom } from '../support/random.ts';
import { breach } from './exposure-model/breach.ts';
import { exposedIn } from './exposure-model/truth.ts';
import { buildWorld, type World } from './exposure-model/world.ts';

const SEED = Number(process.env.EXPOSURE_SEED ?? 20_171_012);
const SESSIONS = Number(process.env.EXPOSURE_SESSIONS ?? 10_000);
const BREACHES = 100;

let world: World;
beforeAll(async () => {
  world = await buildWorld(SEED, SESSIONS);
}, 120_000);
afterAll(() => world.close());

async function answer(question: ExposureQuestion): Promise<ExposedConversation[]> {
  const { id } = await askExposure(world.deps, question, null);
  const all = [];
  for await (const page of eachExposed(world.deps.store.db, id)) all.push(...page);
  return all;
}

const facts = ({
  visitorId,
  conversationId,
  siteId,
  categories,
  firstAt,
  readBy,
}: ExposedConversation) =>
  [
    visitorId,
    conversationId,
    siteId,
    categories.join(' '),
    firstAt,
    readBy
      .map((one) => `${one.agentId} ${one.from}-${one.to} ${one.times}/${one.previews}`)
      .sort()
      .join(', '),
  ].join(' | ');

it('[EXP-1] [EXP-2] names exactly those who were exposed, in every simulated breach', async () => {
  const random = createRandom(SEED + 1);
  let named = 0;
  const kinds = new Set<string>();
  for (let index = 0; index < BREACHES; index++) {
    const question = breach(random, world, index);
    kinds.add(Object.keys(question).sort().join(' '));
    const expected = exposedIn(world.history, question).map(facts).sort();
    const found = (await answer(question)).map(facts).sort();
    expect({ question, found }).toEqual({ question, found: expected });
    named += found.length;
  }
  // A world in which nobody is ever exposed, or a question that is never asked, would prove nothing.
  expect(named).toBeGreaterThan(SESSIONS);
  expect(kinds.size).toBe(16);
}, 180_000);

it('[EXP-1] would be caught naming one visitor too few or too many', async () => {
  const question = { from: world.history.from, to: world.history.to };
  const truth = exposedIn(world.history, question).map(facts).sort();
  expect(truth.length).toBeGreaterThan(SESSIONS / 10);
  const found = (await answer(question)).map(facts).sort();
  expect(found).toEqual(truth);
  expect(found.slice(1)).not.toEqual(truth);
});
