/** What both sockets may ask about notices, and how both hear of them. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Static, TSchema } from 'typebox';
import * as Asked from '../../protocol/incidents.ts';
import type { AgentRequests, VisitorRequests } from '../../protocol/sockets.ts';
import type { AgentNotices, VisitorNotices } from '../notices/notices.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import type { Logger } from '../world.ts';
import { type Handlers, handle } from './dispatcher.ts';
import {
  type AgentSocket,
  hasListeners,
  type Namespaces,
  type VisitorSocket,
} from './namespaces.ts';

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
  'notice:dismiss': handle(Asked.NoticeRef, async ({ data }: VisitorSocket, { noticeId }) => {
    await notices.dismiss(data.visitor, noticeId);
    return null;
  }),
});

/** Sockets that are told in one go, so that many of them hold nobody else up. */
const AT_ONCE = 100;

/** Tells visitors of this process which banner is theirs, as of now. */
export interface BannerFacts {
  ofSite(siteId: string): void;
  ofVisitor(visitor: { id: string; siteId: string }): void;
}

export function createBannerFacts(
  { visitors }: Pick<Namespaces, 'visitors'>,
  banners: () => Pick<VisitorNotices, 'load' | 'bannerFor'> | null,
  logger: Pick<Logger, 'error'>,
): BannerFacts {
  const failed = (err: unknown) => logger.error({ err }, 'a banner could not be told');

  async function tellSite(siteId: string): Promise<void> {
    await banners()?.load();
    const all = [...visitors.sockets.values()].filter(
      ({ data }) => data.visitor?.siteId === siteId,
    );
    for (let from = 0; from < all.length; from += AT_ONCE) {
      await Promise.all(all.slice(from, from + AT_ONCE).map(tellSocket));
      await nextTurn();
    }
  }
  async function tellSocket(socket: VisitorSocket): Promise<void> {
    const notice = (await banners()?.bannerFor(socket.data.visitor)) ?? null;
    socket.emit('notice:changed', { notice });
  }
  async function tellVisitor(visitor: { id: string; siteId: string }): Promise<void> {
    if (!hasListeners(visitors, visitor.id)) return;
    const notice = (await banners()?.bannerFor(visitor)) ?? null;
    visitors.to(visitor.id).emit('notice:changed', { notice });
  }
  return {
    ofSite: (siteId) => void tellSite(siteId).catch(failed),
    ofVisitor: (visitor) => void tellVisitor(visitor).catch(failed),
  };
}
