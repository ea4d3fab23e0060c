/**
 * Every refusal that a peer can receive, listed once [ERR-1]. The words are for a person and may be
 * shown as they are; programs go by the code. A test holds this list and PROTOCOL.md together.
 */
export const ERRORS = {
  bad_request: 'That request could not be understood.',
  protocol_unsupported: 'This page speaks another version of the chat. Please reload it.',
  not_found: 'That does not exist, or you may not see it.',
  forbidden: 'You may not do that.',
  rate_limited: 'Too many tries. Please wait a moment and try again.',
  internal: 'Something went wrong on our side. Please try again.',
  unavailable: 'The chat is not available at the moment. Please try again soon.',
  busy: 'The chat is very busy right now. What you wrote is kept, and sent as soon as there is room.',
  origin_not_allowed: 'This site is not allowed to use this chat.',
  site_unknown: 'This chat does not exist. Please check the site key in the tag.',
  token_invalid: 'Your chat could not be recognised. A new one will be started.',
  token_expired: 'Your last chat was too long ago. A new one will be started.',
  ticket_invalid: 'The connection could not be checked. Please try again.',
  ticket_expired: 'The connection took too long. Please try again.',
  signed_out: 'Please sign in again.',
  credentials_wrong: 'E-mail or password is wrong.',
  message_empty: 'A message needs at least one character.',
  message_too_long: 'A message can have up to 4,000 characters.',
  conversation_unknown: 'That conversation does not exist, or you may not see it.',
  incident_unknown: 'That incident does not exist, or you may not see it.',
  payments_disabled: 'Payments are not set up for this site.',
  payment_unknown: 'That payment does not exist, or you may not see it.',
  payment_not_payable: 'This payment can no longer be made.',
  amount_invalid:
    'The amount must be a whole number above zero in the smallest unit of the currency.',
  amount_too_small: 'The amount is below the smallest that can be charged in this currency.',
  amount_too_large: 'The amount is above the largest that can be charged in this currency.',
  amount_above_limit: 'This amount is above what your role may ask for or give back.',
  line_items_mismatch: 'The lines do not add up to the amount.',
  approval_own: 'Somebody else has to approve what you asked for.',
  approval_not_needed: 'This does not wait for an approval.',
  payment_not_editable: 'This payment can no longer be changed.',
  revision_outdated: 'Somebody has changed this payment meanwhile. Please look at it again.',
  payment_not_refundable: 'This payment cannot be refunded.',
  refund_too_large: 'That is more than what can still be refunded.',
  refund_unknown: 'That refund does not exist, or you may not see it.',
  too_many_attempts: 'There were too many tries to pay. Please ask for a new payment request.',
  template_unknown: 'That template does not exist.',
  notice_unknown: 'That notice does not exist.',
  notice_incomplete:
    'Each part of the notice needs words, and the time at which you knew cannot be in the future.',
  notice_published: 'A published notice keeps its words. Send an update instead.',
  notice_not_open: 'This notice is not open.',
  proof_invalid: 'This address was not made for this notice. Ask again from the chat.',
  proof_used: 'This address was used already. Ask again from the chat.',
  proof_expired: 'This address is older than ten minutes. Ask again from the chat.',
  currency_unknown: 'Payments in this currency are not supported.',
  provider_unreachable:
    'The payment provider cannot be reached. Nothing was charged; please try again.',
  provider_refused: 'The payment provider refused this request.',
  signature_invalid: 'The signature of this notice is wrong.',
  window_invalid: 'The window must begin before it ends, and both instants must be given.',
  agent_unknown: 'There is no such agent.',
  release_unknown: 'No such release was ever published here or seen in a browser.',
  address_invalid: 'That is not an IP address.',
  exposure_unknown: 'That exposure report does not exist.',
} as const satisfies Record<string, string>;

export type ErrorCode = keyof typeof ERRORS;

/** A refusal. `message` is for a person; `retryAfterMs` is given where trying again makes sense. */
export interface Refusal {
  code: ErrorCode;
  message: string;
  retryAfterMs?: number;
}

/** The one shape of every answer, in socket acks and HTTP bodies alike [ERR-2]. */
export type Outcome<T> = { ok: true; data: T } | { ok: false; error: Refusal };

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(ERRORS, value);

/** @returns the refusal that a code stands for, with its words. */
export const refuse = (code: ErrorCode, retryAfterMs?: number): { ok: false; error: Refusal } => ({
  ok: false,
  error: { code, message: ERRORS[code], ...(retryAfterMs !== undefined && { retryAfterMs }) },
});
