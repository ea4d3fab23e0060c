/**
 * The form behind "Refund": how much of what remains, and why [PAY-9]. Sending it once is
 * `submission.ts`; whether it is the last word the provider says later.
 */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import { formatMoney } from '../../protocol/currencies.ts';
import type { PaymentSummary, RefundReason } from '../../protocol/payments.ts';
import { amountWords, parseMinor, writeAmount } from './amount.ts';
import type { AgentLink } from './link.ts';
import { createSubmission, type Submission } from './submission.ts';

export interface RefundForm extends Pick<Submission, 'phase' | 'refusal'> {
  readonly amount: ReadonlySignal<string>;
  readonly reason: ReadonlySignal<RefundReason>;
  readonly problem: ReadonlySignal<string | null>;
  /** What can still be given back, in words. */
  readonly remaining: ReadonlySignal<string>;
  /** What this gives back and what it leaves, in words, once it is understood. */
  readonly shown: ReadonlySignal<{ gives: string; leaves: string } | null>;
  setAmount(text: string): void;
  setReason(reason: RefundReason): void;
  /** @returns whether it was accepted. */
  submit(): Promise<boolean>;
}

export interface RefundFormDeps {
  /** As it stands now: somebody else may refund at the same time. */
  summary: ReadonlySignal<PaymentSummary | null>;
  opened: PaymentSummary;
  link: AgentLink;
  locale: string;
  newClientId: () => string;
}

export function createRefundForm(deps: RefundFormDeps): RefundForm {
  const { link, locale, opened } = deps;
  const { paymentId, currency } = opened.payment;
  const amount = signal(writeAmount(opened.refundableMinor, currency, locale));
  const reason = signal<RefundReason>('requested_by_customer');
  const submission = createSubmission(deps.newClientId);

  const remainingMinor = computed(() => (deps.summary.value ?? opened).refundableMinor);
  const money = (minor: number) => formatMoney(minor, currency, locale);
  const parsed = computed(() => parseMinor(amount.value, currency, locale));
  const problem = computed(() => {
    if (!parsed.value.ok) return amountWords(parsed.value.problem, currency, locale);
    if (parsed.value.amountMinor === 0) return amountWords('zero', currency, locale);
    return parsed.value.amountMinor > remainingMinor.value
      ? `No more than ${money(remainingMinor.value)} can be given back.`
      : null;
  });

  return {
    amount,
    reason,
    // While a first try is unknown, what remains may already be without it.
    problem: computed(() => (submission.phase.value === 'editing' ? problem.value : null)),
    phase: submission.phase,
    refusal: submission.refusal,
    remaining: computed(() => money(remainingMinor.value)),
    shown: computed(() =>
      parsed.value.ok && !problem.value
        ? {
            gives: money(parsed.value.amountMinor),
            leaves: money(remainingMinor.value - parsed.value.amountMinor),
          }
        : null,
    ),
    setAmount(text) {
      if (submission.locked()) return;
      amount.value = text;
      submission.changed();
    },
    setReason(next) {
      if (submission.locked()) return;
      reason.value = next;
      submission.changed();
    },
    async submit() {
      const sum = parsed.peek();
      if (!sum.ok || (problem.peek() && !submission.locked())) return false;
      return submission.run((clientId) =>
        link.request('refund:request', {
          paymentId,
          clientId,
          amountMinor: sum.amountMinor,
          reason: reason.peek(),
        }),
      );
    },
  };
}
