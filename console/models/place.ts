/** Where in the console an agent is. It stands in the address, so that reload, back and a link work. */
export interface Place {
  page: 'inbox' | 'payments' | 'incidents' | 'exposure' | 'notices';
  conversationId: string | null;
  /** Whose panel is open. */
  paymentId: string | null;
  /**
   * On the exposure page the report; among the notices the one that is open, `new`, or the report
   * that a new one is drafted from.
   */
  subject?: string;
}

export const INBOX: Place = { page: 'inbox', conversationId: null, paymentId: null };

export const INCIDENTS_ADDRESS = '#/incidents';

const ID = '([a-z]{2}_[A-Za-z0-9_-]{16,40})';
const CONVERSATION = new RegExp(`^#/conversations/${ID}(?:/payments/${ID})?$`);
const SUBJECT = new RegExp(`^#/(exposure|notices)(?:/(new|${ID}))?$`);
const PAYMENTS = new RegExp(`^#/payments(?:/${ID})?$`);

/** @returns the place that a location's hash names; of an unknown one, the inbox. */
export function parsePlace(hash: string): Place {
  if (hash === INCIDENTS_ADDRESS) return { ...INBOX, page: 'incidents' };
  const [about, page, subject] = SUBJECT.exec(hash) ?? [];
  if (about) {
    const named = subject === undefined ? {} : { subject };
    return { ...INBOX, page: page === 'notices' ? 'notices' : 'exposure', ...named };
  }
  const payments = PAYMENTS.exec(hash);
  if (payments) return { page: 'payments', conversationId: null, paymentId: payments[1] ?? null };
  const found = CONVERSATION.exec(hash);
  if (!found) return INBOX;
  return { page: 'inbox', conversationId: found[1] ?? null, paymentId: found[2] ?? null };
}

export const addressOf = (conversationId: string | null): string =>
  conversationId ? `#/conversations/${conversationId}` : '#/';

/** @returns the address of a payment's panel, beside its conversation or on the payments page. */
export const paymentAddress = (paymentId: string | null, conversationId?: string | null): string =>
  (conversationId ? addressOf(conversationId) : '#') +
  (paymentId ? `/payments/${paymentId}` : conversationId ? '' : '/payments');

/** @returns the address of the exposure page, or of one of its reports. */
export const exposureAddress = (reportId?: string): string =>
  reportId ? `#/exposure/${reportId}` : '#/exposure';

/** @returns the address of the notices, of one of them, of `new`, or of a draft from a report. */
export const noticesAddress = (subject?: string): string =>
  subject ? `#/notices/${subject}` : '#/notices';
