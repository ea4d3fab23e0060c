/** The agents' console: built files of this origin under a strict policy. */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import { consolePolicy } from './security-headers.ts';

export function addConsoleRoutes(
  app: FastifyInstance,
  options: { consoleDir: string; publicUrl: () => string },
): void {
  app.get('/', (_request, reply) => reply.redirect('/console/'));
  app.register(async (scope) => {
    scope.addHook('onRequest', async (_request, reply) => {
      reply.headers({
        'content-security-policy': consolePolicy(options.publicUrl()),
        'cross-origin-opener-policy': 'same-origin',
        'cross-origin-resource-policy': 'same-origin',
        'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
      });
    });
    await scope.register(fastifyStatic, {
      root: options.consoleDir,
      prefix: '/console/',
      redirect: true,
      preCompressed: true,
      cacheControl: false,
      setHeaders: (reply, path) => {
        // Built names carry a hash of their content; the page itself must always be asked for.
        const hashed = /[.-][\w-]{8,}\.(js|css|woff2|svg)(\.br|\.gz)?$/.test(path);
        reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
      },
    });
  });
}
