/** An entry as a client saw it, before anything of it is believed. */
export interface Seen {
  conversationId: string;
  seq: number;
  type: string;
  at?: number;
  author?: { kind: string; id?: string };
  clientId?: string;
  text?: string;
  event?: string;
  redacted?: number;
}
export interface Page {
  entries: Seen[];
  more: boolean;
}

/** What the sender meant. */
export interface Sent {
  text: string;
  type: 'message' | 'note';
  by: 'visitor' | 'agent';
}

/** Everything that must be the same for everyone, for ever [LOG-1]. */
export const contentOf = ({ type, at, author, clientId, text, event }: Seen): string =>
  `${type} ${at} ${author?.kind} ${author?.id} ${clientId} ${event ?? ''}${text ?? ''}`;

/** [LOG-4] Where a note stands a visitor sees its `seq` and nothing else. */
export const isOwnOf = (entry: Seen): boolean =>
  entry.type === 'hidden'
    ? Object.keys(entry).every((key) => ['conversationId', 'seq', 'type'].includes(key))
    : entry.type !== 'note';
