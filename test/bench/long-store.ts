/**
 * Stores with so many messages, made by bulk inserts into the store's own tables: conversations of
 * one length, so that what is read is the same however much stands around it.
 */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { findSiteByKey } from '../../server/sites/sites.ts';
import type { Database, PostgresStore, SqliteStore } from '../../server/store/store.ts';
import { SITE, settlePeople } from './people.ts';

export const CONVERSATION_LENGTH = 500;
const TEXT = 'Is the brass lantern in stock, and would it arrive before Friday?';
const STARTED_AT = Date.UTC(2026, 0, 1);
const ROWS_AT_ONCE = 500;

const newId = (kind: string) => `${kind}_${randomBytes(16).toString('base64url')}`;

/** @returns the ids of the conversations */
export async function fillStore(
  store: SqliteStore | PostgresStore,
  messages: number,
): Promise<string[]> {
  await settlePeople(store);
  const site = await findSiteByKey(store.db, SITE.key);
  if (!site) throw new Error('there is no site');
  const conversations = Array.from(
    { length: Math.max(1, Math.round(messages / CONVERSATION_LENGTH)) },
    () => ({ id: newId('cv'), visitorId: newId('vs') }),
  );
  await addConversations(store.db, site.id, conversations);
  if (store.kind === 'sqlite') fillSqlite(store, conversations);
  else await fillPostgres(store.db, conversations);
  return conversations.map(({ id }) => id);
}

interface Made {
  id: string;
  visitorId: string;
}

async function addConversations(db: Database, siteId: string, made: readonly Made[]) {
  const at = STARTED_AT;
  for (let from = 0; from < made.length; from += ROWS_AT_ONCE) {
    const some = made.slice(from, from + ROWS_AT_ONCE);
    await db
      .insertInto('visitors')
      .values(
        some.map(({ visitorId }) => ({
          id: visitorId,
          site_id: siteId,
          name: null,
          email: null,
          page: null,
          first_page: null,
          first_seen_at: at,
          locale: null,
          browser: null,
          created_at: at,
        })),
      )
      .execute();
    await db
      .insertInto('conversations')
      .values(
        some.map(({ id, visitorId }) => ({
          id,
          site_id: siteId,
          visitor_id: visitorId,
          status: 'open' as const,
          last_seq: CONVERSATION_LENGTH,
          assignee_id: null,
          visitor_read_seq: 0,
          agent_read_seq: 0,
          unread: 0,
          preview: TEXT,
          preview_by: 'visitor' as const,
          updated_at: at,
          created_at: at,
        })),
      )
      .execute();
  }
}

function fillSqlite({ sqlite }: SqliteStore, conversations: readonly Made[]): void {
  const insert = sqlite.prepare(
    `insert into entries (conversation_id, seq, at, type, author_kind, author_id, client_id, body)
     values (?, ?, ?, 'message', 'visitor', ?, ?, ?)`,
  );
  const body = JSON.stringify({ text: TEXT });
  sqlite.exec('pragma synchronous = off');
  sqlite.exec('begin');
  conversations.forEach(({ id, visitorId }, index) => {
    for (let seq = 1; seq <= CONVERSATION_LENGTH; seq++) {
      const clientId = randomBytes(16).toString('base64url');
      insert.run(id, seq, STARTED_AT + seq * 1000, visitorId, clientId, body);
    }
    if (index % 200 === 199) sqlite.exec('commit; begin');
  });
  sqlite.exec('commit');
  sqlite.exec('pragma synchronous = full; pragma wal_checkpoint(truncate); analyze');
}

/** Some conversations at a time: a statement has a minute, as all of the store's do. */
async function fillPostgres(db: Database, conversations: readonly Made[]): Promise<void> {
  const body = JSON.stringify({ text: TEXT });
  for (let from = 0; from < conversations.length; from += ROWS_AT_ONCE) {
    const ids = conversations.slice(from, from + ROWS_AT_ONCE).map(({ id }) => id);
    await sql`
      insert into entries
        (conversation_id, seq, at, type, author_kind, author_id, client_id, body)
      select c.id, n, ${STARTED_AT}::bigint + n * 1000, 'message', 'visitor', c.visitor_id,
             replace(gen_random_uuid()::text, '-', ''), ${body}
        from conversations c, generate_series(1, ${CONVERSATION_LENGTH}::int) n
       where c.id in (${sql.join(ids)})`.execute(db);
  }
  // As a store that has been at rest.
  await sql`vacuum (analyze) entries`.execute(db);
}
