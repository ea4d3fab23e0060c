/**
 * One payment on the sheet, from the card in the chat to what Stripe says of it. What is shown,
 * amount, currency and description, is what Stripe gave to this browser; what the chat server says of
 * them is only compared [PAY-6].
 */
import type { StripeExpressCheckoutElementConfirmEvent } from '@stripe/stripe-js';
import { formatMoney } from '../../protocol/currencies.ts';
import type { SheetResult } from '../../protocol/port.ts';
import type { OpenSheet } from '../sheet.ts';
import { appearanceFor } from './appearance.ts';
import { confirm } from './confirm.ts';
import { linesOf } from './lines.ts';
import { type Prepared, prepare, refresh } from './prepare.ts';
import { receiptOf } from './receipt.ts';
import { texts } from './texts.ts';
import { createView } from './view.ts';

/** Long enough to see that it is paid. */
const PAID_MS = 2_500;
const PROCESSING_MS = 6_000;

/** Statuses in which the money was taken and not given back. */
const PAID = ['succeeded', 'partially_refunded', 'disputed'];

type Payable = Extract<Prepared, { stripe: unknown }>;
/** The part of a wallet's own confirmation that is used here. */
type WalletAsks = Pick<StripeExpressCheckoutElementConfirmEvent, 'paymentFailed'>;

export const openSheet: OpenSheet = (request) =>
  new Promise((resolve) => {
    const { shown, panel, locale } = request;
    let result: SheetResult = 'canceled';
    let isClosed = false;

    const close = () => {
      if (isClosed) return;
      isClosed = true;
      view.close();
      // Not waited for: the log says what is true, and this only makes it say so sooner [PAY-5].
      void refresh(request);
      resolve(result);
    };
    const view = createView(request, close);

    const refuse = (words: string) => {
      result = 'failed';
      view.showRefusal(words);
    };
    const finish = (status: 'succeeded' | 'processing', paid = '') => {
      const isPaid = status === 'succeeded';
      result = status;
      if (isPaid) view.showDone(true, paid, texts.paidDetail);
      else view.showDone(false, texts.processing, texts.processingDetail);
      setTimeout(close, isPaid ? PAID_MS : PROCESSING_MS);
    };

    const takePayment = ({ stripe, clientSecret }: Payable, money: string) => {
      const elements = stripe.elements({ clientSecret, appearance: appearanceFor(panel) });
      const form = elements.create('payment', {
        wallets: { applePay: 'never', googlePay: 'never' },
      });
      const express = elements.create('expressCheckout');
      let isPaying = false;
      // The button and a wallet's own confirmation alike: nothing is confirmed unchecked [PAY-6].
      const pay = async (wallet?: WalletAsks) => {
        if (isPaying) return wallet?.paymentFailed();
        isPaying = true;
        view.showBusy(texts.paying);
        const confirmed = await confirm(stripe, elements, clientSecret, shown);
        const { status } = confirmed;
        isPaying = false;
        if (status === 'succeeded' || status === 'processing')
          return finish(status, texts.paid(money));
        wallet?.paymentFailed();
        if (status === 'canceled' || status === 'expired') return refuse(texts[status]);
        if (status === 'changed' || status === 'mischarged') {
          request.report('payment_mismatch');
          return refuse(status === 'changed' ? texts.mismatch : texts.mischarged);
        }
        if (status !== 'invalid') result = 'failed';
        view.showProblem('words' in confirmed ? confirmed.words : texts.unknown);
      };
      view.showForm(texts.pay(money), () => void pay());
      form.on('ready', () => view.showReady(() => form.focus()));
      form.on('loaderror', () => refuse(texts.noStripe));
      form.mount(view.form);
      express.on('ready', ({ availablePaymentMethods }) => {
        if (availablePaymentMethods) view.showExpress();
      });
      express.on('confirm', (wallet) => void pay(wallet));
      express.mount(view.express);
    };

    const begin = async () => {
      view.showWaiting();
      const prepared = await prepare(request);
      if (isClosed) return;
      if (prepared.verdict === 'ended') {
        const { status = '', words } = prepared;
        const sumOf = (minor: number) => formatMoney(minor, shown.currency, locale);
        const receipt = receiptOf(prepared.receipt, sumOf, locale);
        if (receipt) {
          result = 'receipt';
          return view.showReceipt(texts.paid(sumOf(shown.amountMinor)), shown.description, receipt);
        }
        if (PAID.includes(status)) return finish('succeeded', texts.paidBefore);
        if (status === 'processing') return finish(status);
        return refuse(status === 'canceled' || status === 'expired' ? texts[status] : words);
      }
      if ('words' in prepared) {
        if (prepared.verdict === 'refused') return refuse(prepared.words);
        return view.showRefusal(prepared.words, () => void begin());
      }
      if (prepared.verdict === 'mismatch') {
        request.report('payment_mismatch');
        return refuse(texts.mismatch);
      }
      const { verdict, intent, lineItems } = prepared;
      const moneyOf = (amount: number) =>
        formatMoney(amount, intent.currency.toUpperCase(), locale);
      const money = moneyOf(intent.amount);
      view.showSum(money, intent.description ?? '');
      view.showLines(
        linesOf(lineItems, intent.amount).map(({ description, quantity, unitAmountMinor }) => [
          `${quantity} × ${description}`,
          moneyOf(quantity * unitAmountMinor),
        ]),
        money,
      );
      if (verdict === 'canceled' || verdict === 'expired') refuse(texts[verdict]);
      else if (verdict === 'payable') takePayment(prepared, money);
      else finish(verdict, texts.paid(money));
    };
    request.signal.onabort = close;
    void begin();
  });
