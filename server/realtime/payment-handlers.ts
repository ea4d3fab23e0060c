/** What an agent's socket may ask about payments, each event bound to its action. */
import type { Static, TSchema } from 'typebox';
import * as Asked from '../../protocol/payments.ts';
import type { AgentRequests } from '../../protocol/sockets.ts';
import type { AgentPayments } from '../payments/agent-payments.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { type Handlers, handle } from './dispatcher.ts';
import type { AgentSocket } from './namespaces.ts';

type PaymentRequests = Pick<
  AgentRequests,
  Extract<keyof AgentRequests, `payment${string}` | `refund:${string}` | `template:${string}`>
>;

/** Who asks stands in the socket, since the handshake. */
const asAgent = <const Schema extends TSchema, Data>(
  schema: Schema,
  act: (agent: AgentActor, body: Static<Schema>) => Promise<Data>,
) => handle(schema, (socket: AgentSocket, body) => act(socket.data.agent, body));

export const paymentHandlers = (
  payments: AgentPayments,
): Handlers<AgentSocket, PaymentRequests> => ({
  'payment:request': asAgent(Asked.PaymentRequest, payments.request),
  'payment:edit': asAgent(Asked.PaymentEdit, payments.edit),
  'payment:cancel': asAgent(Asked.PaymentRef, payments.cancel),
  'payment:approve': asAgent(Asked.PaymentRef, payments.approve),
  'payment:return': asAgent(Asked.PaymentReturn, payments.return),
  'payment:history': asAgent(Asked.PaymentRef, payments.history),
  'payments:list': asAgent(Asked.PaymentsList, payments.list),
  'refund:request': asAgent(Asked.RefundRequest, payments.requestRefund),
  'refund:approve': asAgent(Asked.RefundRef, payments.approveRefund),
  'refund:cancel': asAgent(Asked.RefundRef, payments.cancelRefund),
  'template:list': asAgent(Asked.TemplatesList, payments.listTemplates),
  'template:save': asAgent(Asked.TemplateSave, payments.saveTemplate),
  'template:delete': asAgent(Asked.TemplateRef, payments.deleteTemplate),
});
