/** The part of `AgentPayments` that is about money already asked for: the books, and giving back. */

import type { Deps } from '../deps.ts';
import type { AgentPayments } from './agent-payments.ts';
import { approveRefund, cancelRefund } from './decide-refund.ts';
import type { Gateways } from './gateways.ts';
import { listPayments } from './list-payments.ts';
import type { Look } from './look.ts';
import { readHistory } from './payment-history.ts';
import { requestRefund } from './request-refund.ts';
import { livemodeOf } from './summaries.ts';
import { deleteTemplate, listTemplates, saveTemplate } from './templates.ts';

type Reading = Pick<AgentPayments, 'list' | 'history' | 'listTemplates'>;
type Refunding = Pick<AgentPayments, 'requestRefund' | 'approveRefund' | 'cancelRefund'>;
type Templating = Pick<AgentPayments, 'saveTemplate' | 'deleteTemplate'>;

/** Also without a provider: what happened stays to be read. */
export function readingBooks(deps: Deps): Reading {
  const livemode = livemodeOf(deps.config);
  return {
    list: (_agent, body) => listPayments(deps.store.db, body, livemode),
    history: (_agent, { paymentId }) => readHistory(deps.store.db, paymentId, livemode),
    listTemplates: () => listTemplates(deps),
  };
}

export const keepingBooks = (
  deps: Deps,
  gateways: Gateways,
  look: Look,
): Reading & Refunding & Templating => ({
  ...readingBooks(deps),
  requestRefund: (agent, body) => requestRefund({ deps, gateways, look }, agent, body),
  approveRefund: (agent, body) => approveRefund({ deps, gateways, look }, agent, body),
  cancelRefund: (agent, body) => cancelRefund(deps, agent, body),
  saveTemplate: (agent, body) => saveTemplate(deps, agent, body),
  deleteTemplate: (agent, body) => deleteTemplate(deps, agent, body),
});
