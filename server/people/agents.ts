/** Agents: the people who answer. Owns the table; knows nothing of sessions. */

import type { AgentCard } from '../../protocol/conversations.ts';
import { AGENT_ROLES, type AgentRole } from '../../protocol/http.ts';
import { EMAIL_MAX_LENGTH, NAME_MAX_LENGTH } from '../../protocol/limits.ts';
import { newId } from '../ids.ts';
import { cleanText } from '../log/entry-draft.ts';
import type { Database } from '../store/store.ts';
import type { RandomBytes } from '../world.ts';
import { hashPassword, type PasswordCost } from './passwords.ts';

export interface Agent extends AgentCard {
  email: string;
  role: AgentRole;
}
export interface AgentSettings {
  email: string;
  name: string;
  password: string;
  /** `owner` if not given. */
  role?: AgentRole;
  /** Lower than the default only in tests. */
  passwordCost?: PasswordCost;
}

/** A setting that cannot be; `message` is for the person who typed it. */
export class AgentSettingError extends Error {}

export const PASSWORD_MIN_LENGTH = 10;
const PASSWORD_MAX_LENGTH = 200;

const AGENT_COLUMNS = ['id', 'email', 'name', 'role'] as const;

export const toEmail = (typed: string): string => typed.trim().toLowerCase();

export const findAgent = async (db: Database, id: string): Promise<Agent | null> =>
  (await db.selectFrom('agents').select(AGENT_COLUMNS).where('id', '=', id).executeTakeFirst()) ??
  null;

export const listAgents = (db: Database): Promise<Agent[]> =>
  db.selectFrom('agents').select(AGENT_COLUMNS).orderBy('name').execute();

interface Maker {
  db: Database;
  random: RandomBytes;
  now: number;
}

/** @throws AgentSettingError */
export async function createAgent(
  { db, random, now }: Maker,
  settings: AgentSettings,
): Promise<Agent> {
  const agent = { id: newId(random, 'ag'), ...requireSettings(settings) };
  const taken = await db
    .selectFrom('agents')
    .select('id')
    .where('email', '=', agent.email)
    .executeTakeFirst();
  if (taken) throw new AgentSettingError('An agent with that e-mail exists already');
  const password = await hashPassword(settings.password, random, settings.passwordCost);
  await db
    .insertInto('agents')
    .values({ ...agent, password, created_at: now })
    .execute();
  return agent;
}

/** Ends the agent's sessions too. @returns false when nobody has that e-mail. */
export async function setAgentPassword(
  { db, random }: Pick<Maker, 'db' | 'random'>,
  settings: Pick<AgentSettings, 'email' | 'password' | 'passwordCost'>,
): Promise<boolean> {
  requirePassword(settings.password);
  const password = await hashPassword(settings.password, random, settings.passwordCost);
  const agent = await db
    .updateTable('agents')
    .set({ password })
    .where('email', '=', toEmail(settings.email))
    .returning('id')
    .executeTakeFirst();
  if (!agent) return false;
  await db.deleteFrom('agent_sessions').where('agent_id', '=', agent.id).execute();
  return true;
}

export const isAgentRole = (word: string): word is AgentRole =>
  AGENT_ROLES.some((role) => role === word);

/** @returns false when nobody has that e-mail. */
export async function setAgentRole(db: Database, typed: string, role: AgentRole): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('agents')
    .set({ role })
    .where('email', '=', toEmail(typed))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Makes the agent, or gives the one of that e-mail this password; for demos and provisioning. */
export async function ensureAgent(maker: Maker, settings: AgentSettings): Promise<Agent> {
  if (!(await setAgentPassword(maker, settings))) return createAgent(maker, settings);
  const email = toEmail(settings.email);
  return maker.db
    .updateTable('agents')
    .set({ name: requireSettings(settings).name, ...(settings.role && { role: settings.role }) })
    .where('email', '=', email)
    .returning(AGENT_COLUMNS)
    .executeTakeFirstOrThrow();
}

function requireSettings({ email: typed, name, password, role = 'owner' }: AgentSettings) {
  const email = toEmail(typed);
  const isEmail = /^[^\s@]+@[^\s@]+$/.test(email) && email.length <= EMAIL_MAX_LENGTH;
  if (!isEmail || email !== cleanText(email)) {
    throw new AgentSettingError('That is not an e-mail address');
  }
  if (!name.trim() || name.length > NAME_MAX_LENGTH) {
    throw new AgentSettingError(`The name must have 1 to ${NAME_MAX_LENGTH} characters`);
  }
  requirePassword(password);
  return { email, name: cleanText(name.trim()), role };
}

function requirePassword(password: string): void {
  if (password.length >= PASSWORD_MIN_LENGTH && password.length <= PASSWORD_MAX_LENGTH) return;
  throw new AgentSettingError(
    `The password must have ${PASSWORD_MIN_LENGTH} to ${PASSWORD_MAX_LENGTH} characters`,
  );
}
