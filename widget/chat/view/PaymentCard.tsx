/**
 * What an agent asks to be paid, and how it stands; once it is paid, the receipt. Shows and offers;
 * the sheet is the loader's, and it holds what is shown here against what Stripe says [PAY-6].
 */
import { formatMoney } from '../../../protocol/currencies.ts';
import type { PaymentState } from '../../../protocol/entries.ts';
import type { ShownPayment } from '../../../protocol/http.ts';
import { strings } from '../strings.ts';
import type { Format } from './format.ts';

export interface PaymentCardProps {
  payment: PaymentState;
  locale: string;
  format: Format;
  /** Whether this page can take a payment. */
  canPay: boolean;
  /** Opens the sheet: to pay, or for the receipt. */
  onPay(shown: ShownPayment): void;
}

export function PaymentCard({ payment, locale, format, canPay, onPay }: PaymentCardProps) {
  const { paymentId, amountMinor, currency, description, status, approval, paidAt } = payment;
  const moneyOf = (minor: number) => formatMoney(minor, currency, locale);
  const amount = moneyOf(amountMinor);
  const isPayable = !approval && (status === 'created' || status === 'open' || status === 'failed');
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for form controls; this is a card
    <div role="group" aria-label={strings.payment} class={`payment ${status}`}>
      <p class="for" dir="auto">
        {description}
      </p>
      <p class="amount">{amount}</p>
      <p class="state">{approval ? strings.approval : strings.status[status]}</p>
      {payment.lineItems && (
        <ul>
          {payment.lineItems.map((line) => (
            <li>
              <span dir="auto">{`${line.quantity} × ${line.description}`}</span>
              <span>{moneyOf(line.quantity * line.unitAmountMinor)}</span>
            </li>
          ))}
        </ul>
      )}
      {detailsOf(payment, isPayable, moneyOf, format).map((words) => (
        <p class="detail">{words}</p>
      ))}
      {(isPayable || paidAt) &&
        (canPay ? (
          <button
            type="button"
            class={isPayable ? 'pay' : 'receipt'}
            onClick={() => onPay({ paymentId, amountMinor, currency, description })}
          >
            {isPayable ? strings.pay(amount) : strings.receipt}
          </button>
        ) : (
          isPayable && <p class="detail">{strings.cannotPay}</p>
        ))}
    </div>
  );
}

/** What else there is to say: why it failed, until when it holds, the receipt, what came back. */
function detailsOf(
  { status, reason, expiresAt, card, paidAt, reference, refunds = [], dispute }: PaymentState,
  isPayable: boolean,
  moneyOf: (minor: number) => string,
  { moment }: Format,
): string[] {
  return [
    status === 'failed' && reason,
    isPayable && expiresAt && strings.payableUntil(moment(expiresAt)),
    card && `${brandName(card.brand)} •••• ${card.last4}`,
    paidAt && moment(paidAt),
    paidAt && reference && strings.reference(reference),
    ...refunds.map((refund) => strings.refunds[refund.status]?.(moneyOf(refund.amountMinor))),
    status === 'disputed' && dispute && strings.dispute(moneyOf(dispute.amountMinor)),
  ].filter((words) => typeof words === 'string');
}

/** Stripe's names are lower-case words: `visa`, `amex`, `eftpos_au`. */
const brandName = (brand: string) => brand.charAt(0).toUpperCase() + brand.slice(1);
