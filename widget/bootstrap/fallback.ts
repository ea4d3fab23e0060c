/**
 * What a visitor sees where the chat was refused: a quiet button in the launcher's place that says
 * so when it is pressed. No HTML text, and no style that a policy of the page could forbid.
 */
import { dataset } from './tag.ts';

const LABEL = 'Chat is not available';
const TEXT =
  'The chat could not be loaded safely, so it was left out. Nothing else on this page is affected.';

const STYLE = `
:host{all:initial!important;position:fixed!important;z-index:2000000000!important}
p:empty{display:none}
.root{position:fixed;bottom:20px;inset-inline-end:20px;display:grid;justify-items:end;gap:12px;font:15px/1.4 system-ui;color:CanvasText}
button,p{font:inherit;color:inherit;background:Canvas;border:1px solid #8888;box-shadow:0 4px 24px #0003;margin:0}
button{width:48px;height:48px;border-radius:28px;border-end-end-radius:6px;font-weight:600;cursor:pointer}
p{max-width:min(280px,100vw - 40px);box-sizing:border-box;padding:12px 16px;border-radius:14px}
`;

export function showFallback(): void {
  if ('hideLauncher' in dataset) return;
  const button = document.createElement('button');
  const note = document.createElement('p');
  const root = document.createElement('div');
  const host = document.createElement('div');
  button.textContent = '!';
  button.ariaLabel = LABEL;
  button.ariaExpanded = 'false';
  note.role = 'status';
  // The words are English on a page of any direction.
  note.dir = 'auto';
  button.onclick = () => {
    // Written when it is asked for, so that a screen reader says it then.
    const isOpen = !note.textContent;
    note.textContent = isOpen ? TEXT : '';
    button.ariaExpanded = `${isOpen}`;
  };
  root.className = 'root';
  root.style.colorScheme = (dataset.theme ?? 'auto').replace('auto', 'light dark');
  root.append(note, button);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  const shadow = host.attachShadow({ mode: 'open' });
  shadow.adoptedStyleSheets = [sheet];
  shadow.append(root);
  host.id = 'bulkhead';
  const show = () => document.body.append(host);
  if (document.body) show();
  else addEventListener('DOMContentLoaded', show);
}
