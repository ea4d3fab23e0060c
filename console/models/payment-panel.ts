/**
 * One payment, whole, with its history, and what an agent does with it. Facts are hints: after each,
 * and after every connect, it is read anew.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import type { Outcome, Refusal } from '../../protocol/errors.ts';
import type { PaymentHistoryLine, PaymentSummary } from '../../protocol/payments.ts';
import type { AgentLink } from './link.ts';
import { newerSummary } from './payments-list.ts';

export interface PaymentPanel {
  readonly paymentId: string;
  readonly summary: ReadonlySignal<PaymentSummary | null>;
  /** Oldest first. */
  readonly lines: ReadonlySignal<readonly PaymentHistoryLine[]>;
  readonly phase: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  /** Why it could not be read, or why the last thing that was tried was refused. */
  readonly refusal: ReadonlySignal<Refusal | null>;
  readonly busy: ReadonlySignal<boolean>;
  load(): Promise<void>;
  apply(summary: PaymentSummary): void;
  approve(): Promise<void>;
  approveRefund(refundId: string): Promise<void>;
  /** A refund that waits is not made. */
  callOffRefund(refundId: string): Promise<void>;
  cancel(): Promise<Outcome<null>>;
  /** Everything that was charged over another sum than was asked for [PAY-12]. */
  giveBack(clientId: string): Promise<Outcome<unknown>>;
  dismiss(): void;
}

export function createPaymentPanel(paymentId: string, link: AgentLink): PaymentPanel {
  const summary = signal<PaymentSummary | null>(null);
  const lines = signal<readonly PaymentHistoryLine[]>([]);
  const phase = signal<'loading' | 'ready' | 'failed'>('loading');
  const refusal = signal<Refusal | null>(null);
  const busy = signal(false);
  let reading = false;
  /** Something changed while it was being read. */
  let again = false;

  async function load() {
    again = true;
    if (reading) return;
    reading = true;
    while (again) {
      again = false;
      const answer = await link.request('payment:history', { paymentId });
      if (answer.ok) {
        summary.value = newerSummary(summary.peek() ?? undefined, answer.data.summary);
        lines.value = answer.data.lines;
        phase.value = 'ready';
      } else if (phase.peek() !== 'ready') {
        refusal.value = answer.error;
        phase.value = 'failed';
      }
    }
    reading = false;
  }

  async function act(run: () => Promise<Outcome<null>>) {
    if (busy.peek()) return;
    busy.value = true;
    refusal.value = null;
    const answer = await run();
    busy.value = false;
    refusal.value = answer.ok ? null : answer.error;
    await load();
  }

  return {
    paymentId,
    summary,
    lines,
    phase,
    refusal,
    busy,
    async load() {
      if (phase.peek() === 'failed') {
        phase.value = 'loading';
        refusal.value = null;
      }
      await load();
    },
    apply(next) {
      if (next.payment.paymentId !== paymentId) return;
      summary.value = newerSummary(summary.peek() ?? undefined, next);
      void load();
    },
    approve: () => act(() => link.request('payment:approve', { paymentId })),
    approveRefund: (refundId) => act(() => link.request('refund:approve', { refundId })),
    callOffRefund: (refundId) => act(() => link.request('refund:cancel', { refundId })),
    async cancel() {
      const answer = await link.request('payment:cancel', { paymentId });
      void load();
      return answer;
    },
    async giveBack(clientId) {
      const answer = await link.request('payment:return', { paymentId, clientId });
      void load();
      return answer;
    },
    dismiss() {
      refusal.value = null;
    },
  };
}
