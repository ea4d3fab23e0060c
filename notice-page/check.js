/**
 * On the page of a notice: takes the proof that a visitor's own browser came with, asks whether that
 * visitor is among the affected, and shows those words of the page that answer [NOTICE-2]. Makes no
 * text and no markup. Plain JavaScript, so that what is served is what stands here.
 *
 * @import { NoticeVerdict } from '../protocol/incidents.ts'
 * @import { Outcome } from '../protocol/errors.ts'
 */

const section = document.querySelector('#check');
const again = document.querySelector('#again');
const how = document.querySelector('#how');
const span = document.querySelector('#span');
const ANSWER_TIMEOUT_MS = 15_000;

/** Shows what holds now, and hides the rest. @param {string} state */
function show(state) {
  for (const element of section?.querySelectorAll('[data-on]') ?? []) {
    element.toggleAttribute('hidden', element.getAttribute('data-on') !== state);
  }
  again?.toggleAttribute('hidden', state !== 'no-answer' && state !== 'rate_limited');
  how?.toggleAttribute('hidden', ['checking', 'affected', 'not-affected'].includes(state));
  section?.setAttribute('data-state', state);
}

/** @param {NoticeVerdict} verdict */
function answer({ affected, categories, firstAt, lastAt }) {
  for (const item of section?.querySelectorAll('[data-category]') ?? []) {
    const category = item.getAttribute('data-category');
    item.toggleAttribute('hidden', !categories.some((one) => one === category));
  }
  if (span && firstAt !== null && lastAt !== null) {
    const { lang } = document.documentElement;
    const format = new Intl.DateTimeFormat(lang, { dateStyle: 'long', timeStyle: 'short' });
    span.textContent = format.formatRange(firstAt, lastAt);
  }
  show(affected ? 'affected' : 'not-affected');
}

/** @param {string} proof */
async function check(proof) {
  show('checking');
  try {
    const response = await fetch(`/api${location.pathname}/check`, {
      method: 'POST',
      credentials: 'omit',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ proof }),
      signal: AbortSignal.timeout(ANSWER_TIMEOUT_MS),
    });
    /** @type {Outcome<NoticeVerdict>} */
    const outcome = await response.json();
    if (outcome.ok) answer(outcome.data);
    else
      show(
        section?.querySelector(`[data-on=${outcome.error.code}]`) ? outcome.error.code : 'other',
      );
  } catch {
    show('no-answer');
  }
}

/** The proof leaves the address at once, so that it is in no history and in nothing that is copied. */
function takeProof() {
  const proof = location.hash.slice(1);
  if (!proof) return;
  history.replaceState(null, '', location.pathname);
  again?.addEventListener('click', () => void check(proof));
  void check(proof);
}

takeProof();
// The chat's link, pressed a second time, may come to this very page.
addEventListener('hashchange', takeProof);
