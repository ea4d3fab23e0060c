/**
 * The widget's files [REL-1]. A version never changes, nor does a bootstrap, so a browser may keep
 * them for ever; the manifest says which there are, `current.json` which one is in force, and the log
 * how that came about [REL-7]. Readable by any origin: `integrity` needs CORS, and there is nothing to
 * hide.
 */
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { AppError } from '../app-error.ts';
import type { Config } from '../config.ts';
import { embedRoot } from '../sites/release-files.ts';

const IMMUTABLE = 'public, max-age=31536000, immutable';
/** A minute is how long news may take; past it nobody goes on with an old answer. */
const NEWS = 'public, max-age=60, must-revalidate';
const MANIFEST = 'public, max-age=60';
const CORS = {
  'access-control-allow-origin': '*',
  'cross-origin-resource-policy': 'cross-origin',
};
const LISTS: readonly (readonly [name: string, type: string, cacheControl: string])[] = [
  ['manifest.json', 'application/json; charset=utf-8', MANIFEST],
  ['current.json', 'application/json; charset=utf-8', NEWS],
  ['keys.json', 'application/json; charset=utf-8', MANIFEST],
  ['releases.jsonl', 'application/jsonl; charset=utf-8', NEWS],
];

export function addEmbedRoutes(
  app: FastifyInstance,
  places: Pick<Config, 'embedDir' | 'releasesDir'>,
): void {
  app.register(async (scope) => {
    await scope.register(fastifyStatic, {
      root: places.embedDir,
      serve: false,
      preCompressed: true,
    });
    const send = (reply: FastifyReply, file: string, cacheControl: string) =>
      reply
        .headers(CORS)
        .header('cache-control', cacheControl)
        .sendFile(file, embedRoot(places), { cacheControl: false });

    for (const [name, type, cacheControl] of LISTS) {
      scope.get(`/embed/${name}`, (_request, reply) => send(reply.type(type), name, cacheControl));
    }
    scope.get<{ Params: { file: string } }>('/embed/:file', async (request, reply) => {
      const { file } = request.params;
      if (!/^bootstrap\.[0-9a-f]{10}\.js$/.test(file)) throw new AppError('not_found');
      return send(reply, file, IMMUTABLE);
    });
    scope.get<{ Params: { version: string; file: string } }>(
      '/embed/:version/:file',
      async (request, reply) => {
        const { version, file } = request.params;
        if (!/^\d+\.\d+\.\d+(-[a-z0-9.]+)?$/.test(version) || !/^[\w-]+(\.[\w-]+)+$/.test(file)) {
          throw new AppError('not_found');
        }
        return send(reply, `${version}/${file}`, IMMUTABLE);
      },
    );
  });
}
