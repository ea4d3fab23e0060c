/**
 * What the loader and the pay script agree on. The pay script names nothing global: it dispatches one
 * event on its own script element, which only the loader, who made that element, listens to. Types
 * only, so that it costs neither any bytes.
 */
import type { ReportKind, ShownPayment } from '../protocol/http.ts';
import type { SheetResult } from '../protocol/port.ts';

/** Type of the `CustomEvent<OpenSheet>` on the pay script's own element. */
export type SheetEvent = 'bulkhead:pay';

export interface SheetRequest {
  /** In the open shadow root of the loader's element on the page; the sheet covers it. */
  panel: HTMLElement;
  /** What the card in the chat showed, to be held against what Stripe says [PAY-6]. */
  shown: ShownPayment;
  /** The visitor's bearer token [AUTH-1]. */
  token: string;
  /** The tag's own attributes, for the publishable key and the connected account pinned there. */
  tag: Readonly<DOMStringMap>;
  /** BCP 47 */
  locale: string;
  /**
   * Posts to the chat server under `/api/`, with the site's key, and holds each field of the answer
   * against a pattern of its type and text together, such as `/^string[a-z]+$/`. Never rejects.
   */
  request(
    path: string,
    fields:
      | { readonly clientSecret: RegExp; readonly lineItems: RegExp & { readonly of: unknown } }
      | { readonly status: RegExp; readonly receipt: RegExp & { readonly of: unknown } },
    body: object,
  ): Promise<{
    data?: {
      readonly clientSecret?: string;
      readonly status?: string;
      readonly lineItems?: unknown;
      readonly receipt?: unknown;
    };
    error?: { code: string; message: string };
  }>;
  report(kind: ReportKind): void;
  /** Adds a script to the page by the page's own policies; its events tell how it went. */
  addScript(url: string): HTMLScriptElement;
  /** Aborted when the visitor is forgotten: the sheet goes at once. */
  signal: AbortSignal;
}

/** Resolves once the sheet is gone. */
export type OpenSheet = (request: SheetRequest) => Promise<SheetResult>;
