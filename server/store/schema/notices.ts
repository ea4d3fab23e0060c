/** Notices of a breach, and whom they concern. */

/** An owner's words about a breach, and how far their publication has come [NOTICE-1]. */
export interface NoticeRow {
  id: string;
  site_id: string;
  exposure_id: string | null;
  /** JSON of what the owner wrote: `NoticeWords`. Fixed once it is published. */
  words: string;
  discovered_at: number;
  banner: number;
  status: 'draft' | 'published' | 'closed';
  /** How many the exposure report named when it was last looked at. */
  visitors: number;
  conversations: number;
  /** How many conversations were told, and 1 while there may be more to tell. */
  told: number;
  telling: number;
  created_by: string;
  created_at: number;
  published_at: number | null;
  closed_at: number | null;
}

export interface NoticeUpdateRow {
  notice_id: string;
  n: number;
  at: number;
  text: string;
  agent_id: string;
}

/** Whom the exposure report named when the notice was published [NOTICE-2]. */
export interface NoticeAffectedRow {
  notice_id: string;
  visitor_id: string;
  /** Empty for a visitor who wrote nothing. */
  conversation_id: string;
  /** JSON array of `DataCategory`. */
  categories: string;
  first_at: number;
  last_at: number;
  /** 0 where there was no longer a conversation to tell. */
  told_at: number | null;
}

export interface NoticesTables {
  notices: NoticeRow;
  notice_updates: NoticeUpdateRow;
  notice_affected: NoticeAffectedRow;
}
