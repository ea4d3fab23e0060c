/** Conversations and their log. */

export interface ConversationRow {
  id: string;
  site_id: string;
  /** Unique: a visitor has one conversation [SEND-4]. */
  visitor_id: string;
  status: 'open' | 'resolved';
  last_seq: number;
  assignee_id: string | null;
  visitor_read_seq: number;
  agent_read_seq: number;
  /** Messages by the visitor past `agent_read_seq`. */
  unread: number;
  preview: string;
  preview_by: 'visitor' | 'agent' | 'system';
  updated_at: number;
  created_at: number;
}

export interface EntryRow {
  conversation_id: string;
  seq: number;
  at: number;
  type: 'message' | 'note' | 'payment' | 'event';
  author_kind: 'visitor' | 'agent' | 'system';
  author_id: string | null;
  author_name: string | null;
  client_id: string | null;
  /** What the type has of its own, JSON. */
  body: string;
}

/** A group commit of the log that is not folded into the tables above yet. */
export interface JournalRow {
  id: number;
  /** JSON array of `EntryRow`, in order. */
  entries: string;
}

export interface ConversationsTables {
  conversations: ConversationRow;
  entries: EntryRow;
  journal: JournalRow;
}
