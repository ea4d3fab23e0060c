/**
 * What agents do with payments, and see of them, written into the ledger before it is answered
 * [LEDGER-1]: also what was refused, since that is what somebody with a stolen account tries first.
 */

import type { LedgerKind } from '../../protocol/ledger.ts';
import { AppError } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { type ListName, listedEvent } from '../ledger/readings.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { AgentPayments } from './agent-payments.ts';

type RecordDeps = Pick<Deps, 'ledger' | 'store'>;

interface About {
  conversationId?: string;
  paymentId?: string;
  refundId?: string;
  amountMinor?: number;
  currency?: string;
}
type Acting<Body, Data> = (agent: AgentActor, body: Body) => Promise<Data>;

export function recordPayments(deps: RecordDeps, payments: AgentPayments): AgentPayments {
  const acted =
    <Body extends object, Data>(
      kind: LedgerKind,
      action: string,
      act: Acting<Body, Data>,
      about: (body: Body) => About = (body) => body,
    ): Acting<Body, Data> =>
    async (agent, body) => {
      const note = async (outcome: string, data?: Data) => {
        const what = { ...about(body), ...Object(data) } as About;
        await recordAction(deps, kind, agent, { action, outcome, ...pick(what) });
      };
      let data: Data;
      try {
        data = await act(agent, body);
      } catch (error) {
        await note(error instanceof AppError ? error.code : 'internal');
        throw error;
      }
      await note('ok', data);
      return data;
    };

  async function shown(agent: AgentActor, list: ListName, conversationIds: string[]) {
    if (conversationIds.length === 0) return;
    const reader = { agentId: agent.id, ip: agent.address ?? '' };
    await deps.ledger.record(listedEvent(reader, { list, conversationIds }));
  }

  return {
    request: acted('payment.acted', 'request', payments.request),
    edit: acted('payment.acted', 'edit', payments.edit),
    cancel: acted('payment.acted', 'cancel', payments.cancel),
    approve: acted('payment.acted', 'approve', payments.approve),
    requestRefund: acted('refund.acted', 'request', payments.requestRefund),
    approveRefund: acted('refund.acted', 'approve', payments.approveRefund),
    return: acted('refund.acted', 'return', payments.return),
    cancelRefund: acted('refund.acted', 'cancel', payments.cancelRefund),
    saveTemplate: acted('settings.changed', 'payment template saved', payments.saveTemplate),
    deleteTemplate: acted('settings.changed', 'payment template deleted', payments.deleteTemplate),
    listTemplates: payments.listTemplates,
    async list(agent, body) {
      const page = await payments.list(agent, body);
      await shown(
        agent,
        'payments',
        page.payments.map(({ conversationId }) => conversationId),
      );
      return page;
    },
    async history(agent, body) {
      const history = await payments.history(agent, body);
      await shown(agent, 'payment', [history.summary.conversationId]);
      return history;
    },
  };
}

/** Of a request, what names no one: no description, no address, no words of an agent's. */
const pick = ({ conversationId, paymentId, refundId, amountMinor, currency }: About): About => ({
  ...(conversationId !== undefined && { conversationId }),
  ...(paymentId !== undefined && { paymentId }),
  ...(refundId !== undefined && { refundId }),
  ...(amountMinor !== undefined && { amountMinor }),
  ...(currency !== undefined && { currency }),
});

async function recordAction(
  deps: RecordDeps,
  kind: LedgerKind,
  agent: AgentActor,
  { conversationId: named, ...detail }: About & { action: string; outcome: string },
): Promise<void> {
  const conversation = await conversationOf(deps, {
    ...detail,
    ...(named && { conversationId: named }),
  });
  await deps.ledger.record({
    kind,
    agentId: agent.id,
    conversationId: conversation?.id ?? null,
    visitorId: conversation?.visitor_id ?? null,
    siteId: conversation?.site_id ?? null,
    detail: { ip: agent.address ?? '', ...detail },
  });
}

async function conversationOf({ store: { db } }: RecordDeps, about: About) {
  const paymentId =
    about.paymentId ??
    (about.refundId === undefined
      ? undefined
      : (
          await db
            .selectFrom('refunds')
            .select('payment_id')
            .where('id', '=', about.refundId)
            .executeTakeFirst()
        )?.payment_id);
  const conversationId =
    about.conversationId ??
    (paymentId === undefined
      ? undefined
      : (
          await db
            .selectFrom('payments')
            .select('conversation_id')
            .where('id', '=', paymentId)
            .executeTakeFirst()
        )?.conversation_id);
  if (conversationId === undefined) return undefined;
  return db
    .selectFrom('conversations')
    .select(['id', 'visitor_id', 'site_id'])
    .where('id', '=', conversationId)
    .executeTakeFirst();
}
