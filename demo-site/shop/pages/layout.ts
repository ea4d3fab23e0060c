/** The frame around every page: head, header, footer, and the scripts that the embed brings. */

import { FREE_DELIVERY_FROM_MINOR } from '../cart.ts';
import type { Embed } from '../embed.ts';
import { type Html, html } from '../html.ts';
import { formatPrice } from '../money.ts';
import { chatButton } from './chat-button.ts';
import { cartIcon, logo } from './icons.ts';

export type View = {
  readonly title: string;
  readonly description?: string;
  readonly body: Html;
};

export type PageContext = {
  readonly direction: 'ltr' | 'rtl';
  readonly path: string;
  readonly cartCount: number;
  readonly embed: Embed;
  /** Whether there is the page on which a visitor may break in. */
  readonly hasDrill: boolean;
};

const SHOP_NAME = 'Halyard & Co';
const DESCRIPTION = 'Ship-shape goods for home and deck, made to be mended.';

export function layout(view: View, context: PageContext): Html {
  return html`<!doctype html>
<html lang="en" dir="${context.direction}">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${view.title} · ${SHOP_NAME}</title>
    <meta name="description" content="${view.description ?? DESCRIPTION}">
    <meta name="color-scheme" content="light dark">
    <meta name="theme-color" content="#1f3447">
    <link rel="icon" href="/assets/favicon.svg" type="image/svg+xml">
    <link rel="stylesheet" href="/assets/base.css">
    <link rel="stylesheet" href="/assets/controls.css">
    <link rel="stylesheet" href="/assets/shop.css">
    <link rel="stylesheet" href="/assets/product.css">
    <link rel="stylesheet" href="/assets/checkout.css">${context.embed.head}
  </head>
  <body>
    <a class="skip-link" href="#main">Skip to content</a>
    ${header(context)}
    <main id="main" tabindex="-1">
      ${view.body}
    </main>
    ${footer(context)}
    ${context.embed.bodyEnd}
  </body>
</html>
`;
}

function header({ path, cartCount }: PageContext): Html {
  const items = cartCount === 1 ? '1 item' : `${cartCount} items`;
  return html`<header class="site-header">
      <p class="notice">Free delivery from ${formatPrice(FREE_DELIVERY_FROM_MINOR)}, 30 days to return</p>
      <div class="wrap site-header-row">
        <a class="brand" href="/">${logo}<span>${SHOP_NAME}</span></a>
        <nav class="site-nav" aria-label="Main">
          ${navLink('/', 'Shop', path)}
          ${navLink('/about', 'About', path)}
          ${navLink('/delivery', 'Delivery', path)}
        </nav>
        <a class="cart-link" href="/cart" aria-label="Cart, ${items}">
          ${cartIcon}<span class="cart-count" aria-hidden="true">${cartCount}</span>
        </a>
      </div>
    </header>`;
}

function navLink(href: string, label: string, path: string): Html {
  return html`<a href="${href}"${path === href && html` aria-current="page"`}>${label}</a>`;
}

function footer({ hasDrill }: PageContext): Html {
  return html`<footer class="site-footer">
      <div class="wrap footer-columns">
        <div>
          <p class="footer-brand">${SHOP_NAME}</p>
          <p>Ship-shape goods for home and deck. A loft, a workbench and a kettle at the end of the quay.</p>
        </div>
        <nav aria-label="Footer">
          <h2>The shop</h2>
          <ul>
            <li><a href="/">All goods</a></li>
            <li><a href="/about">About us</a></li>
            <li><a href="/delivery">Delivery and returns</a></li>
            <li><a href="/cart">Your cart</a></li>${
              hasDrill &&
              html`
            <li><a href="/drill">Try to break in</a></li>`
            }
          </ul>
        </nav>
        <div>
          <h2>Questions?</h2>
          <p>We answer between the tides, usually within minutes.</p>
          ${chatButton('Chat with us')}
        </div>
      </div>
      <p class="wrap small-print">A demonstration shop. Nothing here is for sale and nothing is charged.</p>
    </footer>`;
}
