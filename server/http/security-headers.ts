/** Headers that every answer carries, and the console's own policy. */
import type { FastifyInstance } from 'fastify';

const TWO_YEARS_S = 63_072_000;

export function useSecurityHeaders(app: FastifyInstance, publicUrl: () => string): void {
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
    });
    if (publicUrl().startsWith('https:')) {
      reply.header('strict-transport-security', `max-age=${TWO_YEARS_S}; includeSubDomains`);
    }
  });
}

/**
 * The console runs its own files and nothing else, and makes HTML through DOMPurify's Trusted Types
 * policy alone. `'self'` covers a socket of the same origin only in newer browsers (CSP3), so the
 * `ws:` origin is named.
 */
export function consolePolicy(publicUrl: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${publicUrl.replace(/^http/, 'ws')}`,
    "font-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types dompurify',
  ].join('; ');
}
