/** Which agents may touch money, read afresh for each request: a role may have changed [PAY-8]. */
import type { AgentRole } from '../../protocol/http.ts';
import { AppError } from '../app-error.ts';
import type { Database } from '../store/store.ts';
import {
  type ApprovalThresholds,
  limitsOf,
  type RoleLimits,
  readPolicy,
  thresholdsOf,
} from './policy.ts';

const roleOf = async (db: Database, agentId: string): Promise<AgentRole> => {
  const row = await db
    .selectFrom('agents')
    .select('role')
    .where('id', '=', agentId)
    .executeTakeFirst();
  return row?.role ?? 'viewer';
};

/** May ask for payments and give back, within limits. @throws AppError `forbidden` */
export async function requireCashier(db: Database, agentId: string): Promise<AgentRole> {
  const role = await roleOf(db, agentId);
  if (role === 'viewer') throw new AppError('forbidden');
  return role;
}

/**
 * May approve what others asked for.
 * @throws AppError `approval_own` where one of `askers` approves, `forbidden` below admin
 */
export async function requireApprover(
  db: Database,
  agentId: string,
  askers: readonly (string | null)[],
): Promise<void> {
  const role = await roleOf(db, agentId);
  if (role !== 'owner' && role !== 'admin') throw new AppError('forbidden');
  if (askers.includes(agentId)) throw new AppError('approval_own');
}

/** What an agent may ask for or give back on a site. @throws AppError `forbidden` */
export async function requireAllowance(
  db: Database,
  agentId: string,
  { siteId, currency }: { siteId: string; currency: string },
): Promise<RoleLimits & ApprovalThresholds> {
  const role = await requireCashier(db, agentId);
  const site = await db
    .selectFrom('sites')
    .select('payment_policy')
    .where('id', '=', siteId)
    .executeTakeFirstOrThrow();
  const policy = readPolicy(site.payment_policy);
  return { ...limitsOf(policy, role, currency), ...thresholdsOf(policy, currency) };
}

/** Who asked may call it off, and who could approve it. @throws AppError `forbidden` */
export async function requireCanceler(
  db: Database,
  agentId: string,
  requestedBy: string | null,
): Promise<void> {
  if (requestedBy === agentId) await requireCashier(db, agentId);
  else await requireApprover(db, agentId, []);
}
