/** Idempotency keys: the first answer is kept and given again (docs.stripe.com/api/idempotent_requests). */
import { idempotencyMismatch } from './api-error.ts';

export interface Answer {
  status: number;
  body: unknown;
}

export interface IdempotencyStore {
  /** Throws `idempotency_error` when the key was used for another request. */
  recall(key: string, fingerprint: string): Answer | undefined;
  remember(key: string, fingerprint: string, answer: Answer): void;
  /** As Stripe does after a day. */
  forget(): void;
}

export function createIdempotencyStore(): IdempotencyStore {
  const answers = new Map<string, { fingerprint: string; json: string; status: number }>();
  return {
    recall(key, fingerprint) {
      const kept = answers.get(key);
      if (!kept) return undefined;
      if (kept.fingerprint !== fingerprint) throw idempotencyMismatch(key);
      return { status: kept.status, body: JSON.parse(kept.json) };
    },
    remember(key, fingerprint, { status, body }) {
      // Refused before it began (validation, authentication): not kept, as with Stripe.
      if (status >= 400 && status !== 402 && status < 500) return;
      answers.set(key, { fingerprint, json: JSON.stringify(body), status });
    },
    forget: () => answers.clear(),
  };
}
