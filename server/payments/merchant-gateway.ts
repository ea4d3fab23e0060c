/**
 * Payment intents that the merchant's own backend makes [PAY-11]: signed, timestamped, idempotent
 * requests to one address, answered with Stripe's own objects. So this server holds no Stripe key at
 * all. docs/payments.md has the merchant's side in some thirty lines.
 */
import { AppError } from '../app-error.ts';
import type { MerchantAccess } from '../sites/minting.ts';
import type { Clock } from '../world.ts';
import { decidingDispute, fromRefund, REFUND_METADATA } from './books.ts';
import {
  badAnswer,
  readDisputes,
  readIntent,
  readRefund,
  readRefunds,
  readWarnings,
} from './merchant-objects.ts';
import { intentKey, intentMetadata, type PaymentGateway, toProviderIntent } from './provider.ts';
import { SIGNATURE_HEADER, signBody } from './signed-body.ts';

/** As with Stripe: two tries fit into the time that an agent waits [SEND-5]. */
const TIMEOUT_MS = 4000;
const TRIES = 2;
const ANSWER_MAX_BYTES = 262_144;

/** What is asked; `key` makes a repeated one harmless. Field names are Stripe's. */
type MerchantRequest =
  | {
      action: 'intent.create';
      key: string;
      amount: number;
      currency: string;
      description: string;
      receipt_email: string | null;
      metadata: Record<string, string>;
    }
  | { action: 'intent.retrieve'; intent: string }
  | { action: 'intent.cancel'; intent: string; reason: string }
  | {
      action: 'refund.create';
      key: string;
      intent: string;
      amount: number;
      reason: string;
      metadata: Record<string, string>;
    }
  | { action: 'refund.list' | 'dispute.list' | 'warning.list'; intent: string };

export function createMerchantGateway(
  access: MerchantAccess,
  clock: Pick<Clock, 'now'>,
): PaymentGateway {
  const ask = (request: MerchantRequest) => askTwice(access, clock, request);

  return {
    async createIntent(order) {
      const answer = await ask({
        action: 'intent.create',
        key: intentKey(order),
        amount: order.amountMinor,
        currency: order.currency.toLowerCase(),
        description: order.description,
        receipt_email: order.receiptEmail,
        metadata: intentMetadata(order),
      });
      return toProviderIntent(readIntent(answer, order));
    },
    // Its backend is never heard to have stored a fault, so this is never asked.
    findIntent: async () => null,
    async retrieveIntent(intent) {
      const answer = await ask({ action: 'intent.retrieve', intent: intent.intentId });
      return toProviderIntent(readIntent(answer, intent));
    },
    async cancelIntent(intent, reason) {
      const answer = await ask({ action: 'intent.cancel', intent: intent.intentId, reason });
      return toProviderIntent(readIntent(answer, intent));
    },
    async createRefund(order) {
      const { refundId, paymentId, intentId, amountMinor, reason } = order;
      const answer = await ask({
        action: 'refund.create',
        key: `rf:${refundId}`,
        intent: intentId,
        amount: amountMinor,
        reason,
        metadata: { [REFUND_METADATA]: refundId, payment_id: paymentId },
      });
      return fromRefund(readRefund(answer, order));
    },
    listRefunds: async (intent) =>
      readRefunds(await ask({ action: 'refund.list', intent }), intent).map(fromRefund),
    findDispute: async (intent) =>
      decidingDispute(readDisputes(await ask({ action: 'dispute.list', intent }), intent)),
    hasFraudWarning: async (intent) =>
      readWarnings(await ask({ action: 'warning.list', intent }), intent).length > 0,
  };
}

async function askTwice(
  access: MerchantAccess,
  clock: Pick<Clock, 'now'>,
  request: MerchantRequest,
): Promise<unknown> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await askOnce(access, clock, request);
    } catch (error) {
      const isUnknown = error instanceof AppError && error.code === 'provider_unreachable';
      if (!isUnknown || left === 0) throw error;
    }
  }
}

/** Only a plain refusal says that nothing happened; whatever else goes wrong leaves that open. */
async function askOnce(
  { url, secret }: MerchantAccess,
  clock: Pick<Clock, 'now'>,
  request: MerchantRequest,
): Promise<unknown> {
  const body = JSON.stringify({ version: 1, ...request });
  let status: number;
  let text: string;
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      headers: {
        'content-type': 'application/json',
        [SIGNATURE_HEADER]: signBody(secret, body, clock.now()),
        ...('key' in request && { 'idempotency-key': request.key }),
      },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    status = response.status;
    text = await readCapped(response);
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unreachable('did not answer');
  }
  if (status >= 400 && status < 500 && ![408, 409, 425, 429].includes(status)) {
    throw badAnswer(`refused with ${status}`);
  }
  if (status !== 200) throw unreachable(`answered with ${status}`);
  try {
    return JSON.parse(text);
  } catch {
    throw badAnswer('answered with no JSON');
  }
}

const unreachable = (what: string) =>
  new AppError('provider_unreachable', { cause: new Error(`the merchant's backend ${what}`) });

async function readCapped({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > ANSWER_MAX_BYTES) throw badAnswer('answered too much');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
