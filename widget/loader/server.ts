/** The chat server as the loader sees it: JSON bodies, no cookies, no referrer, refusals as values. */
import type { ReportKind } from '../../protocol/http.ts';
import { ANSWER_MS } from './limits.ts';
import { release } from './release.ts';
import { parse, type Shape, type Shaped } from './shape.ts';
import { REFUSAL } from './shapes.ts';
import { api, dataset, site } from './tag.ts';
import * as texts from './texts.ts';

export type Answer<Data> =
  | { data: Data; error?: never }
  | {
      data?: never;
      error: { code: string; message: string; retryAfterMs?: number | undefined };
    };

/** Never rejects. With a body it posts, as `text/plain`, which needs no preflight. */
const send = (url: string, body?: object): Promise<unknown> =>
  fetch(url, {
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    ...(body && { method: 'POST', body: JSON.stringify({ site, ...body }), keepalive: true }),
    signal: AbortSignal.timeout(ANSWER_MS),
  })
    .then((response) => response.json())
    .catch(() => {}); // Out of reach, or not JSON: no shape fits.

export const request = <const S extends Shape>(
  path: string,
  shape: S,
  body?: object,
): Promise<Answer<Shaped<S>>> =>
  send(`${api}/api/${path}`, body).then(
    (answer) =>
      parse(answer, { data: shape }) ??
      parse(answer, REFUSAL) ?? { error: { code: 'unavailable', message: texts.unavailable } },
  );

/**
 * What ran, and where: origin and path, since the query and the fragment are nobody else's business.
 */
export const place = (): { release: string; page: string } => ({
  release: release.version,
  page: (location.origin + location.pathname).slice(0, 500),
});

/** By kind and subject, so that each is told once and they are few. */
const reported: Record<string, unknown> = {};

/**
 * Tells the server, and whom the tag names, what went wrong on this page [REPORT-1] [REPORT-2]: never
 * content, and nothing twice.
 */
export function report(kind: ReportKind, subject?: string): void {
  reported[kind + subject] ||= [`${api}/api/reports`, dataset.report].map(
    (url) => url && send(url, { kind, subject, ...place() }),
  );
}
