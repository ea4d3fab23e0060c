/**
 * The page API of Bulkhead: one function on `window`. It may be called before the loader has
 * arrived, through the small queue that the tag's snippet sets up:
 *
 * ```js
 * window.Bulkhead ??= Object.assign((...call) => Bulkhead.q.push(call), { q: [] });
 * ```
 *
 * A script's types, so everything is global: include this file, or name it in a reference.
 */
declare namespace Bulkhead {
  type Theme = 'light' | 'dark' | 'auto';

  /** Given by the page and shown to agents as unverified. */
  interface Identity {
    /** Up to 80 characters; a longer one is left out. */
    name?: string;
    /** Up to 254 characters; a longer one is left out. */
    email?: string;
  }

  interface PaymentResult {
    paymentId: string;
    /** Minor units as Stripe counts them, such as cents. */
    amountMinor: number;
    /** Upper-case ISO 4217 code. */
    currency: string;
    description: string;
  }

  /** What each event carries in `detail`. */
  interface Events {
    /** The launcher is on the page. A listener added later is called at once. */
    ready: null;
    /** The panel was opened, or closed. */
    open: null;
    close: null;
    /** How many messages wait, 0 to 99. */
    unread: number;
    /** The visitor's message was sent, or an agent's arrived. The text stays in the chat. */
    'message:sent': null;
    'message:received': null;
    /**
     * How the payment sheet closed, as this browser knows it. Ship nothing on its word: what is
     * true, your server learns from Stripe's webhook.
     */
    'payment:succeeded': PaymentResult;
    'payment:processing': PaymentResult;
    'payment:canceled': PaymentResult;
    'payment:failed': PaymentResult;
    /** It was paid before: the visitor looked at the receipt. */
    'payment:receipt': PaymentResult;
    /**
     * Something was refused or went wrong: an error code or a report kind of PROTOCOL.md, or
     * `command_unknown`.
     */
    error: { code: string; message: string };
  }

  type Listener<Name extends keyof Events> = (event: CustomEvent<Events[Name]>) => void;

  interface Api {
    /** Opens the panel, closes it, or does whichever is due. */
    (command: 'open' | 'close' | 'toggle'): void;
    /** Shows or hides the launcher. Without one the panel can still be opened. */
    (command: 'show' | 'hide'): void;
    /** Tells the agents who the visitor is. */
    (command: 'identify', identity: Identity): void;
    /** Changes what the tag said. A locale holds from the next time that the chat loads. */
    (command: 'update', changes: { theme?: Theme; locale?: string }): void;
    /** A listener that throws breaks nothing here; the browser reports it to the page. */
    <Name extends keyof Events>(command: 'on' | 'off', event: Name, listener: Listener<Name>): void;
    /**
     * Removes everything from the page and forgets the visitor and every listener, for instance
     * when they sign out of your site. After it only `boot` does anything.
     */
    (command: 'shutdown'): void;
    /** After `shutdown`: starts again, for a visitor not seen before. */
    (command: 'boot'): void;
    /** Calls made before the loader arrived. */
    q?: unknown[][];
    /** The loader's release, once it has arrived. */
    readonly version?: string;
  }
}

interface Window {
  Bulkhead?: Bulkhead.Api;
}
