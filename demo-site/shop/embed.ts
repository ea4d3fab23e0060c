/**
 * The scripts that a page carries and the Content-Security-Policy that it is sent with. Knows
 * nothing of Bulkhead but its tag, as any merchant would.
 */

import { randomBytes } from 'node:crypto';
import { type Html, html, trusted } from './html.ts';

export type EmbedOptions = {
  /** The complete embed tag, or a function that is asked for it on every page, by its path. */
  readonly tag: string | ((path: string) => string);
  /** URL of a script that the shop loads as its own Stripe.js. */
  readonly stripeScript?: string | undefined;
  /** Policy of every page; `{nonce}` becomes that response's nonce. */
  readonly csp?: string | undefined;
};

export type Embed = {
  readonly cspHeader: string | undefined;
  readonly head: Html;
  readonly bodyEnd: Html;
};

const NONCE_PLACEHOLDER = '{nonce}';

/** Made anew for each response, so that no nonce is ever used twice. */
export function createEmbed({ tag, stripeScript, csp }: EmbedOptions, path = '/'): Embed {
  const nonce = csp?.includes(NONCE_PLACEHOLDER) ? randomBytes(16).toString('base64') : undefined;
  const nonceAttribute = nonce === undefined ? undefined : html` nonce="${nonce}"`;
  const tagMarkup = typeof tag === 'function' ? tag(path) : tag;
  return {
    cspHeader: nonce === undefined ? csp : csp?.replaceAll(NONCE_PLACEHOLDER, nonce),
    head: html`
    <script type="module" src="/shop.js"${nonceAttribute}></script>${
      stripeScript !== undefined &&
      html`
    <script src="${stripeScript}" async${nonceAttribute}></script>`
    }`,
    bodyEnd: trusted(
      nonce === undefined
        ? tagMarkup
        : tagMarkup.replace(/<script(?=[\s>])/gi, `<script nonce="${nonce}"`),
    ),
  };
}
