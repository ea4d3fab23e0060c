/** Signing an agent in [AUTH-5]. */
import type { SignInRequest } from '../../protocol/http.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { cleanText } from '../log/entry-draft.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { openAgentSession } from './agent-sessions.ts';
import { type Agent, toEmail } from './agents.ts';
import { verifyNothing, verifyPassword } from './passwords.ts';

const WINDOW_MS = 15 * 60_000;

export interface SignedIn {
  agent: Agent;
  /** For the cookie, and for nothing else. */
  sessionValue: string;
}
/** Limits count networks; the ledger says which address it was. */
export interface SignInFrom {
  network: string;
  address: string;
}
export type SignIn = (request: SignInRequest, from: SignInFrom) => Promise<SignedIn>;

/** @throws AppError `rate_limited`, `credentials_wrong`, `unavailable` when too many wait */
export function createSignIn(deps: Deps): SignIn {
  const limit = { tries: deps.config.limits.signInTries, windowMs: WINDOW_MS };
  const byNetwork = createRateLimiter(deps.shared, { ...limit, name: 'sign-in-network' });
  const byEmail = createRateLimiter(deps.shared, { ...limit, name: 'sign-in-email' });

  return async ({ email: typed, password }, { network, address: ip }) => {
    const email = toEmail(typed);
    await byNetwork.take(network);
    await byEmail.take(email);
    const row = await deps.store.db
      .selectFrom('agents')
      .selectAll()
      .where('email', '=', email)
      .executeTakeFirst();
    const right = row
      ? await verifyPassword(password, row.password)
      : await verifyNothing(password);
    if (!row || !right) {
      const detail = { ip, ...(isEmail(email) && { email: cleanText(email) }) };
      const agentId = row?.id ?? null;
      await deps.ledger.record({ kind: 'agent.sign_in_failed', agentId, detail });
      throw new AppError('credentials_wrong');
    }
    await byNetwork.reset(network);
    await byEmail.reset(email);
    const sessionValue = await openAgentSession(deps, row.id);
    await deps.ledger.record({ kind: 'agent.signed_in', agentId: row.id, detail: { ip } });
    return {
      agent: { id: row.id, name: row.name, email: row.email, role: row.role },
      sessionValue,
    };
  };
}

/** What is none may be a password in the wrong field, and is not written down. */
const isEmail = (typed: string) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed);
