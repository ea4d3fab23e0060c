import type { PaymentState } from '../../protocol/entries.ts';
import { paymentMarks, type Warnings } from '../format/payment-marks.ts';
import { type PaymentTone, type Standing, standing } from '../format/payment-words.ts';
import { Icon, type IconName } from './Icon.tsx';

const ICONS: Readonly<Record<PaymentTone, IconName>> = {
  waiting: 'clock',
  good: 'check',
  bad: 'warning',
  quiet: 'info',
};

export function StandingTag({ words, tone }: Standing) {
  return (
    <span class={`tag tag-${tone}`}>
      <Icon name={ICONS[tone]} />
      {words}
    </span>
  );
}

export const PaymentStateTag = ({ payment }: { payment: PaymentState }) => (
  <StandingTag {...standing(payment)} />
);

/** The warnings are known where a summary is. */
export interface PaymentMarksProps extends Warnings {
  payment: PaymentState;
  now: number;
}

/** What needs eyes beside the state: attention, fraud warning, dispute with its due date, refunds. */
export function PaymentMarks({ payment, now, ...warnings }: PaymentMarksProps) {
  const marks = paymentMarks(payment, warnings, now);
  if (!marks.length) return null;
  return (
    <span class="payment-marks">
      {marks.map((mark) => (
        <StandingTag key={mark.words} {...mark} />
      ))}
    </span>
  );
}
