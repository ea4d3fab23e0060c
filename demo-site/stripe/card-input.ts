/**
 * Turns what a request says about a card into a payment method. A raw number lives
 * only in these few lines: after them there is a brand, four digits and an outcome.
 */
import type Stripe from 'stripe';
import { cardError, invalidRequest, noSuch } from './api-error.ts';
import {
  type CardBrand,
  cardByNumber,
  cardByPaymentMethod,
  NOT_A_TEST_CARD,
  passesLuhn,
  type TestCard,
} from './cards.ts';
import type { Context } from './context.ts';
import { type FormRecord, readRecord, readString, requireString } from './form.ts';
import { createCardMethod } from './objects.ts';

const TEST_CARD_LIFE_YEARS = 1;

/** The payment method that a create or confirm call names, or undefined when it names none. */
export function methodFromForm(
  context: Context,
  account: string,
  form: FormRecord,
): Stripe.PaymentMethod | undefined {
  const data = readRecord(form, 'payment_method_data');
  if (data) return methodFromData(context, account, data);
  const id = readString(form, 'payment_method');
  if (id === undefined) return undefined;
  const testCard = cardByPaymentMethod(id);
  if (testCard) return methodFromTestCard(context, account, testCard);
  const method = context.store.find('payment_method', id, account);
  if (!method) throw noSuch('PaymentMethod', id, 'payment_method');
  return method;
}

function methodFromData(context: Context, account: string, data: FormRecord): Stripe.PaymentMethod {
  const type = requireString(data, 'type');
  if (type !== 'card') {
    throw invalidRequest(`The stand-in takes cards only, not ${type}.`, { param: 'type' });
  }
  const card = readRecord(data, 'card') ?? {};
  const number = requireString(card, 'number').replaceAll(' ', '');
  context.receivedNumbers.push(number);
  if (!passesLuhn(number)) {
    refuseCard('incorrect_number', 'Your card number is incorrect.', 'number');
  }
  const expiry = checkExpiry(requireString(card, 'exp_month'), requireString(card, 'exp_year'));
  const brand = brandOf(number);
  checkCvc(readString(card, 'cvc'), brand);
  const testCard = cardByNumber(number);
  const billing = readRecord(data, 'billing_details') ?? {};
  const method = createCardMethod(
    { brand, funding: testCard?.funding ?? 'credit', last4: number.slice(-4), ...expiry },
    readString(billing, 'name') ?? null,
  );
  context.outcomes.set(method.id, testCard?.outcome ?? NOT_A_TEST_CARD);
  return context.store.put(account, method);
}

function methodFromTestCard(
  context: Context,
  account: string,
  card: TestCard,
): Stripe.PaymentMethod {
  const now = new Date();
  const method = createCardMethod(
    {
      brand: card.brand,
      funding: card.funding,
      last4: card.number.slice(-4),
      expMonth: now.getMonth() + 1,
      expYear: now.getFullYear() + TEST_CARD_LIFE_YEARS,
    },
    null,
  );
  context.outcomes.set(method.id, card.outcome);
  return context.store.put(account, method);
}

function checkExpiry(month: string, year: string): { expMonth: number; expYear: number } {
  const expMonth = Number(month);
  const expYear = Number(year) < 100 ? 2000 + Number(year) : Number(year);
  if (!Number.isInteger(expMonth) || expMonth < 1 || expMonth > 12) {
    refuseCard('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  const now = new Date();
  if (!Number.isInteger(expYear) || expYear < now.getFullYear() || expYear > 2099) {
    refuseCard('invalid_expiry_year', "Your card's expiration year is invalid.", 'exp_year');
  }
  if (expYear === now.getFullYear() && expMonth < now.getMonth() + 1) {
    refuseCard('invalid_expiry_month', "Your card's expiration month is invalid.", 'exp_month');
  }
  return { expMonth, expYear };
}

function checkCvc(cvc: string | undefined, brand: CardBrand): void {
  const digits = brand === 'amex' ? 4 : 3;
  if (cvc === undefined || (/^\d+$/.test(cvc) && cvc.length === digits)) return;
  refuseCard('invalid_cvc', "Your card's security code is invalid.", 'cvc');
}

function refuseCard(code: string, message: string, param: string): never {
  throw cardError({ code, message, param });
}

function brandOf(number: string): CardBrand {
  if (number.startsWith('4')) return 'visa';
  if (/^3[47]/.test(number)) return 'amex';
  if (/^(5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720)/.test(number)) return 'mastercard';
  if (/^(6011|64[4-9]|65)/.test(number)) return 'discover';
  return 'unknown';
}
