/** Line icons, drawn in the colour of the text around them. All are decoration beside a text. */

import { html } from '../html.ts';

export const logo = html`<svg class="logo" viewBox="0 0 40 40" width="36" height="36" aria-hidden="true">
  <circle cx="20" cy="20" r="20" fill="var(--navy)"/>
  <path d="M19 7v19H8.5C13.5 20.5 17 14.5 19 7Z" fill="#fbf7ee"/>
  <path d="M21.5 11c4.5 4 7 9 7.5 15h-7.5Z" fill="#d98b5f"/>
  <path d="M7 29.5q3.25-3.5 6.5 0t6.5 0 6.5 0 6.5 0" fill="none" stroke="#e0c48f" stroke-width="2" stroke-linecap="round"/>
</svg>`;

export const cartIcon = html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
  <path d="M5 8.5h14l-1 11.5H6L5 8.5Z"/>
  <path d="M8.5 11V7.5a3.5 3.5 0 0 1 7 0V11"/>
</svg>`;

export const chatIcon = html`<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
  <path d="M4 5.5h16v11h-9L7 20v-3.5H4Z"/>
  <path d="M8.5 11h.01M12 11h.01M15.5 11h.01"/>
</svg>`;

export const checkIcon = html`<svg class="icon" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
  <path d="m5 12.5 4.5 4.5L19 7.5"/>
</svg>`;
