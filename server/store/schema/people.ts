/** Sites, and who is there: agents and visitors, with their sessions. */
import type { Generated } from 'kysely';
import type { AgentRole } from '../../../protocol/http.ts';

/** Who makes a site's payment intents [PAY-11]. */
export type Minting = 'server' | 'connect' | 'merchant';

export interface SiteRow {
  id: string;
  /** `site_…`, as it stands in the tag. */
  public_key: string;
  name: string;
  color: string;
  greeting: string;
  /** JSON array of origins. */
  allowed_origins: string;
  stripe_publishable_key: string | null;
  minting: Generated<Minting>;
  /** `acct_…`; only where `minting` is `connect`. */
  stripe_account: string | null;
  /** Where the merchant's backend answers, and the secret shared with it; only for `merchant`. */
  merchant_url: string | null;
  merchant_secret: string | null;
  /** JSON; see `payments/policy.ts`. */
  payment_policy: string | null;
  /** Where the merchant hears of incidents, and the secret that signs what is sent there. */
  alert_url: Generated<string | null>;
  alert_secret: Generated<string | null>;
  alert_email: Generated<string | null>;
  created_at: number;
}

export interface AgentRow {
  id: string;
  /** Lower case. */
  email: string;
  name: string;
  /** `scrypt$N$r$p$salt$hash`. */
  password: string;
  role: Generated<AgentRole>;
  created_at: number;
}

export interface AgentSessionRow {
  /** SHA-256 of the cookie's value, hex. */
  id: string;
  agent_id: string;
  created_at: number;
  used_at: number;
}

/** Written with the first message, never before [AUTH-3]. */
export interface VisitorRow {
  id: string;
  site_id: string;
  name: string | null;
  email: string | null;
  page: string | null;
  first_page: string | null;
  first_seen_at: number;
  locale: string | null;
  browser: string | null;
  created_at: number;
}

export interface VisitorTokenRow {
  /** SHA-256 of the token, hex. */
  hash: string;
  visitor_id: string;
  issued_at: number;
  replaced_at: number | null;
}

export interface PeopleTables {
  sites: SiteRow;
  agents: AgentRow;
  agent_sessions: AgentSessionRow;
  visitors: VisitorRow;
  visitor_tokens: VisitorTokenRow;
}
