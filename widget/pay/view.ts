/**
 * The sheet on screen: a dialog over the panel, with the nodes that Stripe mounts into. Told what to
 * show; knows nothing of Stripe or the server.
 */
import type { SheetRequest } from '../sheet.ts';
import { element, icon } from './element.ts';
import { printAlone } from './print.ts';
import type { ReceiptRow } from './receipt.ts';
import { style } from './style.ts';
import { texts } from './texts.ts';

const LOCK = 'M7 11V8a5 5 0 0 1 10 0v3M6 11h12v9H6Z';
const CHECK = 'm8 12.500 2.800 2.800L16.500 9.500M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18Z';
const CLOCK = 'M12 7.500V12l3 2M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18Z';

export type SheetView = ReturnType<typeof createView>;

let styleSheet: CSSStyleSheet | undefined;

function adoptStyle(shadow: ShadowRoot): void {
  if (styleSheet) return;
  styleSheet = new CSSStyleSheet();
  styleSheet.replaceSync(style);
  shadow.adoptedStyleSheets.push(styleSheet);
}

export function createView({ panel }: Pick<SheetRequest, 'panel'>, onCancel: () => void) {
  const amount = element('p', { className: 'amount' });
  const what = element('p', { className: 'what' });
  const sum = element('div', { className: 'sum' }, amount, what);
  const problem = element('p', { className: 'problem', role: 'alert', hidden: true });
  const form = element('div', { className: 'form waiting' });
  const action = element('button', { type: 'button', hidden: true });
  const cancel = element(
    'button',
    { type: 'button', className: 'quiet', onclick: onCancel },
    texts.cancel,
  );
  const actions = element('div', { className: 'actions' }, action, cancel);
  const content = element('div', {}, sum, form, problem);
  const title = element('h2', {}, texts.payment);
  const secured = element('span', { className: 'secured' }, icon(LOCK), texts.secured);
  const header = element('div', { className: 'head' }, title, secured);
  // Tab past either end comes back in at the other; Stripe's own frames lie between.
  const before = element('div', { tabIndex: 0, onfocus: () => cancel.focus() });
  const after = element('div', { tabIndex: 0, onfocus: () => focusForm() });
  const sheet = element(
    'section',
    { className: 'sheet', role: 'dialog', ariaLabel: texts.payment, tabIndex: -1 },
    before,
    header,
    content,
    actions,
    after,
  );
  /** In the page's light DOM, since Stripe does not work inside a shadow root. */
  const express = element('div', { slot: 'express' });
  const mount = element('div', { slot: 'payment' });
  const or = element('p', { className: 'or', hidden: true }, texts.orByCard);
  let focusForm = () => sheet.focus();
  let payLabel = '';
  let restore = () => {};

  sheet.onkeydown = (event) => {
    if (event.key !== 'Escape') return;
    event.stopPropagation(); // The panel behind stays open.
    if (!cancel.disabled) onCancel();
  };
  const shadow = panel.getRootNode();
  if (shadow instanceof ShadowRoot) {
    adoptStyle(shadow);
    shadow.host.append(express, mount);
  }
  panel.append(sheet);
  sheet.focus();

  return {
    express,
    form: mount,
    showSum(money: string, description: string) {
      amount.textContent = money;
      what.textContent = description;
    },
    /** What the sum is made of, as the shop says. */
    showLines(lines: readonly (readonly [what: string, money: string])[], total: string) {
      if (!lines.length) return;
      const row = ([text, money]: readonly [string, string]) =>
        element('li', {}, element('span', { dir: 'auto' }, text), element('b', {}, money));
      const list = element('ul', { ariaLabel: texts.fromShop }, ...lines.map(row));
      list.append(row([texts.total, total]));
      sum.append(element('p', { className: 'from' }, texts.fromShop), list);
    },
    showForm(label: string, onPay: () => void) {
      payLabel = label;
      form.append(element('slot', { name: 'express' }), or, element('slot', { name: 'payment' }));
      action.hidden = false;
      action.disabled = true;
      action.textContent = label;
      action.onclick = onPay;
    },
    /** Stripe's form can be used. @param focus moves the focus into it. */
    showReady(focus: () => void) {
      focusForm = focus;
      form.classList.remove('waiting');
      action.disabled = false;
      if (sheet.matches(':focus-within')) focus();
    },
    /** A wallet can be used, above the form. */
    showExpress() {
      or.hidden = false;
    },
    showBusy(label: string) {
      problem.hidden = true;
      action.disabled = cancel.disabled = true;
      action.classList.add('busy');
      action.textContent = label;
      sheet.ariaBusy = 'true';
    },
    /** Under the form, which can be used again. */
    showProblem(text: string) {
      problem.hidden = false;
      problem.textContent = text;
      action.disabled = cancel.disabled = false;
      action.classList.remove('busy');
      action.textContent = payLabel;
      sheet.ariaBusy = 'false';
      action.focus();
    },
    /** In place of the form: what is wrong, and perhaps a second chance. */
    showRefusal(text: string, onRetry?: () => void) {
      problem.hidden = false;
      problem.textContent = text;
      form.hidden = true;
      action.hidden = !onRetry;
      action.disabled = cancel.disabled = false;
      sheet.ariaBusy = 'false';
      action.textContent = texts.tryAgain;
      action.onclick = onRetry ?? null;
      (onRetry ? action : cancel).focus();
    },
    showWaiting() {
      problem.hidden = action.hidden = true;
      form.hidden = false;
      sheet.focus();
    },
    showDone(isPaid: boolean, title: string, detail: string) {
      const mark = element(
        'div',
        { className: isPaid ? 'done' : 'done pending', role: 'status' },
        icon(isPaid ? CHECK : CLOCK),
        element('strong', {}, title),
        element('p', { className: 'what' }, detail),
      );
      content.replaceWith(mark);
      action.hidden = problem.hidden = true;
      cancel.disabled = false;
      cancel.textContent = texts.backToChat;
      sheet.ariaBusy = 'false';
      cancel.focus();
    },
    /** In place of the form: what was paid, to be read and printed. */
    showReceipt(paid: string, description: string, rows: readonly ReceiptRow[]) {
      this.showDone(true, paid, description);
      title.textContent = panel.ariaLabel; // Who was paid.
      secured.remove();
      const list = rows.flatMap(([name, value]) => [
        element('dt', {}, name),
        element('dd', { dir: 'auto' }, value),
      ]);
      sheet.querySelector('.done')?.append(element('dl', {}, ...list));
      action.hidden = action.disabled = false;
      action.textContent = texts.print;
      action.onclick = () => print();
      restore = printAlone();
    },
    close() {
      restore();
      panel.focus();
      express.remove();
      mount.remove();
      sheet.remove();
    },
  };
}
