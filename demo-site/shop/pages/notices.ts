/** Pages that say one thing: thank you, not found, something broke. */

import { type Html, html } from '../html.ts';
import type { View } from './layout.ts';

export function thankYouPage(): View {
  return notice(
    'Thank you',
    'Your order is noted, the kettle is on, and the parcel leaves the loft tomorrow morning.',
    html`<a class="button" href="/">Back to the shop</a>`,
  );
}

export function notFoundPage(): View {
  return notice(
    'Off the chart',
    'There is no page at this address. It may have sailed, or never been built.',
    html`<a class="button" href="/">Back to harbour</a>`,
  );
}

export function errorPage(): View {
  return notice(
    'That did not work',
    'We could not do what you asked. Please go back and try again.',
    html`<a class="button" href="/">Back to the shop</a>`,
  );
}

function notice(title: string, text: string, action: Html): View {
  return {
    title,
    body: html`<section class="notice-page wrap">
        <img src="/assets/buoy.svg" alt="" width="160" height="160">
        <h1>${title}</h1>
        <p class="lead">${text}</p>
        ${action}
      </section>`,
  };
}
