/** One signed `POST` of an alert. Throws where it was not taken; who called it tries again later. */
import { isHttpsAddress } from '../https-address.ts';
import { SIGNATURE_HEADER, signBody } from '../payments/signed-body.ts';

const TIMEOUT_MS = 5000;

export interface Webhook {
  url: string;
  secret: string;
}

/** @param now milliseconds since the epoch; stands in the signature */
export async function postWebhook(
  { url, secret }: Webhook,
  body: string,
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<void> {
  // Checked when it was set; an address in the database may have come in another way.
  if (!isHttpsAddress(url)) throw new Error('the address is not https');
  const response = await fetch(url, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      [SIGNATURE_HEADER]: signBody(secret, body, now),
    },
    body,
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  });
  // What it says is nobody's business; the connection is free again.
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the receiver answered with ${response.status}`);
}
