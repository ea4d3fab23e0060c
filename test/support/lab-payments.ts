/**
 * The lab's payments: a list, histories and templates in memory, and every request about them, with
 * the rules that a console has to cope with and no more.
 */
import type { PaymentState, RefundState } from '../../protocol/entries.ts';
import { type ErrorCode, refuse } from '../../protocol/errors.ts';
import type { AgentIdentity } from '../../protocol/http.ts';
import type {
  PaymentEdit,
  PaymentHistoryLine,
  PaymentRef,
  PaymentRequest,
  PaymentReturn,
  PaymentSummary,
  PaymentsList,
  PaymentsPage,
  PaymentTemplate,
  PaymentTotals,
  RefundRef,
  RefundRequest,
  TemplateRef,
  TemplateSave,
} from '../../protocol/payments.ts';

export interface LabPayment {
  summary: PaymentSummary;
  lines: PaymentHistoryLine[];
}

export interface LabPayments {
  all: Map<string, LabPayment>;
  templates: Map<string, PaymentTemplate>;
  /** Lines of one page; the real server has 50. */
  pageSize: number;
  /** Puts it there and tells everyone. */
  put(summary: PaymentSummary, lines?: PaymentHistoryLine[]): void;
  /** Changes the payment's state, as Stripe would, and tells everyone. */
  change(paymentId: string, change: Partial<PaymentState>, line?: PaymentHistoryLine): void;
  /** What was asked, with its body, oldest first. */
  asked: { name: string; body: unknown }[];
  handlers: Record<string, (body: never) => unknown>;
}

export interface LabPaymentsDeps {
  agent: () => AgentIdentity;
  tell: (name: string, fact: unknown) => void;
  /** Writes the payment's state into its conversation. */
  append: (conversationId: string, payment: PaymentState, clientId?: string) => void;
  visitorName: (conversationId: string) => string | undefined;
  visitorId: (conversationId: string) => string;
}

/** Thrown by a handler, and answered by the lab as a refusal. */
export class LabRefusal extends Error {
  readonly outcome;
  constructor(code: ErrorCode) {
    super(code);
    this.outcome = refuse(code);
  }
}

const PAID = ['succeeded', 'partially_refunded', 'refunded', 'disputed'];

function totalsOf(summaries: readonly PaymentSummary[]): PaymentTotals[] {
  const byCurrency = Map.groupBy(summaries, ({ payment }) => payment.currency);
  return [...byCurrency].map(([currency, lines]) => {
    const sum = (of: (payment: PaymentState) => number) =>
      lines.reduce((total, { payment }) => total + of(payment), 0);
    return {
      currency,
      count: lines.length,
      requestedMinor: sum((p) => p.amountMinor),
      paidMinor: sum((p) => (PAID.includes(p.status) ? p.amountMinor : 0)),
      refundedMinor: sum((p) => p.refundedMinor ?? 0),
      disputedMinor: sum((p) => (p.status === 'disputed' ? (p.dispute?.amountMinor ?? 0) : 0)),
    };
  });
}

