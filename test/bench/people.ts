/** Who is in a bench's store: one site and one agent. */

import { ensureAgent } from '../../server/people/agents.ts';
import { ensureSite } from '../../server/sites/sites.ts';
import type { Store } from '../../server/store/store.ts';
import { systemRandom } from '../../server/world.ts';

export const SITE = { key: 'site_bench-mark', origin: 'http://shop.localhost' };
export const AGENT = {
  email: 'bench@example.org',
  name: 'Bench',
  password: 'a long enough password',
};

export async function settlePeople(store: Store): Promise<void> {
  const maker = { db: store.db, random: systemRandom, now: Date.now() };
  await ensureSite(maker, { publicKey: SITE.key, name: 'Bench', allowedOrigins: [SITE.origin] });
  await ensureAgent(maker, AGENT);
}
