/**
 * A `POST` from a merchant's page, by the loader. Nothing here is known by a cookie, so the answer
 * allows no credentials. The refusal of a wrong origin is readable by that origin too, so that a
 * merchant can see in words what is wrong with the tag; there is nothing in it to protect.
 */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { accept } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { requireSite } from '../people/authenticate-visitor.ts';
import type { Site } from '../sites/sites.ts';
import { createParser, requireProtocol } from '../validator.ts';
import { networkOf } from './network.ts';

export interface MerchantRequest<Body> {
  body: Body;
  /** The request's `Origin` is on its list. */
  site: Site;
  /** For the log, the address and the user agent. */
  request: FastifyRequest;
}

export interface MerchantRoute<Body> {
  url: string;
  /** Its `site` is the public key. */
  schema: TSchema;
  /** Before anything is looked up. Throws to refuse. Given the peer's network. */
  limit?: (network: string) => Promise<void>;
  handle(given: MerchantRequest<Body>): Promise<unknown>;
}

export function addMerchantRoute<Body extends { site: string }>(
  app: FastifyInstance,
  deps: Pick<Deps, 'store'>,
  { url, schema, limit, handle }: MerchantRoute<Body>,
): void {
  const parse = createParser(schema);
  app.post(url, {
    onRequest: async (request, reply) => {
      const { origin } = request.headers;
      reply.header('vary', 'Origin').header('cache-control', 'no-store');
      if (origin !== undefined && origin !== 'null') {
        reply.header('access-control-allow-origin', origin);
      }
      await limit?.(networkOf(request.ip));
    },
    handler: async (request) => {
      requireProtocol(request.body);
      const body = parse(request.body) as Body;
      const site = await requireSite(deps, body.site, request.headers.origin);
      return accept(await handle({ body, site, request }));
    },
  });
}
