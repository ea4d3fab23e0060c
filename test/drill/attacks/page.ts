/** Reaching out of the chat for the merchant's page, its storage, its looks and its visitor. */
import type { CodeAttack } from '../attack.ts';

const reach = (
  id: string,
  tries: string,
  code: string,
  succeeds: CodeAttack['succeeds'],
  rest: Partial<CodeAttack> = {},
): CodeAttack => ({
  kind: 'code',
  family: 'page',
  held: 'host',
  id,
  tries,
  code,
  succeeds,
  ...rest,
});
const alone = { alone: true } as const;
/** In each window that it can name. */
const everyView = (act: string) =>
  `for (const view of new Set([window, parent, parent.parent, top])) try { ${act} } catch {}`;
/** Whether the middle of the page's left half is still the page's. */
const COVERED = `document.elementFromPoint(200, innerHeight / 2)?.closest('#cover, #widget, #bulkhead') !== null`;

export const PAGE_ATTACKS: readonly CodeAttack[] = [
  reach('page-write', 'rewrites the page', everyView(`view.document.title = 'owned';`), {
    probe: `document.title === 'owned'`,
  }),
  reach(
    'page-read',
    "sends the page's whole text away",
    `const text = documents.map((one) => one.querySelector('main')?.innerText ?? '').join(''); if (text.includes('Checkout')) send(text);`,
    'contact',
  ),
  reach(
    'page-address',
    'reads the address, with what stands in its query',
    everyView(
      `for (const word of [view.location.href, view.document.baseURI, view.document.referrer]) if (word.includes('order=')) send(word);`,
    ),
    'contact',
  ),
  reach(
    'page-cookies',
    "reads the shop's cookies",
    everyView(`if (view.document.cookie.includes('drill-secret')) send(view.document.cookie);`),
    'contact',
  ),
  reach(
    'page-storage',
    "reads the shop's storage, where a token may lie",
    everyView(`const kept = view.localStorage.getItem('drill-secret'); if (kept) send(kept);`),
    'contact',
  ),
  reach(
    'page-poison',
    "writes into the shop's storage",
    everyView(`view.localStorage.setItem('drill-poison', '1');`),
    { probe: `localStorage.getItem('drill-poison') === '1'` },
  ),
  reach(
    'page-set-cookie',
    'sets a cookie for the shop',
    everyView(`view.document.cookie = 'drillset=1; path=/';`),
    { probe: `document.cookie.includes('drillset=1')` },
  ),
  reach(
    'page-hook',
    "puts itself in the place of the page's fetch",
    everyView(
      `const fetched = view.fetch; view.fetch = Object.assign((...asked) => fetched.apply(view, asked), { drillHooked: true });`,
    ),
    { probe: `fetch.drillHooked === true` },
  ),
  reach(
    'page-prototype',
    'changes the prototypes that all scripts of the page share',
    everyView(
      `view.Object.defineProperty(view.Object.prototype, 'drillPolluted', { value: 1, configurable: true });`,
    ),
    { probe: `({}).drillPolluted === 1` },
  ),
  reach(
    'page-script',
    'adds a script of its own to the page',
    everyView(
      `view.document.head.append(Object.assign(view.document.createElement('script'), { textContent: 'window.drillAdded = 1' }));`,
    ),
    { probe: `window.drillAdded === 1` },
  ),
  reach(
    'page-history',
    "writes into the page's history",
    everyView(
      `if (view.location.pathname === '/checkout') view.history.replaceState({}, '', '/checkout?owned');`,
    ),
    { probe: `location.search === '?owned'` },
    alone,
  ),
  reach(
    'page-back',
    'sends the visitor back to where they came from',
    `history.back(); setTimeout(() => { history.go(-1); }, 100);`,
    { probe: `location.pathname !== '/checkout'` },
    {
      ...alone,
      known:
        'in Firefox the history belongs to page and frames together, and a hostile release may go back in it',
    },
  ),
  reach(
    'page-dialog',
    'asks for the card in a dialog of the browser',
    everyView(
      `view.setTimeout(() => { try { view.prompt('Please confirm your card number'); } catch {} }, 50);`,
    ),
    'dialog',
    alone,
  ),
  reach(
    'page-cover',
    'covers the page',
    everyView(
      `const cover = Object.assign(view.document.createElement('div'), { id: 'cover' }); cover.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#fff'; view.document.body.append(cover); if (view.frameElement) view.frameElement.style.cssText = 'position:fixed;inset:0;width:100vw;height:100vh;z-index:2147483647'; view.resizeTo(4000, 4000);`,
    ),
    { probe: COVERED },
    alone,
  ),
  reach(
    'page-title-bar',
    "draws over the chat's own title bar, which says whose it is",
    everyView(
      `const bar = Object.assign(view.document.createElement('div'), { id: 'cover', textContent: 'Your bank' }); bar.style.cssText = 'position:fixed;top:-60px;left:0;right:0;height:4000px;margin-top:-400px;z-index:2147483647;background:#fff'; view.document.documentElement.append(bar);`,
    ),
    {
      probe: `(() => { const bar = document.querySelector('#bulkhead')?.shadowRoot.querySelector('.bar') ?? document.querySelector('#widget .title'); const { x, y, width, height } = bar.getBoundingClientRect(); const at = bar.getRootNode().elementFromPoint(x + width / 2, y + height / 2); return !bar.contains(at) || document.elementFromPoint(x + width / 2, y + height / 2)?.id === 'cover'; })()`,
    },
    alone,
  ),
  reach(
    'page-fullscreen',
    'goes full screen, to look like another site',
    `onGesture(() => documents.concat(document).at(-1).documentElement.requestFullscreen().catch(() => {}));`,
    { probe: `document.fullscreenElement !== null` },
    { alone: true, gesture: true, only: ['chromium'] },
  ),
  reach(
    'page-clipboard',
    'puts something else into the clipboard, such as an account number',
    `onGesture(() => { const text = add('textarea', { value: 'DE00-' + RUN }); text.select(); document.execCommand('copy'); navigator.clipboard?.writeText('DE00-' + RUN).catch(() => {}); text.remove(); });`,
    { probe: `navigator.clipboard.readText().then((text) => text === 'DE00-RUN')` },
    {
      alone: true,
      gesture: true,
      only: ['chromium'],
      known:
        'whoever presses something in a frame lets its script write to the clipboard, and no page can forbid it; it cannot read it',
    },
  ),
];
