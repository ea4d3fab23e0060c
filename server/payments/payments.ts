/**
 * The payments of the server, put together: what `app.ts` wires to HTTP and to the agents' socket.
 * Where nobody can mint, each request is refused as `payments_disabled`; what happened stays to be
 * read.
 */
import type { Deps, Payments } from '../deps.ts';
import { keepingBooks } from './agent-books.ts';
import { approvePayment } from './approve-payment.ts';
import { createAttempts } from './attempts.ts';
import { cancelPayment } from './cancel-payment.ts';
import { editPayment } from './edit-payment.ts';
import { createGateways } from './gateways.ts';
import { createLook, type Looking } from './look.ts';
import { openPayment } from './open-payment.ts';
import { type PaymentActions, registerPaymentRoutes } from './payment-routes.ts';
import { type News, receiveNotice, receiveWebhook } from './receive-webhook.ts';
import { createReconciler } from './reconcile.ts';
import { refreshPayment } from './refresh-payment.ts';
import { requestPayment } from './request-payment.ts';
import { returnPayment } from './return-payment.ts';

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
    registerRoutes: (app) => registerPaymentRoutes(app, deps, actions),
    start: reconciler.start,
    close: reconciler.close,
  };
}
