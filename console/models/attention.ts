/**
 * Payments that do not go on by themselves, and that somebody has to see to [PAY-12]: for the badge,
 * the conversations and the cards. Listed after every connect, kept up by `payment:changed`.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { PaymentSummary } from '../../protocol/payments.ts';
import type { AgentLink } from './link.ts';
import { newerSummary } from './payments-list.ts';

export interface Attention {
  readonly byPayment: ReadonlySignal<ReadonlyMap<string, PaymentSummary>>;
  refresh(): Promise<void>;
  apply(summary: PaymentSummary): void;
}

export function createAttention(link: AgentLink): Attention {
  const byPayment = signal<ReadonlyMap<string, PaymentSummary>>(new Map());
  /** What changed while the list was on its way, and may be older in it. */
  let meanwhile = new Map<string, PaymentSummary>();
  let question = 0;

  function put(known: ReadonlyMap<string, PaymentSummary>, changes: Iterable<PaymentSummary>) {
    const next = new Map(known);
    for (const change of changes) {
      const { paymentId } = change.payment;
      const newest = newerSummary(next.get(paymentId), change);
      if (newest.attention) next.set(paymentId, newest);
      else next.delete(paymentId);
    }
    byPayment.value = next;
  }

  return {
    byPayment,
    async refresh() {
      const mine = ++question;
      meanwhile = new Map();
      const answer = await link.request('payments:list', { filter: { attention: true } });
      // What is known stays: the next connect asks again.
      if (!answer.ok || mine !== question) return;
      const listed = new Map(answer.data.payments.map((line) => [line.payment.paymentId, line]));
      put(listed, meanwhile.values());
    },
    apply(summary) {
      meanwhile.set(summary.payment.paymentId, summary);
      put(byPayment.peek(), [summary]);
    },
  };
}
