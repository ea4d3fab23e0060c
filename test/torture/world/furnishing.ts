/** The sites and the agents of a run, made before its servers start. */

import { ensureAgent } from '../../../server/people/agents.ts';
import { ensureSite } from '../../../server/sites/sites.ts';
import type { Database } from '../../../server/store/store.ts';
import { systemRandom } from '../../../server/world.ts';

export const SITES = ['site_torture-one', 'site_torture-two'] as const;
export const SHOP_ORIGIN = 'https://shop.example';
export const PASSWORD = 'a password for the torture';
export const AGENTS = 4;
export const emailOf = (agent: number): string => `agent-${agent}@chat.example`;

/** Quick: signing in is not what is tried here. */
const PASSWORD_COST = { N: 2 ** 10, r: 8, p: 1 };

export async function furnishTorture(db: Database): Promise<void> {
  const maker = { db, random: systemRandom, now: Date.now() };
  for (const publicKey of SITES) {
    await ensureSite(maker, { publicKey, name: publicKey, allowedOrigins: [SHOP_ORIGIN] });
  }
  for (let agent = 0; agent < AGENTS; agent++) {
    const [email, name] = [emailOf(agent), `Agent ${agent}`];
    await ensureAgent(maker, { email, name, password: PASSWORD, passwordCost: PASSWORD_COST });
  }
}
