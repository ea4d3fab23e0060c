/** What both sockets may ask about notices, and how both hear of them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Static, TSchema } from 'typebox';
import * as Asked from '../../protocol/incidents.ts';
import type { AgentRequests, VisitorRequests } from '../../protocol/sockets.ts';
import type { AgentActor } from '../deps.ts';
import type { AgentNotices, VisitorNotices } from '../notices/notices.ts';
import type { NoticeFacts } from '../notices/part.ts';
import { type Handlers, handle } from './dispatcher.ts';
import type { AgentSocket, Namespaces, VisitorSocket } from './namespaces.ts';

type NoticeRequests<Requests> = Pick<Requests, Extract<keyof Requests, `notice:${string}`>>;

const asAgent = <const Schema extends TSchema, Data>(
  schema: Schema,
  act: (agent: AgentActor, body: Static<Schema>) => Promise<Data>,
) => handle(schema, (socket: AgentSocket, body) => act(socket.data.agent, body));

export const agentNoticeHandlers = (
  notices: AgentNotices,
): Handlers<AgentSocket, NoticeRequests<AgentRequests>> => ({
  'notice:list': asAgent(Asked.NoticesList, notices.list),
  'notice:save': asAgent(Asked.NoticeSave, notices.save),
  'notice:discard': asAgent(Asked.NoticeRef, notices.discard),
  'notice:publish': asAgent(Asked.NoticePublish, notices.publish),
  'notice:update': asAgent(Asked.NoticeUpdateSend, notices.update),
  'notice:close': asAgent(Asked.NoticeRef, notices.close),
});

export const visitorNoticeHandlers = (
  notices: VisitorNotices,
): Handlers<VisitorSocket, NoticeRequests<VisitorRequests>> => ({
  'notice:check': handle(Asked.NoticeRef, ({ data }: VisitorSocket, body) =>
    notices.prove(data.visitor, body),
  ),
  'notice:dismiss': handle(Asked.NoticeRef, ({ data }: VisitorSocket, { noticeId }) => {
    notices.dismiss(data.visitor, noticeId);
    return null;
  }),
});

/** Sockets that are told in one go, so that many of them hold nobody else up. */
const AT_ONCE = 500;

export function createNoticeFacts({ visitors, agents }: Namespaces): NoticeFacts {
  async function tellSite(...[siteId, bannerFor]: Parameters<NoticeFacts['toVisitors']>) {
    let told = 0;
    for (const socket of [...visitors.sockets.values()]) {
      const { visitor } = socket.data;
      if (visitor.siteId !== siteId) continue;
      socket.emit('notice:changed', { notice: bannerFor(visitor.id) });
      if (++told % AT_ONCE === 0) await nextTurn();
    }
  }
  return {
    toVisitors: (siteId, bannerFor) => void tellSite(siteId, bannerFor),
    toVisitor: (visitorId, notice) => visitors.to(visitorId).emit('notice:changed', { notice }),
    toAgents: (view) => agents.emit('notice:changed', view),
  };
}
