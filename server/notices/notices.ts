/** Notices, put together: what `app.ts` wires to HTTP and to both sockets [NOTICE-1]. */
import type * as Wire from '../../protocol/incidents.ts';
import type { AgentActor } from '../people/agent-actor.ts';
import { type Banners, createBanners } from './banners.ts';
import { checkAffected, grantProof } from './check-affected.ts';
import { discardNotice } from './discard-notice.ts';
import { listNotices } from './notice-rows.ts';
import type { NoticePart } from './part.ts';
import { createProofs } from './proofs.ts';
import { type Publishing, publishNotice } from './publish-notice.ts';
import { saveNotice } from './save-notice.ts';
import { createTeller } from './tell-affected.ts';
import { closeNotice, updateNotice } from './update-notice.ts';

/** One function a request of the agents' socket. Each refuses by throwing `AppError`. */
export interface AgentNotices {
  list(): Promise<Wire.NoticesListed>;
  save(agent: AgentActor, body: Wire.NoticeSave): Promise<Wire.NoticeView>;
  discard(agent: AgentActor, body: Wire.NoticeRef): Promise<null>;
  publish(agent: AgentActor, body: Wire.NoticePublish): Promise<Wire.NoticeView>;
  update(agent: AgentActor, body: Wire.NoticeUpdateSend): Promise<Wire.NoticeView>;
  close(agent: AgentActor, body: Wire.NoticeRef): Promise<Wire.NoticeView>;
}

interface Visitor {
  id: string;
  siteId: string;
}
export interface VisitorNotices extends Pick<Banners, 'bannerFor' | 'dismiss' | 'load'> {
  prove(visitor: Visitor, body: Wire.NoticeRef): Promise<Wire.NoticeProof>;
}

export interface Notices {
  agents: AgentNotices;
  visitors: VisitorNotices;
  /** By the page of a notice, for whoever holds a proof. */
  check(noticeId: string, proof: string): Promise<Wire.NoticeVerdict>;
  /**
   * Reads what is open, and goes on telling what was cut short: at the start, and whenever something
   * may have been published of which this process did not hear.
   */
  catchUp(): Promise<void>;
  close(): Promise<void>;
}

export function createNotices(part: NoticePart): Notices {
  const { deps } = part;
  const banners = createBanners(part);
  const proofs = createProofs(deps);
  const teller = createTeller(part);
  const publishing: Publishing = { part, banners, teller };
  // Publishing takes a while, and a draft must not move under it.
  const inTurn = <T>(noticeId: string | null, run: () => Promise<T>): Promise<T> =>
    noticeId === null ? run() : deps.turns.take(noticeId, run);
  return {
    agents: {
      list: async () => ({ notices: await listNotices(deps.store.db, deps.publicUrl()) }),
      save: (agent, body) => inTurn(body.noticeId, () => saveNotice(part, agent, body)),
      discard: (agent, body) => inTurn(body.noticeId, () => discardNotice(part, agent, body)),
      publish: (agent, body) => inTurn(body.noticeId, () => publishNotice(publishing, agent, body)),
      update: (agent, body) => inTurn(body.noticeId, () => updateNotice(part, agent, body)),
      close: (agent, body) => inTurn(body.noticeId, () => closeNotice(part, banners, agent, body)),
    },
    visitors: {
      load: banners.load,
      bannerFor: banners.bannerFor,
      dismiss: banners.dismiss,
      prove: (visitor, body) => grantProof(part, proofs, visitor, body),
    },
    check: (noticeId, proof) => checkAffected(part, proofs, noticeId, proof),
    async catchUp() {
      await banners.load();
      teller.wake();
    },
    close: teller.close,
  };
}
