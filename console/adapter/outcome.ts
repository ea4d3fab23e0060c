/** Checks only the frame of an answer: what stands in it comes from the console's own server. */
import { isErrorCode, type Outcome } from '../../protocol/errors.ts';

export function isOutcome<T>(value: unknown): value is Outcome<T> {
  const answer = (value ?? {}) as { ok?: unknown; data?: unknown; error?: { code?: unknown } };
  return answer.ok === true ? 'data' in answer : answer.ok === false && !!answer.error?.code;
}

/** @returns the code that a refused handshake carries, wherever Socket.IO put it. */
export function refusalCode(error: Error): string | undefined {
  const { data } = error as { data?: { code?: unknown; error?: { code?: unknown } } };
  return [data?.code, data?.error?.code, error.message].find(isErrorCode);
}
