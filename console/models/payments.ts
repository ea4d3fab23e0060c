/** Payments of a conversation, folded from its log: the newest entry of each holds [PAY-1]. */
import type { Entry, PaymentState } from '../../protocol/entries.ts';

export interface PaymentRecord extends PaymentState {
  /** Who asked for it. Absent for what the log does not tell. */
  requestedById?: string;
  /** Milliseconds since the epoch, when it was asked for and when it last changed. */
  requestedAt: number;
  changedAt: number;
}

/** @returns the payments in the order in which they were asked for. */
export function foldPayments(entries: readonly Entry[]): PaymentRecord[] {
  const byId = new Map<string, PaymentRecord>();
  for (const entry of entries) {
    if (entry.type !== 'payment') continue;
    const known = byId.get(entry.payment.paymentId);
    const requestedAt = known?.requestedAt ?? entry.at;
    const byAgent = entry.author.kind === 'agent' ? entry.author.id : undefined;
    // Its first entry is written by whoever asked; one that is not loaded tells of nobody.
    const requestedById = known ? known.requestedById : byAgent;
    byId.set(entry.payment.paymentId, {
      ...entry.payment,
      requestedAt,
      changedAt: entry.at,
      ...(requestedById && { requestedById }),
    });
  }
  return [...byId.values()];
}
