/**
 * The signature under what this server and a merchant's backend tell each other [PAY-11]:
 * `t=<seconds>,v1=<hex>`, HMAC-SHA-256 over `<t>.<body>` with the secret that both hold. The same
 * form as Stripe's own webhooks, so that a merchant knows it already.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'bulkhead-signature';
/** Older, or further ahead, is a replay or a wrong clock. */
const TOLERANCE_S = 300;

const mac = (secret: string, seconds: string, body: string | Uint8Array) =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest();

/** @param at milliseconds since the epoch */
export function signBody(secret: string, body: string, at: number): string {
  const seconds = String(Math.floor(at / 1000));
  return `t=${seconds},v1=${mac(secret, seconds, body).toString('hex')}`;
}

export function isSignedBody(
  secret: string,
  header: string,
  body: Uint8Array,
  receivedAt: number,
): boolean {
  const [, seconds = '', given = ''] = /^t=(\d{1,12}),v1=([0-9a-f]{64})$/.exec(header) ?? [];
  if (given === '') return false;
  const isFresh = Math.abs(receivedAt / 1000 - Number(seconds)) <= TOLERANCE_S;
  return isFresh && timingSafeEqual(mac(secret, seconds, body), Buffer.from(given, 'hex'));
}
