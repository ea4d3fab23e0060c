/**
 * What an agent may do with a payment, so that only what makes sense is offered. The server decides:
 * what is offered here may still be refused there, and what is hidden here is refused there too.
 */
import type { PaymentState } from '../../protocol/entries.ts';
import type { AgentIdentity } from '../../protocol/http.ts';
import type { PaymentHistoryLine, PaymentSummary } from '../../protocol/payments.ts';
import { awaitsApproval, isPending } from '../format/payment-words.ts';

type Agent = Pick<AgentIdentity, 'id' | 'role' | 'payments'>;

/** A viewer reads and answers, and does not touch payments. */
export const mayTouchPayments = ({ role }: Pick<Agent, 'role'>): boolean => role !== 'viewer';
export const mayRequest = (agent: Agent): boolean => agent.payments && mayTouchPayments(agent);
const mayDecide = ({ role }: Pick<Agent, 'role'>): boolean => role === 'owner' || role === 'admin';

/** Asking who was exposed, and telling them, are the owners' [EXP-3]. */
export const isOwner = ({ role }: Pick<Agent, 'role'>): boolean => role === 'owner';

/** Nobody approves what they asked for themselves [PAY-8]. */
export const mayApprove = (
  agent: Agent,
  payment: Pick<PaymentState, 'approval' | 'status'>,
  requestedById: string | undefined,
): boolean => awaitsApproval(payment) && mayDecide(agent) && requestedById !== agent.id;

/**
 * What can be done with a refund that waits. Who asked may call it off and not approve it; the history
 * names them by the amount, and in doubt the server says no.
 */
export function offeredForRefund(
  agent: Agent,
  refund: { status: string; amountMinor: number },
  lines: readonly PaymentHistoryLine[],
): { approve: boolean; callOff: boolean } {
  if (refund.status !== 'waiting') return { approve: false, callOff: false };
  const asked = lines.findLast(
    ({ kind, amountMinor }) => kind === 'refund_requested' && amountMinor === refund.amountMinor,
  );
  const isMine = asked?.by?.id === agent.id;
  return {
    approve: mayDecide(agent) && !isMine,
    callOff: mayDecide(agent) || (isMine && mayTouchPayments(agent)),
  };
}

const REFUNDABLE: readonly string[] = ['succeeded', 'partially_refunded'];

/** Gives back what was charged over another sum, once anything of it is left [PAY-12]. */
export const mayReturn = (
  agent: Agent,
  { attention }: Pick<PaymentSummary, 'attention'>,
): boolean =>
  mayDecide(agent) &&
  attention?.code === 'amount_differs' &&
  attention.charged &&
  attention.returnedMinor < attention.amountMinor;

const isWronglyCharged = ({ attention }: Pick<PaymentSummary, 'attention'>) =>
  attention?.code === 'amount_differs' && attention.charged;

export interface Offered {
  refund: boolean;
  edit: boolean;
  cancel: boolean;
  approve: boolean;
}

export function offered(agent: Agent, summary: PaymentSummary): Offered {
  const { payment, refundableMinor, requestedBy } = summary;
  const may = mayTouchPayments(agent);
  // The intent is voided first, and Stripe refuses that where it is being paid, or was [PAY-7].
  const pending = may && isPending(payment.status) && !isWronglyCharged(summary);
  return {
    refund: may && REFUNDABLE.includes(payment.status) && refundableMinor > 0,
    edit: pending,
    cancel: pending,
    approve: mayApprove(agent, payment, requestedBy.id),
  };
}
