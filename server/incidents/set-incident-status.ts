/** An agent closes an incident that is dealt with, or opens it again [REPORT-4]. Twice is as once. */
import type { IncidentRef } from '../../protocol/incidents.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { Database } from '../store/store.ts';

/** @throws AppError `forbidden` for a viewer, `incident_unknown` */
export async function setIncidentStatus(
  { store, clock, publisher, logger }: Pick<Deps, 'store' | 'clock' | 'publisher' | 'logger'>,
  agent: AgentActor,
  { incidentId }: IncidentRef,
  status: 'open' | 'closed',
): Promise<null> {
  await requireResponder(store.db, agent.id);
  const now = clock.now();
  const change =
    status === 'closed'
      ? { closed_at: now, closed_by: agent.id }
      : { closed_at: null, closed_by: null, opened_at: now };
  const { numUpdatedRows } = await store.db
    .updateTable('incidents')
    .set({ status, updated_at: now, ...change })
    .where('id', '=', incidentId)
    .where('status', '!=', status)
    .executeTakeFirst();
  if (numUpdatedRows > 0n) {
    publisher.incidentChanged(incidentId);
    logger.info({ incidentId, agentId: agent.id, status }, 'an incident was set');
    return null;
  }
  const known = await store.db
    .selectFrom('incidents')
    .select('id')
    .where('id', '=', incidentId)
    .executeTakeFirst();
  if (!known) throw new AppError('incident_unknown');
  return null;
}

/** The role is read afresh: it may have changed since the socket opened. */
async function requireResponder(db: Database, agentId: string): Promise<void> {
  const agent = await db
    .selectFrom('agents')
    .select('role')
    .where('id', '=', agentId)
    .executeTakeFirst();
  if (!agent || agent.role === 'viewer') throw new AppError('forbidden');
}
