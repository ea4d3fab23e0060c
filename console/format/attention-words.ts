/** Why a payment does not go on by itself, and what an agent can do about it [PAY-12]. */
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentState } from '../../protocol/entries.ts';
import type { PaymentAttention } from '../../protocol/payments.ts';

export interface AttentionWords {
  title: string;
  text: string;
}

function otherSum(
  sum: Extract<PaymentAttention, { code: 'amount_differs' }>,
  asked: string,
  locale?: string,
): AttentionWords {
  const { amountMinor, currency, charged, returnedMinor } = sum;
  const money = (minor: number) => formatMoney(minor, currency, locale);
  if (!charged)
    return {
      title: `Stripe has ${money(amountMinor)} instead of ${asked}.`,
      text: 'Nobody can pay it, and nothing was charged. Cancel the request, and ask again.',
    };
  const title = `${money(amountMinor)} was charged instead of ${asked}.`;
  if (returnedMinor >= amountMinor)
    return { title, text: 'All of it is on its way back. The request then ends by itself.' };
  return {
    title,
    text: `${returnedMinor > 0 ? `${money(returnedMinor)} of it is given back or on its way. ` : ''}The visitor is not told that it is paid. Give it back, and ask again.`,
  };
}

export function attentionWords(
  attention: PaymentAttention,
  { amountMinor, currency }: Pick<PaymentState, 'amountMinor' | 'currency'>,
  locale?: string,
): AttentionWords {
  switch (attention.code) {
    case 'amount_differs':
      return otherSum(attention, formatMoney(amountMinor, currency, locale), locale);
    case 'minter_missing':
      return {
        title: 'The key that it was made with is gone.',
        text: 'So nobody can ask how it stands. Once the key, or the merchant’s address, is back in the settings, it goes on by itself.',
      };
    default:
      // `provider_refused`, or of a newer server [VER-2].
      return {
        title: 'Whoever took the payment refuses to say how it stands.',
        text: 'Often the key lacks a permission: the guide to payments lists them. It is asked again every ten minutes.',
      };
  }
}
