/** What the loader draws on the page: launcher, badge, panel with its title bar, notes. No logic. */
import type { SiteConfig } from '../../protocol/http.ts';
import { element } from './element.ts';
import { style } from './style.ts';
import { theme } from './tag.ts';
import * as texts from './texts.ts';

const name = element('b');
const status = element('div', { role: 'status' });
const badge = element('span', { className: 'badge' });
export const closer = element('button', { ariaLabel: texts.closeChat }, '×');
export const body = element('div', { className: 'body' });
export const panel = element(
  'div',
  { className: 'panel', role: 'dialog', tabIndex: -1, hidden: true },
  element('div', { className: 'bar' }, closer, name, status),
  body,
);
export const launcher = element(
  'button',
  { className: 'launcher', ariaLabel: texts.openChat, ariaExpanded: 'false' },
  badge,
);
const root = element('div', { className: 'root' }, panel, launcher);
export const host = element('div', { id: 'bulkhead' });
export const shadow = host.attachShadow({ mode: 'open' });
const sheet = new CSSStyleSheet();
sheet.replaceSync(style);
shadow.adoptedStyleSheets = [sheet];
shadow.append(root);

export function showSite(site: SiteConfig): void {
  name.textContent = panel.ariaLabel = site.name;
  root.style.setProperty('--c', site.color);
}

export function showTheme(): void {
  root.style.colorScheme = theme.replace('auto', 'light dark');
}

/** Said once, however often it is found. */
export function showStatus(text: string): void {
  if (status.textContent !== text) status.textContent = text;
}

/** @returns whether that is news. */
export function showUnread(count: number): boolean {
  const text = `${count || ''}`;
  const isNews = text !== badge.textContent;
  badge.textContent = text;
  launcher.ariaDescription = text && texts.unread + text;
  return isNews;
}

/** In place of the chat: what went wrong, in words, and one thing to do about it. */
export function showNote(text: string, onAction: () => void): void {
  const button = element('button', { onclick: onAction }, texts.tryAgain);
  body.replaceChildren(element('div', { className: 'note', role: 'alert' }, text, button));
}
