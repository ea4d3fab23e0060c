/**
 * The public pages of notices, the check of a visitor's proof, and the owner's preview. The page has
 * no third party, no inline script and no form; its policy names its own two files.
 */
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Id } from '../../protocol/entries.ts';
import { NoticeCheck } from '../../protocol/incidents.ts';
import { AppError, accept } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { renderMissing, renderNotice } from '../notices/notice-page.ts';
import { viewOf } from '../notices/notice-rows.ts';
import type { Notices } from '../notices/notices.ts';
import {
  CSS_PATH,
  readPageFiles,
  SCRIPT_PATH,
  type ServedPageFiles,
} from '../notices/page-files.ts';
import { requireNotice } from '../notices/part.ts';
import { readAgentCookie } from '../people/agent-cookie.ts';
import { requireAgentSession } from '../people/agent-sessions.ts';
import { createRateLimiter } from '../rate-limiter.ts';
import { findSite } from '../sites/sites.ts';
import { createParser } from '../validator.ts';
import { networkOf } from './network.ts';

const MINUTE_MS = 60_000;
/** Every verdict is padded to this, longer than any can be: its length says nothing [NOTICE-3]. */
export const VERDICT_BYTES = 320;

type ById = { Params: { id: string } };
const parseCheck = createParser(NoticeCheck);
const parseId = createParser(Id);

export function addNoticeRoutes(app: FastifyInstance, deps: Deps, notices: Notices): void {
  const perAddress = createRateLimiter(deps.shared, {
    name: 'notice-check',
    tries: deps.config.limits.noticeChecksPerMinute,
    windowMs: MINUTE_MS,
  });
  app.register(async (scope) => {
    const files = await readPageFiles();
    scope.get(CSS_PATH, (_request, reply) => sendFile(reply, 'text/css', files.cssText));
    scope.get(SCRIPT_PATH, (_request, reply) =>
      sendFile(reply, 'text/javascript', files.scriptText),
    );

    scope.get<ById>('/notices/:id', async ({ params }, reply) => {
      const page = await render(deps, files, params.id, false);
      return sendPage(reply, deps.publicUrl(), page);
    });

    scope.get<ById>('/api/agent/notices/:id/preview', async (request, reply) => {
      const cookie = readAgentCookie(request.headers.cookie, deps.publicUrl());
      await requireAgentSession(deps, cookie);
      const page = await render(deps, files, request.params.id, true);
      return sendPage(reply, deps.publicUrl(), page);
    });

    scope.post<ById>('/api/notices/:id/check', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (request.headers.origin !== deps.publicUrl()) throw new AppError('origin_not_allowed');
      await perAddress.take(networkOf(request.ip));
      const { proof } = parseCheck(request.body);
      const verdict = await notices.check(request.params.id, proof);
      return reply
        .header('content-type', 'application/json; charset=utf-8')
        .send(JSON.stringify(accept(verdict)).padEnd(VERDICT_BYTES));
    });
  });
}

interface Page {
  status: 200 | 404;
  markup: string;
}

async function render(
  { store, clock, publicUrl }: Deps,
  files: ServedPageFiles,
  id: string,
  withDrafts: boolean,
): Promise<Page> {
  try {
    const row = await requireNotice(store.db, parseId(id));
    if (row.status === 'draft' && !withDrafts) throw new AppError('notice_unknown');
    const [notice, site] = await Promise.all([
      viewOf(store.db, row, publicUrl()),
      findSite(store.db, row.site_id),
    ]);
    const now = clock.now();
    return {
      status: 200,
      markup: renderNotice({ notice, siteName: site?.name ?? '', now, files }),
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { status: 404, markup: renderMissing('en', files) };
  }
}

function sendPage(reply: FastifyReply, ownOrigin: string, { status, markup }: Page): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'content-security-policy': pagePolicy(ownOrigin),
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    })
    .send(markup);
}

const pagePolicy = (ownOrigin: string): string =>
  [
    "default-src 'none'",
    `script-src ${ownOrigin}${SCRIPT_PATH}`,
    `style-src ${ownOrigin}${CSS_PATH}`,
    `connect-src ${ownOrigin}/api/notices/`,
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');

const sendFile = (reply: FastifyReply, type: string, text: string): FastifyReply =>
  reply
    .headers({
      'content-type': `${type}; charset=utf-8`,
      'cache-control': 'no-cache',
      'cross-origin-resource-policy': 'same-origin',
    })
    .send(text);
