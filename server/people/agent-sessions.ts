/**
 * Agents' sessions [AUTH-4]: a random value in a cookie, its hash in the database. A session ends
 * when it is signed out, unused for `IDLE_MS`, or `LIFETIME_MS` after sign-in.
 */
import type { AgentRole } from '../../protocol/http.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { AgentActor } from './agent-actor.ts';
import { hashSecret } from './hashing.ts';

const HOUR_MS = 3_600_000;
const IDLE_MS = 12 * HOUR_MS;
const LIFETIME_MS = 7 * 24 * HOUR_MS;
/** How exactly "unused" is kept; each note of it is a write. */
const TOUCH_AFTER_MS = 60_000;
const VALUE_BYTES = 32;

export interface AgentSession {
  /** The hash; names the session inside the server. */
  id: string;
  agent: AgentActor & { email: string; role: AgentRole };
}

type SessionDeps = Pick<Deps, 'store' | 'clock' | 'random'>;

/** @returns the cookie's value, which is stored nowhere */
export async function openAgentSession(deps: SessionDeps, agentId: string): Promise<string> {
  const { store, clock } = deps;
  const now = clock.now();
  const value = deps.random(VALUE_BYTES).toString('base64url');
  await store.db
    .deleteFrom('agent_sessions')
    .where((where) =>
      where.or([where('used_at', '<', now - IDLE_MS), where('created_at', '<', now - LIFETIME_MS)]),
    )
    .execute();
  await store.db
    .insertInto('agent_sessions')
    .values({ id: hashSecret(value), agent_id: agentId, created_at: now, used_at: now })
    .execute();
  return value;
}

/** @throws AppError `signed_out` */
export async function requireAgentSession(
  deps: Pick<Deps, 'store' | 'clock'>,
  cookieValue: string | undefined,
): Promise<AgentSession> {
  if (!cookieValue) throw new AppError('signed_out');
  return requireSessionById(deps, hashSecret(cookieValue));
}

/** For a session that was known already: does it still hold? @throws AppError `signed_out` */
export async function requireSessionById(
  { store, clock }: Pick<Deps, 'store' | 'clock'>,
  id: string,
): Promise<AgentSession> {
  const row = await store.db
    .selectFrom('agent_sessions')
    .innerJoin('agents', 'agents.id', 'agent_sessions.agent_id')
    .select([
      'agents.id as agentId',
      'agents.name',
      'agents.email',
      'agents.role',
      'agent_sessions.created_at as createdAt',
      'agent_sessions.used_at as usedAt',
    ])
    .where('agent_sessions.id', '=', id)
    .executeTakeFirst();
  const now = clock.now();
  if (!row || row.usedAt + IDLE_MS < now || row.createdAt + LIFETIME_MS < now) {
    throw new AppError('signed_out');
  }
  if (row.usedAt + TOUCH_AFTER_MS < now) {
    await store.db
      .updateTable('agent_sessions')
      .set({ used_at: now })
      .where('id', '=', id)
      .execute();
  }
  const { agentId, name, email, role } = row;
  return { id, agent: { kind: 'agent', id: agentId, name, email, role } };
}

export async function closeAgentSession({ store }: Pick<Deps, 'store'>, id: string): Promise<void> {
  await store.db.deleteFrom('agent_sessions').where('id', '=', id).execute();
}
