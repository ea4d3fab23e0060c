/** How a server answers a request, as PROTOCOL.md has it. */
export type Outcome<T = unknown> =
  | { ok: true; data: T }
  | { ok: false; error: { code: string; message: string; retryAfterMs?: number } };
