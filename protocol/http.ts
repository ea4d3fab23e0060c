/**
 * HTTP bodies. Requests from a merchant's page are sent as `text/plain` JSON, which needs no
 * preflight; nothing is authenticated by a cookie there, so nothing can be forged by one [AUTH-1].
 */
import { type Static, Type } from 'typebox';
import { AgentCard } from './conversations.ts';
import {
  AmountMinor,
  CurrencyCode,
  Id,
  type LineItem,
  type PaymentState,
  PaymentStatus,
} from './entries.ts';
import {
  DESCRIPTION_MAX_LENGTH,
  EMAIL_MAX_LENGTH,
  NAME_MAX_LENGTH,
  PAGE_URL_MAX_LENGTH,
} from './limits.ts';
import { VisitorIdentify } from './requests.ts';

const strict = { additionalProperties: false };

/** A site's public key, as it stands in the tag. */
export const SiteKey = Type.String({ pattern: '^site_[A-Za-z0-9_-]{8,40}$' });
/** A visitor's bearer token. Only ever in a body, never in a URL or a cookie [AUTH-1]. */
export const VisitorToken = Type.String({ pattern: '^bv1\\.[A-Za-z0-9_.-]{40,160}$' });

/** `GET /api/sites/:siteKey`: what the launcher needs; public and cached for five minutes. */
export const SiteConfig = Type.Object({
  name: Type.String({ maxLength: NAME_MAX_LENGTH }),
  /** `#rrggbb`, of the launcher and the visitor's own messages. */
  color: Type.String({ pattern: '^#[0-9a-f]{6}$' }),
  /** Shown in the empty conversation. */
  greeting: Type.String({ maxLength: 300 }),
});
export type SiteConfig = Static<typeof SiteConfig>;

/** `POST /api/session`, by the loader, on the merchant's origin. */
export const SessionRequest = Type.Object(
  {
    protocol: Type.Integer(),
    site: Type.String({ maxLength: 64 }),
    token: Type.Optional(Type.String({ maxLength: 200 })),
    /** Origin and path of the page; a query or fragment is refused. */
    page: Type.Optional(
      Type.String({ maxLength: PAGE_URL_MAX_LENGTH, pattern: '^https?://[^?#]*$' }),
    ),
    locale: Type.Optional(Type.String({ maxLength: 35, pattern: '^[A-Za-z0-9-]+$' })),
    identity: Type.Optional(VisitorIdentify),
    /** Of the loader that asks: what ran in this browser, for the ledger [LEDGER-1]. */
    release: Type.Optional(Type.String({ maxLength: 40, pattern: '^[0-9a-z.-]+$' })),
  },
  strict,
);
export type SessionRequest = Static<typeof SessionRequest>;
export interface SessionGrant {
  /** To be kept by the loader in place of the one it sent; may be the same. */
  token: string;
  /** For one socket handshake, within `ticketTtlMs`. */
  ticket: string;
  ticketTtlMs: number;
  /** Whether an open conversation waits, so that the next page may connect by itself. */
  resumed: boolean;
  /** Whether this site can take payments. */
  payments: boolean;
}

/** `POST /api/payments/open`: the client secret, for the paying visitor's loader alone [PAY-4]. */
export const PaymentOpenRequest = Type.Object(
  {
    protocol: Type.Integer(),
    site: Type.String({ maxLength: 64 }),
    token: Type.String({ maxLength: 200 }),
    paymentId: Type.String({ maxLength: 64 }),
  },
  strict,
);
export type PaymentOpenRequest = Static<typeof PaymentOpenRequest>;
export interface PaymentOpenGrant {
  clientSecret: string;
  revision: number;
  /** Where the request has any. The sheet shows them only if they add up to Stripe's amount [PAY-6]. */
  lineItems?: LineItem[];
}

/** `POST /api/payments/refresh`: ask the server to look at Stripe now. Same body as open [PAY-5]. */
export const PaymentRefreshed = Type.Object({ status: PaymentStatus });
export interface PaymentRefreshed {
  status: PaymentStatus;
  /** Of what was paid [PAY-13]. */
  receipt?: Pick<PaymentState, 'card' | 'paidAt' | 'reference' | 'refundedMinor'>;
}

