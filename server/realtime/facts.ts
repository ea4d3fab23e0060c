/**
 * What one process tells the others, so that each tells its own sockets. A fact is a hint, as it is to
 * a client: where one is lost, the log and the rows still stand [SYNC-1].
 */
import type { NoticeView } from '../../protocol/incidents.ts';
import type { ReadChanged, TypingChanged } from '../../protocol/sockets.ts';
import type { PublishedEntry } from '../log/publisher.ts';

export type Fact =
  | { is: 'entry'; published: PublishedEntry }
  | { is: 'read'; visitorId: string; changed: ReadChanged }
  | { is: 'typing'; visitorId: string; changed: TypingChanged }
  /** Summaries are read by each process itself, so that none is older than one before it. */
  | { is: 'conversation'; id: string; withView: boolean }
  | { is: 'payment'; id: string }
  | { is: 'incident'; id: string }
  | { is: 'notice'; view: NoticeView }
  /** Those of a site, or what one visitor is shown of them. */
  | { is: 'banners'; siteId: string }
  | { is: 'banner'; visitor: { id: string; siteId: string } }
  | { is: 'session-ended'; id: string }
  /** Whoever says it could not say everything. */
  | { is: 'stale' };

/** Tells the sockets of this process and, through the others, theirs. */
export type Tell = (fact: Fact) => void;
