/**
 * Incidents, as loaders and browsers report them [REPORT-3], and notices, by which those who were
 * affected hear of a breach [NOTICE-1].
 */
import { type Static, Type } from 'typebox';
import type { AgentCard } from './conversations.ts';
import { Id, Instant } from './entries.ts';
import type { ReportKind } from './http.ts';
import type { DataCategory } from './ledger.ts';

const strict = { additionalProperties: false };

/**
 * Reports of one site, kind, subject and release [REPORT-3]. Open until an agent closes it, and again
 * when it grows.
 */
export interface IncidentSummary {
  id: string;
  siteId: string;
  siteName: string;
  kind: ReportKind;
  subject: string;
  release: string;
  status: 'open' | 'closed';
  count: number;
  firstAt: number;
  lastAt: number;
  /** When it was first reported, or opened again. */
  openedAt: number;
  /** Of two summaries the one with the higher is the newer. */
  updatedAt: number;
  /** Only of a closed one. */
  closed?: { at: number; by: AgentCard };
  /** The most frequent first, at most 20 each. */
  pages: { page: string; count: number }[];
  browsers: { browser: string; count: number }[];
}
export const IncidentsList = Type.Object(
  {
    siteId: Type.Optional(Id),
    status: Type.Optional(Type.Union([Type.Literal('open'), Type.Literal('closed')])),
    /** The last of the page before. */
    before: Type.Optional(Type.Object({ lastAt: Instant, id: Id }, strict)),
  },
  strict,
);
export type IncidentsList = Static<typeof IncidentsList>;
/** Newest report first. */
export interface IncidentsPage {
  incidents: IncidentSummary[];
  more: boolean;
  /** Browsers' reports about something else than Bulkhead, counted and dropped [REPORT-3]. */
  dropped: number;
}
export const IncidentRef = Type.Object({ incidentId: Id }, strict);
export type IncidentRef = Static<typeof IncidentRef>;

const Words = Type.String({ minLength: 1, maxLength: 4_000 });
/** What an owner writes: what the four paragraphs of a notice say, and when what it is about began. */
export const NoticeDraft = Type.Object(
  {
    /** Of the exposure report that names the affected; null for a notice to everybody. */
    exposureId: Type.Union([Id, Type.Null()]),
    siteId: Id,
    /** BCP 47, of the words below: how the page writes dates, its own words, and its direction. */
    locale: Type.String({ maxLength: 35, pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$' }),
    title: Type.String({ minLength: 1, maxLength: 120 }),
    happened: Words,
    /** When it happened, in words and as instants. */
    when: Words,
    information: Words,
    weDo: Words,
    youCanDo: Words,
    /** Milliseconds since the epoch at which we knew: the clock of the notice starts here. */
    discoveredAt: Type.Integer({ minimum: 0 }),
    /** Shown in the widget of the site while the notice is open. */
    banner: Type.Boolean(),
  },
  strict,
);
export type NoticeDraft = Static<typeof NoticeDraft>;
export const NoticeSave = Type.Object(
  { noticeId: Type.Union([Id, Type.Null()]), draft: NoticeDraft },
  strict,
);
export type NoticeSave = Static<typeof NoticeSave>;
export const NoticeRef = Type.Object({ noticeId: Id }, strict);
export type NoticeRef = Static<typeof NoticeRef>;
/** Also tells the affected conversations, once each, by a message from the system. */
export const NoticePublish = Type.Object({ noticeId: Id, tellAffected: Type.Boolean() }, strict);
export type NoticePublish = Static<typeof NoticePublish>;
export const NoticeUpdateSend = Type.Object({ noticeId: Id, text: Words }, strict);
export type NoticeUpdateSend = Static<typeof NoticeUpdateSend>;

/** `notice:list`: the newest first, at most 200. */
export const NoticesList = Type.Object({}, strict);
export type NoticesList = Static<typeof NoticesList>;
export interface NoticesListed {
  notices: NoticeView[];
}

/**
 * Also the fact `notice:changed` to agents. Of a draft, `affected` is what its exposure report said
 * when it was saved; from publishing on, what it said then.
 */
export interface NoticeView extends NoticeDraft {
  id: string;
  status: 'draft' | 'published' | 'closed';
  createdAt: number;
  publishedAt: number | null;
  closedAt: number | null;
  /** Public, and stable: `<server>/notices/<id>`. */
  url: string;
  affected: {
    visitors: number;
    conversations: number;
    told: number;
    /** Whether conversations still wait to be told. */
    telling: boolean;
  };
  updates: { at: number; text: string; by: string }[];
}

/**
 * `notice:check` on a visitor's socket answers this: a proof that the page of the notice can show for
 * this browser, good for ten minutes and once; it goes there in the fragment of the address.
 */
export interface NoticeProof {
  url: string;
}
/** `POST /api/notices/:id/check`, by the page of the notice. */
export const NoticeCheck = Type.Object({ proof: Type.String({ maxLength: 2_000 }) }, strict);
export type NoticeCheck = Static<typeof NoticeCheck>;
export interface NoticeVerdict {
  affected: boolean;
  /** Of this visitor alone; empty when not affected. */
  categories: DataCategory[];
  firstAt: number | null;
  lastAt: number | null;
}
/** In `VisitorSnapshot`, and in the fact `notice:changed`: what the chat shows above the log. */
export interface NoticeBanner {
  id: string;
  title: string;
  url: string;
}
/** To visitors. `null`: nothing is to be shown any more. */
export interface NoticeChanged {
  notice: NoticeBanner | null;
}
