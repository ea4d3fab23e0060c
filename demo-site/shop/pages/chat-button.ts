/** The invitation to chat. Hidden by the style sheet where scripts do not run. */

import { type Html, html } from '../html.ts';
import { chatIcon } from './icons.ts';

export function chatButton(label: string): Html {
  return html`<button class="chat-button" type="button" data-open-chat>${chatIcon}<span>${label}</span></button>`;
}
