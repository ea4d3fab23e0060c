/** Checks only the frame of an answer: what stands in it comes from the console's own server. */
import type { Refused } from '../../protocol/back-off.ts';
import { isErrorCode, type Outcome } from '../../protocol/errors.ts';

export function isOutcome<T>(value: unknown): value is Outcome<T> {
  const answer = (value ?? {}) as { ok?: unknown; data?: unknown; error?: { code?: unknown } };
  return answer.ok === true ? 'data' in answer : answer.ok === false && !!answer.error?.code;
}

/** @returns the refusal that a handshake met with, wherever Socket.IO put it; nothing for a lost one. */
export function refusalOf(error: Error): Refused | undefined {
  const { data } = error as { data?: Refused & { error?: Refused } };
  const said = [data, data?.error, { code: error.message }];
  return said.find((one) => isErrorCode(one?.code));
}
