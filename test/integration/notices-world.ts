/** A server with owners, other agents and visitors, and exposure reports that a test makes up. */
import type { Outcome } from '../../protocol/errors.ts';
import type { NoticeDraft, NoticeVerdict, NoticeView } from '../../protocol/incidents.ts';
import type { Affected } from '../../server/notices/exposures.ts';
import { ensureAgent } from '../../server/people/agents.ts';
import type { Database } from '../../server/store/store.ts';
import { systemRandom } from '../../server/world.ts';
import {
  type AgentClient,
  agentClient,
  granted,
  newClientId,
  type VisitorClient,
  visitorClient,
} from '../support/clients.ts';
import { type ServerOverrides, startServer, type TestServer } from '../support/server.ts';

export const EXPOSURE = 'ex_aaaaaaaaaaaaaaaa';
const PASSWORD = 'correct horse battery';

export interface Person extends VisitorClient {
  conversationId: string;
  visitorId: string;
}

export interface NoticesWorld {
  server: TestServer;
  owner: AgentClient;
  /** Has the stored report `EXPOSURE` name them too. */
  expose(...affected: Affected[]): Promise<void>;
  /** Signed in with that role. */
  agentWith(role: 'owner' | 'admin' | 'agent' | 'viewer'): Promise<AgentClient>;
  /** A visitor who has written once. */
  person(): Promise<Person>;
  draft(fields?: Partial<NoticeDraft>): NoticeDraft;
  save(fields?: Partial<NoticeDraft>): Promise<NoticeView>;
  publish(noticeId: string, tellAffected?: boolean): Promise<NoticeView>;
  /** The owner's view as it stands now. */
  view(noticeId: string): Promise<NoticeView>;
  /** A proof for this visitor's browser. */
  prove(visitor: VisitorClient, noticeId: string): Promise<string>;
  check(noticeId: string, proof: string, origin?: string): Promise<Response>;
  close(): Promise<void>;
}

export const affectedOf = (person: Person, fields: Partial<Affected> = {}): Affected => ({
  visitorId: person.visitorId,
  conversationId: person.conversationId,
  categories: ['messages', 'name'],
  firstAt: Date.UTC(2026, 10, 1, 9),
  lastAt: Date.UTC(2026, 10, 2, 17),
  ...fields,
});

export const verdictIn = async (response: Response): Promise<Outcome<NoticeVerdict>> =>
  (await response.json()) as Outcome<NoticeVerdict>;

/** A report that was asked for before, of nobody yet. */
const keepReport = (db: Database) =>
  db
    .insertInto('exposure_reports')
    .values({ id: EXPOSURE, asked_at: 0, asked_by: null, question: '{}', head: '{}', counts: '{}' })
    .onConflict((conflict) => conflict.doNothing())
    .execute();

export async function startNoticesWorld(overrides: ServerOverrides = {}): Promise<NoticesWorld> {
  const server = await startServer(overrides);
  const { db } = server.app.store;
  await keepReport(db);
  const owner = await agentClient(server.url);
  const clients: { close(): void }[] = [owner];
  let made = 0;

  const world: NoticesWorld = {
    server,
    owner,
    async expose(...affected) {
      const { length: known } = await db.selectFrom('exposed').select('position').execute();
      const rows = affected.map((one, at) => ({
        report_id: EXPOSURE,
        position: known + at,
        visitor_id: one.visitorId,
        conversation_id: one.conversationId,
        site_id: server.site.id,
        categories: JSON.stringify(one.categories),
        first_at: one.firstAt,
        last_at: one.lastAt,
        read_by: '[]',
      }));
      for (let from = 0; from < rows.length; from += 500)
        await db
          .insertInto('exposed')
          .values(rows.slice(from, from + 500))
          .execute();
    },
    async agentWith(role) {
      const email = `${role}${++made}@chat.example`;
      const maker = { db, random: systemRandom, now: Date.now() };
      const cost = { N: 2 ** 10, r: 8, p: 1 };
      await ensureAgent(maker, { email, name: role, password: PASSWORD, role, passwordCost: cost });
      const client = await agentClient(server.url, { email, password: PASSWORD });
      clients.push(client);
      return client;
    },
    async person() {
      const client = await visitorClient(server.url);
      clients.push(client);
      const message = { conversationId: null, clientId: newClientId(), text: 'Hello' };
      const { conversationId } = granted(await client.socket.emitWithAck('message:send', message));
      const row = await db
        .selectFrom('conversations')
        .select('visitor_id')
        .where('id', '=', conversationId)
        .executeTakeFirstOrThrow();
      return { ...client, conversationId, visitorId: row.visitor_id };
    },
    draft: (fields = {}) => ({
      exposureId: EXPOSURE,
      siteId: server.site.id,
      locale: 'en',
      title: 'Somebody read conversations',
      happened: 'An account of ours was used by somebody else.',
      when: 'From 1 to 2 November 2026.',
      information: 'What was written in the chat.',
      weDo: 'We have closed the account.',
      youCanDo: 'Be careful with letters that mention what you wrote.',
      discoveredAt: Date.now() - 3_600_000,
      banner: true,
      ...fields,
    }),
    save: async (fields) =>
      granted(
        await owner.socket.emitWithAck('notice:save', {
          noticeId: null,
          draft: world.draft(fields),
        }),
      ),
    publish: async (noticeId, tellAffected = false) =>
      granted(await owner.socket.emitWithAck('notice:publish', { noticeId, tellAffected })),
    async view(noticeId) {
      const { notices } = granted(await owner.socket.emitWithAck('notice:list', {}));
      const found = notices.find(({ id }) => id === noticeId);
      if (!found) throw new Error(`no notice ${noticeId}`);
      return found;
    },
    async prove(visitor, noticeId) {
      const { url } = granted(await visitor.socket.emitWithAck('notice:check', { noticeId }));
      return new URL(url).hash.slice(1);
    },
    check: (noticeId, proof, origin = server.url) =>
      fetch(`${server.url}/api/notices/${noticeId}/check`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin },
        body: JSON.stringify({ proof }),
      }),
    async close() {
      for (const client of clients) client.close();
      await server.close();
    },
  };
  return world;
}
