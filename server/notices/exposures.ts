/** What a notice needs to know of an exposure report: whom it names. Knows nothing of the ledger. */
import type { ExposedConversation } from '../../protocol/ledger.ts';

export type Affected = Pick<
  ExposedConversation,
  'visitorId' | 'conversationId' | 'categories' | 'firstAt' | 'lastAt'
>;

/**
 * Everybody whom a stored report names on one site, in pages of some hundreds, so that nothing has to
 * hold all of them. A visitor may come more than once, once per conversation.
 * @throws AppError `exposure_unknown`, while it is read
 */
export type AffectedBy = (exposureId: string, siteId: string) => AsyncIterable<readonly Affected[]>;
