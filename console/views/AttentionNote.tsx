import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import { attentionWords } from '../format/attention-words.ts';
import { fullTime } from '../format/times.ts';
import { Icon } from './Icon.tsx';

export interface AttentionNoteProps {
  summary: PaymentSummary;
  /** Whether this agent can give back what was charged wrongly. */
  mayReturn: boolean;
  onReturn: () => void;
}

/** Why a payment does not go on by itself, and the one thing that ends it [PAY-12]. */
export function AttentionNote({ summary, mayReturn, onReturn }: AttentionNoteProps) {
  const { payment, attention } = summary;
  if (!attention) return null;
  const { title, text } = attentionWords(attention, payment);
  const sum = attention.code === 'amount_differs' && attention.charged ? attention : undefined;
  const left = sum ? sum.amountMinor - sum.returnedMinor : 0;
  return (
    <section class="panel-alert" aria-label="Needs attention">
      <p>
        <Icon name="warning" />
        <span dir="auto">
          <strong>{title}</strong> {text}
        </span>
      </p>
      <p class="panel-note">Since {fullTime(attention.since)}</p>
      {sum && mayReturn && (
        <button type="button" class="button button-primary" onClick={onReturn}>
          <Icon name="undo" class="flips" />
          Give {formatMoney(left, sum.currency)} back
        </button>
      )}
      {sum && left > 0 && !mayReturn && <p>An owner or admin of the shop has to give it back.</p>}
    </section>
  );
}
