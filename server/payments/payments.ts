/**
 * The payments of the server, put together: what `app.ts` wires to HTTP and to the agents' socket.
 * Where nobody can mint, each request is refused as `payments_disabled`; what happened stays to be
 * read.
 */

import type { PaymentOpenGrant, PaymentRefreshed } from '../../protocol/http.ts';
import type { Deps } from '../deps.ts';
import { keepingBooks } from './agent-books.ts';
import type { AgentPayments } from './agent-payments.ts';
import { approvePayment } from './approve-payment.ts';
import { createAttempts } from './attempts.ts';
import { cancelPayment } from './cancel-payment.ts';
import { editPayment } from './edit-payment.ts';
import { createGateways } from './gateways.ts';
import { createLook, type Looking } from './look.ts';
import { type Opening, openPayment } from './open-payment.ts';
import { type News, type Notice, receiveNotice, receiveWebhook } from './receive-webhook.ts';
import { createReconciler } from './reconcile.ts';
import { refreshPayment } from './refresh-payment.ts';
import { requestPayment } from './request-payment.ts';
import { returnPayment } from './return-payment.ts';

/** What comes over HTTP: from a visitor's loader, from the provider, from a merchant's backend. */
export interface PaymentActions {
  open(opening: Opening): Promise<PaymentOpenGrant>;
  refresh(visitorId: string, paymentId: string): Promise<PaymentRefreshed>;
  /** Resolves once the notice is durable. */
  receive(notice: Notice): Promise<void>;
  /** The same, from the backend of a merchant who mints. */
  receiveFrom(siteKey: string, notice: Notice): Promise<void>;
}

export interface Payments {
  agents: AgentPayments;
  actions: PaymentActions;
  /** Begins reconciling in the background, once the server listens. */
  start(): void;
  /** Ends background work; resolves when nothing of it still touches the store. */
  close(): Promise<void>;
}

export function createPayments(deps: Deps): Payments {
  const looking: Looking = {
    deps,
    gateways: createGateways(deps),
    turns: deps.turns,
    attempts: createAttempts(deps.shared, deps.config.limits.paymentTriesPerHour),
  };
  const look = createLook(looking);
  const reconciler = createReconciler(deps, look);
  // Not waited for: who told it is answered as soon as nothing can be lost.
  const lookSoon = (news: News | null) => {
    if (news === null) return;
    const { paymentId, createdAt } = news;
    reconciler.lookSoon(paymentId, () => {
      if (createdAt === null) return;
      deps.meters.webhookLag.observe(Math.max(0, deps.clock.now() - createdAt) / 1000);
    });
  };
  const actions: PaymentActions = {
    open: (opening) => openPayment(looking, opening),
    refresh: (visitorId, paymentId) => refreshPayment(deps, look, visitorId, paymentId),
    receive: async (notice) =>
      lookSoon(await receiveWebhook(deps, looking.gateways.stripe, notice)),
    receiveFrom: async (siteKey, notice) => lookSoon(await receiveNotice(deps, siteKey, notice)),
  };
  return {
    agents: {
      ...keepingBooks(deps, looking.gateways, look),
      request: (agent, body) => requestPayment(deps, look, agent, body),
      edit: (agent, body) => editPayment(looking, agent, body),
      cancel: (agent, body) => cancelPayment(looking, agent, body),
      return: (agent, body) => returnPayment(looking, look, agent, body),
      approve: (agent, body) => approvePayment(looking, agent, body),
    },
    actions,
    start: reconciler.start,
    close: reconciler.close,
  };
}
