/** Serves Stripe.js and the documents of its two frames, each behind a policy of its own. */
import { readFile } from 'node:fs/promises';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { buildScript } from './browser-scripts.ts';

/** Frames may load their own script and style, and call the API; nothing else. */
const FRAME_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self' https://api.stripe.com",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

const FRAMES = ['payment-frame', 'challenge-frame'] as const;
const PAGES = new URL('./pages/', import.meta.url);

export async function registerPages(app: FastifyInstance): Promise<void> {
  const stripeJs = buildScript('stripe-js');
  for (const path of ['/v3', '/v3/', '/:train/stripe.js']) {
    app.get(path, (_request, reply) => sendScript(reply, stripeJs));
  }
  for (const frame of FRAMES) {
    const script = buildScript(frame);
    const html = await readFile(new URL(`${frame}.html`, PAGES), 'utf8');
    const css = await readFile(new URL(`${frame}.css`, PAGES), 'utf8');
    app.get(`/v3/${frame}.js`, (_request, reply) => sendScript(reply, script));
    app.get(`/v3/${frame}.css`, (_request, reply) => {
      asStatic(reply).type('text/css; charset=utf-8').send(css);
    });
    app.get(`/v3/${frame}.html`, (_request, reply) => {
      asStatic(reply)
        .header('Content-Security-Policy', FRAME_POLICY)
        .header('Referrer-Policy', 'no-referrer')
        .type('text/html; charset=utf-8')
        .send(html);
    });
  }
}

function sendScript(reply: FastifyReply, script: string): FastifyReply {
  return asStatic(reply).type('text/javascript; charset=utf-8').send(script);
}

/** Any page may load these, as it may load Stripe's; a restarted demo must not meet old ones. */
function asStatic(reply: FastifyReply): FastifyReply {
  return reply
    .header('Access-Control-Allow-Origin', '*')
    .header('Cross-Origin-Resource-Policy', 'cross-origin')
    .header('X-Content-Type-Options', 'nosniff')
    .header('Cache-Control', 'no-cache');
}
