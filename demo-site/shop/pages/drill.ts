/** The page on which a visitor may break in, and the small shop that is broken into. */
import { type Html, html } from '../html.ts';
import type { View } from './layout.ts';

export type DrillChoice = {
  readonly attacks: readonly {
    readonly id: string;
    readonly title: string;
    readonly words: string;
  }[];
  /** Origin of the attacker's log. */
  readonly logUrl: string;
};

export function drillPage({ attacks, logUrl }: DrillChoice): View {
  return {
    title: 'Try to break in',
    description: 'The same attack on a conventional chat widget and on Bulkhead, live.',
    body: html`<link rel="stylesheet" href="/assets/drill.css">
      <div class="wrap drill" data-drill="${logUrl}">
        <p class="eyebrow">Only on this machine · only a test card</p>
        <h1>Try to break in</h1>
        <p class="lead">You hold the chat vendor’s servers. Choose what their script shall do to this shop’s checkout. The page types the test card 4242 4242 4242 4242 into both shops by itself; what you steal stands below each.</p>
        <form class="drill-choice">
          <fieldset>
            <legend>The attack</legend>
            ${attacks.map(
              ({ id, title, words }, index) => html`
            <label class="drill-attack"><input type="radio" name="attack" value="${id}"${index === 0 && html` checked`}><span><b>${title}</b> <span>${words}</span></span></label>`,
            )}
          </fieldset>
          <p class="drill-start">
            <label>Bulkhead’s tag
              <select name="side"><option value="pinned">pinned to one release</option><option value="signed">signed releases</option></select>
            </label>
            <button class="button" type="submit">Break in</button>
          </p>
        </form>
        <div class="drill-sides" hidden>
          ${side('conventional', 'A conventional widget', 'A plain script tag, as most chats are embedded.')}
          ${side('bulkhead', 'Bulkhead', 'The tag names what may run, by its hash.')}
        </div>
        <p class="hint">This is one part of the drill. <code>npm run drill</code> runs all of its attacks in real browsers and writes a report. The browser’s own words about what it refused are in its developer tools, under Console.</p>
      </div>
      <script type="module" src="/drill.js"></script>`,
  };
}

const side = (
  id: string,
  title: string,
  words: string,
): Html => html`<section class="drill-side" data-side="${id}" aria-labelledby="${id}-title">
            <h2 id="${id}-title">${title}</h2>
            <p>${words}</p>
            <iframe title="${title}: the checkout"></iframe>
            <p class="drill-verdict" role="status"></p>
            <h3>The attacker’s log</h3>
            <ol class="drill-log"></ol>
            <ul class="drill-told"></ul>
          </section>`;

/** A checkout of three fields that only its own script can fill in: nobody types a real card here. */
export function stagePage(tag: Html): Html {
  return html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Checkout · Halyard & Co</title>
    <link rel="stylesheet" href="/assets/base.css">
    <link rel="stylesheet" href="/assets/controls.css">
    <link rel="stylesheet" href="/assets/drill.css">
    <script>addEventListener('error', ({ target }) => { if (target.src) (window.refused ??= []).push(target.src); }, true);</script>
    <script type="module" src="/drill.js"></script>
  </head>
  <body class="drill-stage">
    <h1>Checkout</h1>
    <form>
      <p><label>Name on card <input name="card-name" readonly></label></p>
      <p><label>Card number <input name="card-number" readonly></label></p>
      <p><label>Security code <input name="card-cvc" readonly></label></p>
      <button class="button" type="submit">Pay €49.00</button>
      <p class="stage-paid" role="status"></p>
    </form>
    ${tag}
  </body>
</html>
`;
}
