/**
 * The payments' HTTP face: two routes for a visitor's loader, by token and `Origin`, one for Stripe's
 * webhooks and one for those that a merchant's backend forwards. Each parses, finds out who asks and
 * calls one action.
 */
import type { FastifyInstance } from 'fastify';
import { PaymentOpenRequest } from '../../protocol/http.ts';
import { AppError, accept } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import type { Opening } from '../payments/open-payment.ts';
import type { PaymentActions } from '../payments/payments.ts';
import { SIGNATURE_HEADER } from '../payments/signed-body.ts';
import { authenticateVisitor } from '../people/authenticate-visitor.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { takesPayments } from '../sites/minting.ts';
import { addMerchantRoute, type MerchantRequest } from './merchant-route.ts';

/** Per address. Each costs a call to the provider, whose own limit all visitors share. */
const LOOKS_PER_MINUTE = 120;
/** Many times the size of any event about a payment. */
const WEBHOOK_MAX_BYTES = 262_144;

export function addPaymentRoutes(app: FastifyInstance, deps: Deps, actions: PaymentActions): void {
  const { take } = createRateLimiter(deps.shared, {
    name: 'payment-look',
    tries: LOOKS_PER_MINUTE,
    windowMs: 60_000,
  });
  addMerchantRoute<PaymentOpenRequest>(app, deps, {
    url: '/api/payments/open',
    schema: PaymentOpenRequest,
    limit: take,
    handle: async (given) =>
      actions.open({
        visitor: await whoPays(deps, given),
        address: given.request.ip,
        paymentId: given.body.paymentId,
      }),
  });
  addMerchantRoute<PaymentOpenRequest>(app, deps, {
    url: '/api/payments/refresh',
    schema: PaymentOpenRequest,
    limit: take,
    handle: async (given) => actions.refresh((await whoPays(deps, given)).id, given.body.paymentId),
  });
  app.post('/api/stripe/webhook', {
    bodyLimit: WEBHOOK_MAX_BYTES,
    config: { rawBody: true },
    handler: async ({ body, headers }) => {
      const signature = headers['stripe-signature'];
      if (!(body instanceof Uint8Array) || typeof signature !== 'string') {
        throw new AppError('signature_invalid');
      }
      await actions.receive({ body, signature });
      return accept(null);
    },
  });
  app.post('/api/payments/notice', {
    bodyLimit: WEBHOOK_MAX_BYTES,
    config: { rawBody: true },
    handler: async ({ body, headers }) => {
      const signature = headers[SIGNATURE_HEADER];
      const siteKey = headers['bulkhead-site'];
      const isComplete = typeof signature === 'string' && typeof siteKey === 'string';
      if (!(body instanceof Uint8Array) || !isComplete) throw new AppError('signature_invalid');
      await actions.receiveFrom(siteKey, { body, signature });
      return accept(null);
    },
  });
}

/** @throws AppError `payments_disabled`, `token_invalid`, `token_expired` */
async function whoPays(
  deps: Deps,
  { body, site }: MerchantRequest<PaymentOpenRequest>,
): Promise<Opening['visitor']> {
  const { visitorId } = await authenticateVisitor(deps, site, body.token);
  if (!takesPayments(deps.config, site)) throw new AppError('payments_disabled');
  const visitor = await deps.store.db
    .selectFrom('visitors')
    .select('name')
    .where('id', '=', visitorId)
    .executeTakeFirst();
  return { kind: 'visitor', id: visitorId, ...(visitor?.name && { name: visitor.name }) };
}
