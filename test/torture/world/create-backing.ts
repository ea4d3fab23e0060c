/** What a plan asks for. */
import { createRandom } from '../../support/random.ts';
import type { Plan } from '../options.ts';
import type { Backing } from './backing.ts';
import { createPostgresBacking } from './postgres-backing.ts';
import { createSqliteBacking } from './sqlite-backing.ts';

export const createBacking = (plan: Plan, logDir: string): Promise<Backing> =>
  plan.store === 'sqlite'
    ? createSqliteBacking(plan.messages)
    : createPostgresBacking({ ...plan, logDir, random: createRandom(plan.seed ^ 0xba5e) });
