/**
 * The port between the loader, on the merchant's page, and the chat in its frame. The loader trusts
 * nothing that comes through: a closed list of verbs, each parsed and capped by
 * `widget/loader/port-verbs.ts`; none can name a selector, a storage key, HTML or a URL to load
 * [PORT-2]. Types only, so that it costs the widget no bytes.
 */
import type { ShownPayment } from './http.ts';

/** A message that is not acknowledged yet, as it is kept across reloads. */
export interface UnsentMessage {
  clientId: string;
  text: string;
}

/** Sent once by `window.postMessage` with the port, on the frame's first load [PORT-1]. */
export interface PortOffer {
  bulkhead: 'port';
  protocol: number;
}

/** What the frame may say through the port. */
export type FrameVerb =
  /** The frame runs; answered with `init`. */
  | { verb: 'hello'; protocol: number }
  /** The conversation is on screen and can be used. */
  | { verb: 'ready' }
  /** Escape was pressed in the frame. */
  | { verb: 'close' }
  /** For the badge on the launcher; capped at 99. */
  | { verb: 'unread'; count: number }
  /** Whether an open conversation exists, so that the next page connects by itself [PORT-5]. */
  | { verb: 'conversation'; open: boolean }
  /** Kept by the loader and handed back in `init`; already free of card numbers [PORT-6]. */
  | { verb: 'keep'; draft: string; outbox: UnsentMessage[] }
  /** A new ticket, for a socket that has to connect again. */
  | { verb: 'ticket' }
  /**
   * The visitor pressed a card's button, to pay or, once it is paid, for its receipt; what that card
   * showed goes with it [PAY-6] [PAY-13].
   */
  | { verb: 'pay'; shown: ShownPayment }
  /** A message from an agent arrived; for the page's own listeners. No text goes with it. */
  | { verb: 'event'; name: 'message:received' | 'message:sent' };

/** What needs a user gesture comes by `window.postMessage`: WebKit hands it on that way only. */
export type FrameGesture = { bulkhead: 'open'; url: string };

/** How a payment sheet closed, as the loader knows it. What is true, the log says [PAY-1]. */
export type SheetResult = 'succeeded' | 'processing' | 'canceled' | 'failed' | 'receipt';

/** What the loader may say through the port. */
export type LoaderVerb =
  | {
      verb: 'init';
      protocol: number;
      ticket: string;
      /** Origin of the chat server. */
      api: string;
      site: { name: string; color: string; greeting: string };
      /** Whether the tag carries a Stripe key. */
      payments: boolean;
      /** Whether the panel is open now. */
      open: boolean;
      draft: string;
      outbox: UnsentMessage[];
      /** BCP 47; direction follows from `dir`. */
      locale: string;
      dir: 'ltr' | 'rtl';
      theme: 'light' | 'dark' | 'auto';
      /** Given when the frame comes back after the payment sheet. */
      paid?: { paymentId: string; result: SheetResult } | undefined;
    }
  /** The panel was opened or closed. */
  | { verb: 'visible'; open: boolean }
  /** Answers `ticket`; or why there is none, in words for a person. */
  | { verb: 'ticket'; ticket: string }
  | { verb: 'offline'; code: string; message: string; retryAfterMs?: number | undefined }
  /** From the page's own `Bulkhead('identify', …)`. */
  | { verb: 'identify'; name?: string; email?: string }
  /** From the page's own `Bulkhead('update', …)`. */
  | { verb: 'theme'; theme: 'light' | 'dark' | 'auto' };
