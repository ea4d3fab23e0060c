/** Payments as the console's list has them, with the fewest words. */
import type { PaymentState } from '../../protocol/entries.ts';
import type { PaymentSummary } from '../../protocol/payments.ts';
import { CONVERSATION } from './console-samples.ts';

export const paymentId = (name: string) => `pr_${name.padEnd(16, 'x')}`;

export const paymentSummary = (
  name: string,
  state: Partial<PaymentState> = {},
  more: Partial<PaymentSummary> = {},
): PaymentSummary => ({
  payment: {
    paymentId: paymentId(name),
    revision: 1,
    amountMinor: 4900,
    currency: 'EUR',
    description: 'Lantern',
    status: 'created',
    ...state,
  },
  conversationId: CONVERSATION,
  visitorId: 'vs_aaaaaaaaaaaaaaaa',
  site: { id: 'st_aaaaaaaaaaaaaaaa', name: 'Harbour' },
  requestedBy: { id: 'ag_aaaaaaaaaaaaaaaa', name: 'Anna Berg' },
  createdAt: 1000,
  updatedAt: 1000,
  refundableMinor: 0,
  ...more,
});
