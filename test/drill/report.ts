/** The report: one HTML file that needs nothing else, for people who would rather look. */
import { html, trusted } from '../../demo-site/shop/html.ts';
import { type Attack, breachOf, FAMILIES, HOLDINGS, type Row } from './attack.ts';
import { type DrillResult, judge } from './drill.ts';
import { COLUMNS, type Column, isRobbed, type Outcome } from './outcome.ts';
import { STYLE } from './report-style.ts';
import { cellOf } from './table.ts';

const COLUMN_NAMES = Object.keys(COLUMNS) as Column[];
const FAMILY_NAMES = Object.keys(FAMILIES) as (keyof typeof FAMILIES)[];

/** @returns a whole document */
export function toReport(result: DrillResult): string {
  const { browsers, startedAt, tookMs } = result;
  const verdict = judge(result);
  const { attacks, robbed, bytes, lines, strayKeys, complaints } = verdict;
  const isHeld = complaints.length === 0;
  const page = html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>The breach drill</title>
<style>${trusted(STYLE)}</style>
<header>
  <p class="eyebrow">Bulkhead · the breach drill</p>
  <h1>${isHeld ? 'The wall held.' : 'The wall did not hold.'}</h1>
  <p class="lead">${attacks} attacks by somebody who holds the vendor's static host, its chat server and
  database, an agent's account, or all of them. Each was first seen to work on a conventional chat
  widget, on the same shop, with the same card.</p>
  <dl class="sums">
    <div><dt>attacks tried</dt><dd>${attacks}</dd></div>
    <div class="bad"><dt>robbed the conventional widget</dt><dd>${robbed}</dd></div>
    <div class="${bytes ? 'bad' : 'good'}"><dt>bytes of card data through Bulkhead</dt><dd>${bytes}</dd></div>
    <div class="${lines ? 'bad' : 'good'}"><dt>lines of the attacker's script run</dt><dd>${lines}</dd></div>
  </dl>
  <p class="meta">${startedAt.toUTCString()} · ${Math.round(tookMs / 1000)} seconds · ${browsers.join(', ')}</p>
  ${
    strayKeys > 0 &&
    html`<p class="note">${strayKeys} single keys reached a hostile frame within one look of the focus guard (50 ms). SECURITY.md says why that cannot be closed; a digit is no card number.</p>`
  }
  ${!isHeld && html`<ul class="breaches">${complaints.map((words) => html`<li>${words}</li>`)}</ul>`}
</header>
<main>
  ${browsers.map((browser) => ofBrowser(result, browser))}
  <section class="how">
    <h2>How to read it</h2>
    <p><b>Conventional tag</b>: a plain script from the vendor's host, without a hash, in the page.
    <b>Signed</b> and <b>pinned</b>: Bulkhead's two tags, with the vendor's servers in the attacker's hands.
    <b>In its frame</b>: worse than all of these, a release that the vendor itself made hostile and that
    the merchant's tag names, so that nothing but the frame's wall is left.</p>
    <p>Measured at the attacker's own host: over HTTP, WebSockets, the names of TLS connections and UDP; in
    plain, base64, hex, parted and reversed. <i>Told</i> means that something arrived that the page
    would have kept to itself, without a card number in it.</p>
  </section>
</main>
</html>
`;
  return page.toString();
}

function ofBrowser(result: DrillResult, browser: string) {
  const rows = result.rows.filter((row) => row.browser === browser);
  return html`<section><h2 class="browser">${browser}</h2>${FAMILY_NAMES.map((family) => {
    const own = rows.filter(({ attack }) => attack.family === family);
    if (own.length === 0) return '';
    return html`<h3>${FAMILIES[family]} <small>${own.length}</small></h3>
  <div class="scroll"><table>
    <thead><tr><th>Attack</th>${COLUMN_NAMES.map((name) => html`<th>${COLUMNS[name]}</th>`)}</tr></thead>
    <tbody>${own.map((row) => ofRow(result, row))}</tbody>
  </table></div>`;
  })}</section>`;
}

function ofRow(result: DrillResult, row: Row) {
  const { attack, outcomes } = row;
  return html`<tr id="${attack.id}"><th scope="row"><details><summary><span>${attack.tries}</span> <code>${attack.id}</code></summary>
    <p>The attacker holds ${HOLDINGS[attack.held]}.</p>
    ${attack.noControl && html`<p>The conventional widget cannot show it: ${attack.noControl}.</p>`}
    ${attack.known && html`<p>Known: ${attack.known}.</p>`}
    ${toldOf(outcomes)}
    <div class="pictures">${COLUMN_NAMES.map((column) => pictureOf(result, row, column))}</div>
    </details></th>${COLUMN_NAMES.map((column) => ofCell(attack, column, row))}</tr>`;
}

function ofCell(attack: Attack, column: Column, row: Row) {
  const outcome = row.outcomes[column];
  const isBreached = breachOf({ ...row, outcomes: { [column]: outcome } }).length > 0;
  const kind = !outcome
    ? 'none'
    : column === 'control'
      ? isRobbed(outcome)
        ? 'robbed'
        : 'none'
      : isBreached
        ? 'robbed'
        : 'held';
  return html`<td class="${kind}">${cellOf(attack, column, outcome)}</td>`;
}

function toldOf(outcomes: Partial<Record<Column, Outcome>>) {
  const told = COLUMN_NAMES.flatMap((column) =>
    (outcomes[column]?.told ?? []).slice(0, 4).map((words) => `${COLUMNS[column]}: ${words}`),
  );
  return (
    told.length > 0 && html`<ul class="told">${told.map((words) => html`<li>${words}</li>`)}</ul>`
  );
}

function pictureOf({ photographs }: DrillResult, { attack, browser }: Row, column: Column) {
  const picture = photographs.get(`${browser} ${attack.id} ${column}`);
  return (
    picture &&
    html`<figure><img loading="lazy" alt="" src="data:image/jpeg;base64,${picture.toString('base64')}"><figcaption>${COLUMNS[column]}</figcaption></figure>`
  );
}
