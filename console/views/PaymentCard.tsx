import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentAttention } from '../../protocol/payments.ts';
import { brandName, isPending } from '../format/payment-words.ts';
import { clockTime, dateTime, fullTime } from '../format/times.ts';
import type { PaymentRecord } from '../models/payments.ts';
import { Icon } from './Icon.tsx';
import { PaymentMarks, PaymentStateTag } from './PaymentTags.tsx';

export interface PaymentCardProps {
  payment: PaymentRecord;
  /** Of the payment's panel. */
  href: string;
  open: boolean;
  /** Where somebody has to see to it. */
  attention?: PaymentAttention | undefined;
  /** Absent where this agent cannot. */
  onApprove?: (() => void) | undefined;
}

/** A request as it stands now, wherever in the log it was made. */
export function PaymentCard({ payment, href, open, attention, onApprove }: PaymentCardProps) {
  const { card, reason, requestedAt, lineItems, refundedMinor = 0 } = payment;
  const money = (minor: number) => formatMoney(minor, payment.currency);
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for the fields of a form
    <div class="payment" role="group" aria-label="Payment request">
      <div class="payment-head">
        <span class="payment-kind">
          <Icon name="card" />
          Payment request
        </span>
        <time class="payment-time" title={fullTime(requestedAt)}>
          {clockTime(requestedAt)}
        </time>
      </div>
      <p class="payment-sum">{money(payment.amountMinor)}</p>
      <p class="payment-what">
        <bdi>{payment.description}</bdi>
      </p>
      {lineItems && (
        <p class="payment-note">
          {lineItems.length === 1 ? '1 item' : `${lineItems.length} items`}
        </p>
      )}
      <div class="payment-foot">
        <PaymentStateTag payment={payment} />
        {card && (
          <span class="payment-card-digits">
            {brandName(card.brand)} <span aria-hidden="true">••••</span>
            <span class="visually-hidden">ending in</span> {card.last4}
          </span>
        )}
      </div>
      <PaymentMarks payment={payment} attention={attention} now={Date.now()} />
      {payment.status === 'failed' && reason && <p class="payment-reason">{reason}</p>}
      {refundedMinor > 0 && <p class="payment-note">{money(refundedMinor)} given back</p>}
      {isPending(payment.status) && payment.expiresAt && (
        <p class="payment-note">Until {dateTime(payment.expiresAt, Date.now())}</p>
      )}
      <div class="payment-actions">
        {onApprove && (
          <button type="button" class="button button-primary" onClick={onApprove}>
            Approve
          </button>
        )}
        <a
          class="button button-quiet"
          href={href}
          aria-current={open ? 'true' : undefined}
          data-payment={payment.paymentId}
        >
          View details
        </a>
      </div>
    </div>
  );
}
