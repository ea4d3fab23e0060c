/** A conversation as it begins: Vera, on the lantern's page, asks, and an agent is signed in. */
import {
  type AgentClient,
  agentClient,
  say,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { SHOP_ORIGIN } from '../support/server.ts';

export const QUESTION = 'Is the lantern in stock?';
export const PAGE = `${SHOP_ORIGIN}/lantern`;

export interface Talk {
  visitor: VisitorClient;
  agent: AgentClient;
  conversationId: string;
}

export async function beginTalk(url: string): Promise<Talk> {
  const visitor = await visitorClient(url, {
    session: { page: PAGE, locale: 'en-GB', identity: { name: 'Vera' } },
  });
  const agent = await agentClient(url);
  const { conversationId } = await say(visitor, QUESTION);
  return { visitor, agent, conversationId };
}
