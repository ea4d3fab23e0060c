/** How much an agent may ask for, and above what somebody else has to approve it [PAY-8]. */
import { AppError } from '../app-error.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { Database } from '../store/store.ts';
import { requireAllowance } from './permissions.ts';

const DAY_MS = 86_400_000;

interface Asked {
  siteId: string;
  amountMinor: number;
  currency: string;
  /** The payment that is edited, whose amount is not counted twice. */
  paymentId?: string;
  now: number;
}

/**
 * @returns whether it has to wait for a second agent.
 * @throws AppError `forbidden`, `amount_above_limit`
 */
export async function checkRequest(
  db: Database,
  agent: AgentActor,
  asked: Asked,
): Promise<'waiting' | null> {
  const allowance = await requireAllowance(db, agent.id, asked);
  const { perRequestMinor, perDayMinor, approvalAboveMinor } = allowance;
  if (asked.amountMinor > perRequestMinor) throw new AppError('amount_above_limit');
  if (perDayMinor !== Number.POSITIVE_INFINITY) {
    const already = await askedWithinADay(db, agent.id, asked);
    if (already + asked.amountMinor > perDayMinor) throw new AppError('amount_above_limit');
  }
  return asked.amountMinor > approvalAboveMinor ? 'waiting' : null;
}

/** What was canceled or has expired unpaid is given back to the day. */
async function askedWithinADay(db: Database, agentId: string, asked: Asked): Promise<number> {
  const { total } = await db
    .selectFrom('payments')
    .select(({ fn }) => fn.sum<number | null>('amount_minor').as('total'))
    .where('requested_by', '=', agentId)
    .where('site_id', '=', asked.siteId)
    .where('currency', '=', asked.currency)
    .where('created_at', '>', asked.now - DAY_MS)
    .where('status', 'not in', ['canceled', 'expired'])
    .where('id', '!=', asked.paymentId ?? '')
    .executeTakeFirstOrThrow();
  return Number(total ?? 0);
}
