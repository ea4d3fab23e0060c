/** Sign-in, and questions to the ledger, over HTTP, same origin. The session itself is a cookie that no script can read [AUTH-4]. */
import { type Outcome, refuse } from '../../protocol/errors.ts';
import type { AgentIdentity, SignInRequest } from '../../protocol/http.ts';
import type { ExposureReport, ExposureSummary } from '../../protocol/ledger.ts';
import type { ReportsApi } from '../models/exposure.ts';
import type { AgentApi } from '../models/session.ts';
import { isOutcome } from './outcome.ts';

const ANSWER_TIMEOUT_MS = 10_000;
/** A question about months of a busy ledger. */
const REPORT_TIMEOUT_MS = 120_000;
const UNREACHABLE = 'The server cannot be reached. Check your connection and try again.';

async function call<T>(
  method: string,
  path: string,
  body?: object,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<Outcome<T>> {
  try {
    const response = await fetch(path, {
      method,
      credentials: 'same-origin',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    const answer: unknown = await response.json();
    if (isOutcome<T>(answer)) return answer;
  } catch {
    // No connection, no answer in time, or not JSON: the same to whoever asked.
  }
  return { ok: false, error: { ...refuse('unavailable').error, message: UNREACHABLE } };
}

export const agentApi: AgentApi = {
  me: () => call<AgentIdentity>('GET', '/api/agent/me'),
  signIn: (email, password) =>
    call<AgentIdentity>('POST', '/api/agent/sign-in', {
      email,
      password,
    } satisfies SignInRequest),
  signOut: () => call<null>('POST', '/api/agent/sign-out'),
};

export const reportsApi: ReportsApi = {
  ask: (question) =>
    call<ExposureReport>('POST', '/api/agent/exposure', question, REPORT_TIMEOUT_MS),
  list: () => call<ExposureSummary[]>('GET', '/api/agent/exposure'),
  read: (reportId) => call<ExposureReport>('GET', `/api/agent/exposure/${reportId}`),
};