/** `POST /api/reports`: something was refused or behaved wrongly on a visitor's page [REPORT-1]. */
export const REPORT_KINDS = [
  'script_refused',
  'frame_navigated',
  'frame_silent',
  'focus_theft',
  'port_violation',
  'payment_mismatch',
  /** Of a bootstrap: `subject` is one of `MANIFEST_REFUSALS`. */
  'manifest_refused',
  /** A policy of the page stood in the way of Bulkhead's own: `subject` is the directive. */
  'csp_violation',
] as const;
export type ReportKind = (typeof REPORT_KINDS)[number];
export const ReportRequest = Type.Object(
  {
    site: Type.String({ maxLength: 64 }),
    kind: Type.Union(REPORT_KINDS.map((kind) => Type.Literal(kind))),
    /** Of the loader that reports. */
    release: Type.String({ maxLength: 40 }),
    /** Which file or verb: a short name of the loader's own, never content. */
    subject: Type.Optional(Type.String({ maxLength: 80 })),
    page: Type.Optional(
      Type.String({ maxLength: PAGE_URL_MAX_LENGTH, pattern: '^https?://[^?#]*$' }),
    ),
  },
  strict,
);
export type ReportRequest = Omit<Static<typeof ReportRequest>, 'kind'> & { kind: ReportKind };

/** `POST /api/agent/sign-in`, by the console, same origin. Answers with `AgentIdentity` and a cookie. */
export const SignInRequest = Type.Object(
  {
    email: Type.String({ minLength: 3, maxLength: EMAIL_MAX_LENGTH }),
    password: Type.String({ minLength: 1, maxLength: 200 }),
  },
  strict,
);
export type SignInRequest = Static<typeof SignInRequest>;
/** `viewer` may read and answer, and not touch payments; `agent` within limits; the others approve. */
export const AGENT_ROLES = ['owner', 'admin', 'agent', 'viewer'] as const;
export type AgentRole = (typeof AGENT_ROLES)[number];
/** Also `GET /api/agent/me`; `POST /api/agent/sign-out` answers `null`. */
export const AgentIdentity = Type.Object({
  ...AgentCard.properties,
  email: Type.String(),
  colleagues: Type.Array(AgentCard),
  role: Type.Union(AGENT_ROLES.map((role) => Type.Literal(role))),
  /** Whether payments can be requested, and in which currency the form starts. */
  payments: Type.Boolean(),
  currency: CurrencyCode,
  /** All there are, oldest first: what a question or a notice can be about. */
  sites: Type.Optional(Type.Array(Type.Object({ id: Id, name: Type.String() }))),
});
export type AgentIdentity = Omit<Static<typeof AgentIdentity>, 'role'> & { role: AgentRole };

/** One file of a release in `GET /embed/manifest.json`. Sizes in bytes. */
export const ReleaseFile = Type.Object({
  file: Type.String(),
  /** Subresource integrity, `sha384-…`. */
  sha384: Type.String({ pattern: '^sha384-[A-Za-z0-9+/]{64}$' }),
  bytes: Type.Integer(),
  gzip: Type.Integer(),
  brotli: Type.Integer(),
});
export type ReleaseFile = Static<typeof ReleaseFile>;
export const Manifest = Type.Object({
  protocol: Type.Integer(),
  /** Newest first. */
  releases: Type.Array(
    Type.Object({
      version: Type.String({ pattern: '^[0-9]+\\.[0-9]+\\.[0-9]+(-[a-z0-9.]+)?$' }),
      files: Type.Record(Type.String(), ReleaseFile),
    }),
  ),
  /** What a signed tag pins; `file` stands in `/embed/` itself [REL-3]. */
  bootstrap: Type.Optional(ReleaseFile),
});
export type Manifest = Static<typeof Manifest>;

/** What the card in the chat showed, against which the sheet holds what Stripe says [PAY-6]. */
export const ShownPayment = Type.Object({
  paymentId: Id,
  amountMinor: AmountMinor,
  currency: CurrencyCode,
  description: Type.String({ minLength: 1, maxLength: DESCRIPTION_MAX_LENGTH }),
});
export type ShownPayment = Static<typeof ShownPayment>;
