/**
 * The payments' part of a desk: the page's list, the one panel that is open, and the forms that act
 * on a payment. Has no DOM; `close()` undoes everything.
 */
import { type ReadonlySignal, signal } from '@preact/signals';
import { newClientId } from '../protocol/client-id.ts';
import type { AgentIdentity } from '../protocol/http.ts';
import { type Attention, createAttention } from './models/attention.ts';
import type { AgentLink } from './models/link.ts';
import { createPaymentForm, type PaymentForm } from './models/payment-form.ts';
import { createPaymentPanel, type PaymentPanel } from './models/payment-panel.ts';
import { createPaymentsList, type PaymentsList } from './models/payments-list.ts';
import { createRefundForm, type RefundForm } from './models/refund-form.ts';
import { createTemplates, type Templates } from './models/templates.ts';

export interface PaymentsDesk {
  readonly list: PaymentsList;
  readonly panel: ReadonlySignal<PaymentPanel | null>;
  readonly templates: Templates;
  readonly attention: Attention;
  /** Opens a payment's panel in place of the one before; `null` closes it. */
  open(paymentId: string | null): void;
  requestForm(conversationId: string, locale: string): PaymentForm;
  /** For the payment in the panel; `null` before it is read. */
  editForm(locale: string): PaymentForm | null;
  refundForm(locale: string): RefundForm | null;
  /** After every connect. */
  refresh(): void;
  close(): void;
}

export function createPaymentsDesk(agent: AgentIdentity, link: AgentLink): PaymentsDesk {
  const list = createPaymentsList({ link, currency: agent.currency });
  const templates = createTemplates(link);
  const attention = createAttention(link);
  const panel = signal<PaymentPanel | null>(null);
  const common = { link, newClientId };

  const stop = link.on('payment:changed', (summary) => {
    list.apply(summary);
    attention.apply(summary);
    panel.peek()?.apply(summary);
  });

  return {
    list,
    panel,
    templates,
    attention,
    open(paymentId) {
      if (paymentId === (panel.peek()?.paymentId ?? null)) return;
      panel.value = paymentId ? createPaymentPanel(paymentId, link) : null;
      if (link.state.peek() === 'online') void panel.value?.load();
    },
    requestForm: (conversationId, locale) =>
      createPaymentForm({ ...common, conversationId, locale, currency: agent.currency }),
    editForm(locale) {
      const editing = panel.peek()?.summary.peek();
      if (!editing) return null;
      const { conversationId } = editing;
      return createPaymentForm({
        ...common,
        conversationId,
        locale,
        currency: agent.currency,
        editing,
      });
    },
    refundForm(locale) {
      const open = panel.peek();
      const opened = open?.summary.peek();
      return open && opened
        ? createRefundForm({ ...common, summary: open.summary, opened, locale })
        : null;
    },
    refresh() {
      void list.refresh();
      void attention.refresh();
      void panel.peek()?.load();
      void templates.refresh();
    },
    close() {
      stop();
      list.close();
    },
  };
}
