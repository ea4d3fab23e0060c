/** Notices, incidents and erasures of one installation with two processes. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { IncidentSummary, NoticeChanged, NoticeView } from '../../protocol/incidents.ts';
import { createKeys } from '../../server/keys.ts';
import { createLedger } from '../../server/ledger/create-ledger.ts';
import { eraseVisitor } from '../../server/ledger/erase-visitor.ts';
import { ensureAgent } from '../../server/people/agents.ts';
import { systemClock, systemRandom } from '../../server/world.ts';
import {
  collect,
  connectAgent,
  cookieOf,
  granted,
  newClientId,
  postFromShop,
  requestSession,
  signIn,
  visitorClient,
} from '../support/clients.ts';
import {
  agentAt,
  findWhyNoCluster,
  type Member,
  PATIENCE,
  type Pair,
  PUBLIC_URL,
  startPair,
  UNHURRIED,
} from '../support/cluster.ts';
import { SHOP_ORIGIN, SITE_KEY } from '../support/server.ts';

vi.setConfig(UNHURRIED);
const whyNot = await findWhyNoCluster();

describe.skipIf(whyNot)(`two processes${whyNot ? ` (${whyNot})` : ''}`, () => {
  let cluster: Pair;
  let a: Member;
  let b: Member;
  beforeAll(async () => {
    cluster = await startPair();
    ({ a, b } = cluster);
  });
  afterAll(() => cluster.close());

  async function ownerAt(member: Member) {
    const owner = { email: 'owner@chat.example', password: 'correct horse battery' };
    const maker = { db: cluster.store.db, random: systemRandom, now: Date.now() };
    const passwordCost = { N: 2 ** 10, r: 8, p: 1 };
    await ensureAgent(maker, { ...owner, name: 'Olga', role: 'owner', passwordCost });
    const cookie = cookieOf(await signIn(member.url, owner, { origin: PUBLIC_URL }));
    return connectAgent(member.url, { cookie, origin: PUBLIC_URL });
  }

  it('[NOTICE-1] [NOTICE-2] show a notice to the visitors of both, put away once, proved once', async () => {
    const owner = await ownerAt(a);
    const tabAtA = await visitorClient(a.url);
    const tabAtB = await visitorClient(b.url, { token: tabAtA.token });
    const stranger = await visitorClient(b.url);
    const [atA, atB, others] = [tabAtA, tabAtB, stranger].map(({ socket }) =>
      collect<NoticeChanged>(socket, 'notice:changed'),
    ) as [NoticeChanged[], NoticeChanged[], NoticeChanged[]];
    const colleague = await agentAt(b);
    const views = collect<NoticeView>(colleague.socket, 'notice:changed');
    const draft = {
      exposureId: null,
      siteId: cluster.site.id,
      locale: 'en' as const,
      title: 'Somebody read conversations',
      happened: 'An account of ours was used by somebody else.',
      when: 'In November.',
      information: 'What was written in the chat.',
      weDo: 'We have closed the account.',
      youCanDo: 'Be careful with letters.',
      discoveredAt: Date.now() - 3_600_000,
      banner: true,
    };
    const { id: noticeId } = granted(
      await owner.emitWithAck('notice:save', { noticeId: null, draft }),
    );
    granted(await owner.emitWithAck('notice:publish', { noticeId, tellAffected: false }));
    await vi.waitFor(() => {
      for (const told of [atA, atB, others]) expect(told.at(-1)?.notice?.id).toBe(noticeId);
      expect(views.at(-1)).toMatchObject({ id: noticeId, status: 'published' });
    }, PATIENCE);

    granted(await tabAtB.socket.emitWithAck('notice:dismiss', { noticeId }));
    await vi.waitFor(() => expect(atA.at(-1)?.notice).toBeNull(), PATIENCE);
    expect(others.at(-1)?.notice?.id).toBe(noticeId);
    const next = await visitorClient(a.url, { token: tabAtA.token });
    const synced = { conversationId: null, after: 0 };
    expect(granted(await next.socket.emitWithAck('conversation:sync', synced)).notice).toBe(
      undefined,
    );

    const { url } = granted(await stranger.socket.emitWithAck('notice:check', { noticeId }));
    const proof = new URL(url).hash.slice(1);
    const codes = await Promise.all(
      [a, b, a].map(async (member) => {
        const response = await fetch(`${member.url}/api/notices/${noticeId}/check`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: PUBLIC_URL },
          body: JSON.stringify({ proof }),
        });
        const outcome = (await response.json()) as { ok: boolean; error?: { code: string } };
        return outcome.ok ? 'told' : outcome.error?.code;
      }),
    );
    expect(codes.toSorted()).toEqual(['proof_used', 'proof_used', 'told']);
    for (const client of [tabAtA, tabAtB, stranger, next]) client.close();
    owner.close();
    colleague.socket.close();
  });

  it('[REPORT-3] show an incident to the agents of both, counted together', async () => {
    const agents = [await agentAt(a), await agentAt(b)];
    const heard = agents.map(({ socket }) => collect<IncidentSummary>(socket, 'incident:changed'));
    for (const member of [a, b, a, b]) {
      await postFromShop(`${member.url}/api/reports`, {
        site: SITE_KEY,
        kind: 'script_refused',
        release: '1.4.0',
        subject: 'chat.1.js',
        page: `${SHOP_ORIGIN}/cart`,
      });
    }
    await vi.waitFor(() => {
      for (const summaries of heard) expect(summaries.at(-1)?.count).toBe(4);
    }, PATIENCE);
    for (const { socket } of agents) socket.close();
  });

  it('[LEDGER-4] let go of a visitor whom a command erased, wherever a tab of it is', async () => {
    const first = await visitorClient(a.url);
    const second = await visitorClient(b.url, { token: first.token });
    const stranger = await visitorClient(b.url);
    const message = { conversationId: null, clientId: newClientId(), text: 'I am Wilhelmina' };
    const { conversationId } = granted(await first.socket.emitWithAck('message:send', message));
    const { visitor_id: visitorId } = await cluster.store.db
      .selectFrom('conversations')
      .select('visitor_id')
      .where('id', '=', conversationId)
      .executeTakeFirstOrThrow();
    const ledger = createLedger({
      store: cluster.store,
      clock: systemClock,
      random: systemRandom,
      logger: { error() {}, warn() {} },
      key: createKeys('a secret of a command, which signs nothing').ledger,
      witnessUrl: null,
    });
    const gone = [first, second].map(({ socket }) =>
      vi.waitFor(() => expect(socket.connected).toBe(false), PATIENCE),
    );
    expect(await eraseVisitor({ store: cluster.store, ledger }, visitorId)).toBe(true);
    await Promise.all(gone);
    expect(stranger.socket.connected).toBe(true);
    for (const { url } of [a, b]) {
      expect(await requestSession(url, { token: first.token })).toMatchObject({
        error: { code: 'token_invalid' },
      });
    }
    await ledger.close();
    stranger.close();
  });

  it('[CARD-3] find a card number whose parts came through both', async () => {
    const first = await visitorClient(a.url);
    const tabs = [first, await visitorClient(b.url, { token: first.token })];
    for (const { socket } of tabs) {
      const message = { conversationId: null, clientId: newClientId(), text: '4242 4242' };
      granted(await socket.emitWithAck('message:send', message));
    }
    const rows = await cluster.store.db
      .selectFrom('entries')
      .select('body')
      .where('type', '=', 'message')
      .execute();
    expect(rows.map(({ body }) => body).join(' ')).not.toContain('4242');
    for (const tab of tabs) tab.close();
  });
});
