import type * as Asked from '../../protocol/payments.ts';
import type { PaymentHistory, SavedTemplates } from '../../protocol/sockets.ts';
import type { AgentActor } from '../people/agent-actor.ts';

/**
 * What agents may ask about payments, one function a request of the socket. The body has been parsed;
 * who may do what is decided inside. Each refuses by throwing `AppError`.
 */
export interface AgentPayments {
  request(agent: AgentActor, body: Asked.PaymentRequest): Promise<{ paymentId: string }>;
  edit(agent: AgentActor, body: Asked.PaymentEdit): Promise<{ revision: number }>;
  cancel(agent: AgentActor, body: Asked.PaymentRef): Promise<null>;
  approve(agent: AgentActor, body: Asked.PaymentRef): Promise<null>;
  return(agent: AgentActor, body: Asked.PaymentReturn): Promise<{ refundId: string }>;
  history(agent: AgentActor, body: Asked.PaymentRef): Promise<PaymentHistory>;
  list(agent: AgentActor, body: Asked.PaymentsList): Promise<Asked.PaymentsPage>;
  requestRefund(agent: AgentActor, body: Asked.RefundRequest): Promise<{ refundId: string }>;
  approveRefund(agent: AgentActor, body: Asked.RefundRef): Promise<null>;
  cancelRefund(agent: AgentActor, body: Asked.RefundRef): Promise<null>;
  listTemplates(agent: AgentActor, body: Asked.TemplatesList): Promise<SavedTemplates>;
  saveTemplate(agent: AgentActor, body: Asked.TemplateSave): Promise<{ templateId: string }>;
  deleteTemplate(agent: AgentActor, body: Asked.TemplateRef): Promise<null>;
}
