/**
 * Every cap of the wire in one place, so that a composer, a schema and a test never disagree.
 * Lengths are in UTF-16 code units, as `String.length` counts them.
 */

/** A message or a note: 1 to 4,000 characters after trimming [SEND-2]. */
export const MESSAGE_MAX_LENGTH = 4000;
/** A `clientId`, made by the sender; 16 to 64 characters of `[A-Za-z0-9_-]` [SEND-1]. */
export const CLIENT_ID_MAX_LENGTH = 64;
/** Entries in one page of the log [LOG-3]. */
export const PAGE_MAX_ENTRIES = 100;
/** Conversations in one page of the console's list. */
export const PAGE_MAX_CONVERSATIONS = 50;
/** What a payment request is for, shown to the visitor and sent to Stripe. */
export const DESCRIPTION_MAX_LENGTH = 200;
/** Names of people and sites. */
export const NAME_MAX_LENGTH = 80;
/** RFC 5321, 4.5.3.1.3: a path has at most 256 octets with its brackets. */
export const EMAIL_MAX_LENGTH = 254;
/** Origin and path of the page that carries the tag; the query and the fragment are never sent. */
export const PAGE_URL_MAX_LENGTH = 500;
/** Unsent messages that the loader keeps for the frame across reloads [PORT-6]. */
export const OUTBOX_MAX_MESSAGES = 20;
/** One packet of a socket, in bytes: the largest message in UTF-8, with room for its envelope. */
export const SOCKET_PACKET_MAX_BYTES = 32_768;
/** One HTTP body that is not a webhook, in bytes. */
export const HTTP_BODY_MAX_BYTES = 16_384;
/** Lines of one payment request. */
export const LINE_ITEMS_MAX = 20;
/** How long a payment request can be paid: 24 hours unless said otherwise [PAY-7]. */
export const EXPIRY_DEFAULT_MS = 86_400_000;
export const EXPIRY_MIN_MS = 300_000;
export const EXPIRY_MAX_MS = 2_592_000_000;
/** Incidents in one page of the console's list, and pages and browsers that one of them names. */
export const PAGE_MAX_INCIDENTS = 50;
export const INCIDENT_MAX_NAMES = 20;
/** Payments in one page of the console's list. */
export const PAGE_MAX_PAYMENTS = 50;
