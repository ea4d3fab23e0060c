/** Sign-in, sign-out and who am I, for the console of this very origin [AUTH-4] [AUTH-5]. */
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { type AgentIdentity, SignInRequest } from '../../protocol/http.ts';
import { plainAddress } from '../address.ts';
import { AppError, accept } from '../app-error.ts';
import type { Deps } from '../deps.ts';
import { readAgentCookie, writeAgentCookie } from '../people/agent-cookie.ts';
import { closeAgentSession, requireAgentSession } from '../people/agent-sessions.ts';
import { type Agent, listAgents } from '../people/agents.ts';
import { createSignIn } from '../people/sign-in.ts';
import { takesPayments } from '../sites/minting.ts';
import { listSites } from '../sites/sites.ts';
import { createParser } from '../validator.ts';
import { networkOf } from './network.ts';

export interface AgentRoutesOptions {
  /** Ends every socket of that session. */
  onSignedOut(sessionId: string): void;
}

const parseSignIn = createParser(SignInRequest);

export function addAgentRoutes(
  app: FastifyInstance,
  deps: Deps,
  { onSignedOut }: AgentRoutesOptions,
): void {
  const signIn = createSignIn(deps);
  const sessionOf = (request: FastifyRequest) =>
    requireAgentSession(deps, readAgentCookie(request.headers.cookie, deps.publicUrl()));

  app.register(async (scope) => {
    scope.addHook('onRequest', async (request, reply) => {
      reply.header('cache-control', 'no-store');
      if (request.method !== 'GET' && request.headers.origin !== deps.publicUrl()) {
        throw new AppError('origin_not_allowed');
      }
    });

    scope.post('/api/agent/sign-in', async (request, reply) => {
      const { agent, sessionValue } = await signIn(parseSignIn(request.body), {
        network: networkOf(request.ip),
        address: plainAddress(request.ip),
      });
      reply.header('set-cookie', writeAgentCookie(sessionValue, deps.publicUrl()));
      request.log.info({ agentId: agent.id }, 'agent signed in');
      return accept(await identify(deps, agent));
    });

    scope.post('/api/agent/sign-out', async (request, reply) => {
      reply.header('set-cookie', writeAgentCookie(null, deps.publicUrl()));
      const session = await sessionOf(request).catch(() => null);
      if (session) {
        await closeAgentSession(deps, session.id);
        onSignedOut(session.id);
        await deps.ledger.record({
          kind: 'agent.signed_out',
          agentId: session.agent.id,
          detail: { ip: plainAddress(request.ip) },
        });
        request.log.info({ agentId: session.agent.id }, 'agent signed out');
      }
      return accept(null);
    });

    scope.get('/api/agent/me', async (request) =>
      accept(await identify(deps, (await sessionOf(request)).agent)),
    );
  });
}

/** Whether there is any use in the console's form. */
async function anyTakesPayments({ config, store }: Deps): Promise<boolean> {
  if (config.stripe !== null) return true;
  return (await listSites(store.db)).some((site) => takesPayments(config, site));
}

async function identify(deps: Deps, agent: Agent): Promise<AgentIdentity> {
  const others = (await listAgents(deps.store.db)).filter(({ id }) => id !== agent.id);
  return {
    id: agent.id,
    name: agent.name,
    email: agent.email,
    role: agent.role,
    colleagues: others.map(({ id, name }) => ({ id, name })),
    payments: await anyTakesPayments(deps),
    currency: deps.config.currency,
    sites: (await listSites(deps.store.db)).map((site) => ({ id: site.id, name: site.name })),
  };
}
