/** What stands beside a payment's state, in words: what needs eyes before anything else. */
import type { PaymentState } from '../../protocol/entries.ts';
import type { PaymentAttention } from '../../protocol/payments.ts';
import { awaitsAnswer, disputeStanding, type Standing } from './payment-words.ts';
import { dayAndMonth } from './times.ts';

export function disputeMark(dispute: PaymentState['dispute'], now: number): Standing | null {
  if (!dispute) return null;
  if (awaitsAnswer(dispute) && dispute.dueAt !== undefined)
    return { words: `Answer the bank by ${dayAndMonth(dispute.dueAt, now)}`, tone: 'bad' };
  const { words, tone } = disputeStanding(dispute);
  return { words: `Dispute: ${words.charAt(0).toLowerCase()}${words.slice(1)}`, tone };
}

/** Of refunds only what is not settled: what was given back says the state. */
function refundMarks(refunds: PaymentState['refunds'] = []): Standing[] {
  const has = (status: string) => refunds.some((refund) => refund.status === status);
  const marks: Standing[] = [];
  if (has('waiting')) marks.push({ words: 'Refund waits for approval', tone: 'waiting' });
  if (has('pending')) marks.push({ words: 'Refund on its way', tone: 'waiting' });
  // One that was tried again since is no news.
  if (refunds.at(-1)?.status === 'failed') marks.push({ words: 'Refund failed', tone: 'bad' });
  return marks;
}

export interface Warnings {
  /** An early fraud warning came for it. */
  fraudWarning?: boolean | undefined;
  /** Somebody has to see to it [PAY-12]. */
  attention?: PaymentAttention | undefined;
}

export function paymentMarks(
  payment: PaymentState,
  { fraudWarning, attention }: Warnings,
  now: number,
): Standing[] {
  const dispute = disputeMark(payment.dispute, now);
  return [
    ...(attention ? [{ words: 'Needs attention', tone: 'bad' } as const] : []),
    ...(fraudWarning ? [{ words: 'Fraud warning', tone: 'bad' } as const] : []),
    ...(dispute ? [dispute] : []),
    ...refundMarks(payment.refunds),
  ];
}