export function createLabPayments(deps: LabPaymentsDeps): LabPayments {
  const all: LabPayments['all'] = new Map();
  const templates: LabPayments['templates'] = new Map();
  const card = () => ({ id: deps.agent().id, name: deps.agent().name });

  const find = (paymentId: string): LabPayment => {
    const found = all.get(paymentId);
    if (!found) throw new LabRefusal('payment_unknown');
    return found;
  };

  const findByRefund = (refundId: string): LabPayment => {
    for (const payment of all.values())
      if (payment.summary.payment.refunds?.some((refund) => refund.refundId === refundId))
        return payment;
    throw new LabRefusal('refund_unknown');
  };

  function update(paymentId: string, summary: PaymentSummary, line?: PaymentHistoryLine) {
    const { lines } = find(paymentId);
    all.set(paymentId, { summary, lines: line ? [...lines, line] : lines });
    deps.append(summary.conversationId, summary.payment);
    deps.tell('payment:changed', summary);
  }

  const lab: LabPayments = {
    all,
    templates,
    pageSize: 50,
    asked: [],
    put(summary, lines = []) {
      all.set(summary.payment.paymentId, { summary, lines });
      deps.append(summary.conversationId, summary.payment);
      deps.tell('payment:changed', summary);
    },
    change(paymentId, change, line) {
      const { summary } = find(paymentId);
      const payment = { ...summary.payment, ...change };
      const taken = (payment.refunds ?? []).reduce(
        (sum, { status, amountMinor }) =>
          sum + (status === 'failed' || status === 'canceled' ? 0 : amountMinor),
        0,
      );
      const isRefundable =
        payment.status === 'succeeded' || payment.status === 'partially_refunded';
      const refundableMinor = isRefundable ? payment.amountMinor - taken : 0;
      const updatedAt = Math.max(Date.now(), summary.updatedAt + 1);
      update(paymentId, { ...summary, payment, refundableMinor, updatedAt }, line);
    },
    handlers: {
      'payment:request': (body: PaymentRequest) => {
        const { conversationId, clientId, receiptEmail, expiresInMs = 86_400_000, ...order } = body;
        const paymentId = `pr_${clientId.slice(0, 20)}`;
        if (all.has(paymentId)) return { paymentId };
        const payment: PaymentState = {
          paymentId,
          revision: 1,
          status: 'created',
          amountMinor: order.amountMinor,
          currency: order.currency,
          description: order.description,
          expiresAt: Date.now() + expiresInMs,
          reference: 'BH-7K2M-9QX4',
          ...(order.lineItems && { lineItems: order.lineItems }),
        };
        const visitorName = deps.visitorName(conversationId);
        const at = Date.now();
        const summary: PaymentSummary = {
          payment,
          conversationId,
          site: { id: 'st_shopshopshopshop1', name: 'Harbour & Co.' },
          visitorId: deps.visitorId(conversationId),
          requestedBy: card(),
          createdAt: at,
          updatedAt: at,
          refundableMinor: 0,
          ...(visitorName && { visitorName }),
          ...(receiptEmail && { receiptEmail }),
        };
        const line = { at, kind: 'requested', by: card(), detail: 'created' } as const;
        all.set(paymentId, { summary, lines: [{ ...line, amountMinor: payment.amountMinor }] });
        deps.append(conversationId, payment, clientId);
        deps.tell('payment:changed', summary);
        return { paymentId };
      },
      'payment:edit': ({ paymentId, revision, receiptEmail, ...order }: PaymentEdit) => {
        const { summary } = find(paymentId);
        if (summary.payment.status !== 'created') throw new LabRefusal('payment_not_editable');
        if (summary.payment.revision !== revision) throw new LabRefusal('revision_outdated');
        const { lineItems: _, ...before } = summary.payment;
        const payment: PaymentState = {
          ...before,
          revision: revision + 1,
          amountMinor: order.amountMinor,
          currency: order.currency,
          description: order.description,
          ...(order.lineItems && { lineItems: order.lineItems }),
        };
        const { receiptEmail: __, ...rest } = summary;
        const line = { at: Date.now(), kind: 'edited', by: card(), detail: 'created' } as const;
        update(
          paymentId,
          { ...rest, payment, updatedAt: Date.now(), ...(receiptEmail && { receiptEmail }) },
          { ...line, amountMinor: payment.amountMinor },
        );
        return { revision: revision + 1 };
      },
      'payment:cancel': ({ paymentId }: PaymentRef) => {
        if (PAID.includes(find(paymentId).summary.payment.status))
          throw new LabRefusal('payment_not_payable');
        const line = { at: Date.now(), kind: 'canceled', by: card(), detail: 'canceled' } as const;
        lab.change(paymentId, { status: 'canceled' }, line);
        return null;
      },
      'payment:approve': ({ paymentId }: PaymentRef) => {
        const { summary } = find(paymentId);
        if (summary.requestedBy.id === deps.agent().id) throw new LabRefusal('approval_own');
        const { approval: _, ...payment } = summary.payment;
        const line = { at: Date.now(), kind: 'approved', by: card(), detail: 'created' } as const;
        update(paymentId, { ...summary, payment, updatedAt: Date.now() }, line);
        return null;
      },
      'payment:history': ({ paymentId }: PaymentRef) => find(paymentId),
      'payments:list': ({ filter, before, limit = lab.pageSize }: PaymentsList): PaymentsPage => {
        const matching = [...all.values()]
          .map(({ summary }) => summary)
          .filter(
            (line) =>
              (!filter.status || line.payment.status === filter.status) &&
              (!filter.agentId || line.requestedBy.id === filter.agentId) &&
              (!filter.currency || line.payment.currency === filter.currency) &&
              (!filter.approval || line.payment.approval === filter.approval) &&
              (!filter.attention || line.attention) &&
              (filter.from === undefined || line.createdAt >= filter.from) &&
              (filter.to === undefined || line.createdAt < filter.to),
          )
          .sort((a, b) => b.createdAt - a.createdAt);
        const rest = matching.filter((line) => !before || line.createdAt < before.createdAt);
        return {
          payments: rest.slice(0, limit),
          more: rest.length > limit,
          totals: totalsOf(matching),
        };
      },
      'refund:request': ({ paymentId, clientId, amountMinor, reason }: RefundRequest) => {
        const { payment, refundableMinor } = find(paymentId).summary;
        const refundId = `rf_${clientId.slice(0, 20)}`;
        const known = payment.refunds ?? [];
        if (known.some((refund) => refund.refundId === refundId)) return { refundId };
        if (amountMinor > refundableMinor) throw new LabRefusal('refund_too_large');
        const refunds: RefundState[] = [...known, { refundId, amountMinor, status: 'succeeded' }];
        const refundedMinor = (payment.refundedMinor ?? 0) + amountMinor;
        lab.change(
          paymentId,
          {
            refunds,
            refundedMinor,
            status: refundedMinor === payment.amountMinor ? 'refunded' : 'partially_refunded',
          },
          { at: Date.now(), kind: 'refund_requested', by: card(), detail: reason, amountMinor },
        );
        return { refundId };
      },
      'refund:approve': ({ refundId }: RefundRef) => {
        const { paymentId, refunds = [] } = findByRefund(refundId).summary.payment;
        const line = { at: Date.now(), kind: 'refund_approved', by: card() } as const;
        const next = refunds.map((refund) =>
          refund.refundId === refundId ? { ...refund, status: 'pending' as const } : refund,
        );
        lab.change(paymentId, { refunds: next }, { ...line, detail: 'pending' });
        return null;
      },
      'refund:cancel': ({ refundId }: RefundRef) => {
        const { summary } = findByRefund(refundId);
        const { paymentId, refunds = [] } = summary.payment;
        const next = refunds.map((refund) =>
          refund.refundId === refundId ? { ...refund, status: 'canceled' as const } : refund,
        );
        const line = { at: Date.now(), kind: 'canceled', by: card() } as const;
        lab.change(paymentId, { refunds: next }, { ...line, detail: 'refund canceled' });
        return null;
      },
      'payment:return': ({ paymentId }: PaymentReturn) => {
        const { summary } = find(paymentId);
        const { attention } = summary;
        if (attention?.code !== 'amount_differs') throw new LabRefusal('payment_not_refundable');
        const returned = { ...attention, returnedMinor: attention.amountMinor };
        const at = Math.max(Date.now(), summary.updatedAt + 1);
        update(
          paymentId,
          { ...summary, attention: returned, updatedAt: at },
          { at, kind: 'refund_requested', by: card(), detail: 'the other sum, 9900 EUR' },
        );
        return { refundId: 'rf_returnreturnretu1' };
      },
      'template:list': () => ({
        templates: [...templates].map(([templateId, template]) => ({ templateId, template })),
      }),
      'template:save': ({ templateId, template }: TemplateSave) => {
        const id = templateId ?? `pt_${`${templates.size}`.padStart(16, '0')}`;
        templates.set(id, template);
        return { templateId: id };
      },
      'template:delete': ({ templateId }: TemplateRef) => {
        if (!templates.delete(templateId)) throw new LabRefusal('template_unknown');
        return null;
      },
    },
  };
  return lab;
}
