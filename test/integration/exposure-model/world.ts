/**
 * A shop's three weeks: visitors come, write, leave or vanish, agents read, some visitors are erased,
 * the server is killed now and then. Everything goes through the ledger's own API under a clock that
 * the world owns; what really happened is written into `history`, which is all that the model reads.
 */
import { DATA_CATEGORIES, type DataCategory } from '../../../protocol/ledger.ts';
import { createKeys } from '../../../server/keys.ts';
import { createLedger } from '../../../server/ledger/create-ledger.ts';
import { eraseVisitor } from '../../../server/ledger/erase-visitor.ts';
import { listedEvent, readEvent } from '../../../server/ledger/readings.ts';
import { createAgent } from '../../../server/people/agents.ts';
import { createSite } from '../../../server/sites/sites.ts';
import type { Database } from '../../../server/store/store.ts';
import { systemRandom } from '../../../server/world.ts';
import { openTestStore, removeDataDir } from '../../support/data-dir.ts';
import { createRandom, type Random } from '../../support/random.ts';
import { makeDataDir } from '../../support/server.ts';

export interface Session {
  visitorId: string;
  siteId: string;
  release: string;
  at: number;
  /** When its socket left; null where the server never learned of it. */
  left: number | null;
}
export interface Gift {
  visitorId: string;
  siteId: string;
  conversationId: string | null;
  category: DataCategory;
  at: number;
  erasedAt: number;
}
export interface Read {
  agentId: string;
  ip: string;
  conversationId: string;
  visitorId: string;
  siteId: string;
  /** One instant, or a stretch that was received live. */
  from: number;
  to: number;
  preview: boolean;
}
export interface History {
  from: number;
  to: number;
  sessions: Session[];
  gifts: Gift[];
  reads: Read[];
  names: Map<string, string>;
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START = Date.UTC(2017, 8, 20);
const LENGTH = 21 * DAY;
export const RELEASES = ['1.0.0', '1.0.1', '1.1.0', '2.0.0-beta.1'];
export const ADDRESSES = ['192.0.2.1', '192.0.2.44', '198.51.100.7', '2001:db8::5'];

interface Person {
  id: string;
  siteId: string;
  conversationId: string | null;
  given: Map<DataCategory, Gift>;
}

export async function buildWorld(seed: number, sessions: number) {
  const random = createRandom(seed);
  const dataDir = await makeDataDir();
  const store = await openTestStore(dataDir);
  // Nothing here has to survive the loss of power.
  if (store.kind === 'sqlite') store.sqlite.exec('pragma synchronous = off');
  let now = START;
  const clock = { now: () => now };
  const keys = createKeys('a secret of the simulated shop, and long');
  const logger = { error() {}, warn() {} };
  const ledger = createLedger({
    ...{ store, clock, random: systemRandom, logger, key: keys.ledger },
    witnessUrl: null,
  });
  const history: History = {
    from: START,
    to: START + LENGTH,
    sessions: [],
    gifts: [],
    reads: [],
    names: new Map(),
  };
  const maker = { db: store.db, random: systemRandom, now: START };
  const passwordCost = { N: 2 ** 10, r: 8, p: 1 };
  const siteIds: string[] = [];
  for (const name of ['Lanterns', 'Ropes', 'Tides']) {
    siteIds.push((await createSite(maker, { name, allowedOrigins: ['https://a.example'] })).id);
  }
  for (const name of ['Ada', 'Bo', 'Cyd', 'Dee', 'Eli']) {
    const agent = await createAgent(maker, {
      ...{ name, email: `${name}@chat.example`, password: 'a long password', passwordCost },
    });
    history.names.set(agent.id, name);
  }
  const agentIds = [...history.names.keys()];

  const people: Person[] = [];
  const open: Session[] = [];
  /** Lines of the ledger by session, once they are written. */
  const lines = new Map<Session, number>();
  let writing: Promise<unknown>[] = [];
  let talkers: Person[] = [];
  const say = (written: Promise<unknown>) => void writing.push(written);

  async function settle(): Promise<void> {
    await Promise.all(writing);
    writing = [];
    await insertConversations(store.db, talkers, now);
    talkers = [];
  }

  function someone(): Person {
    if (people.length > 0 && random.below(3) === 0) return random.pick(people);
    const id = `vs_visitor${String(people.length).padStart(12, '0')}`;
    const person = { id, siteId: random.pick(siteIds), conversationId: null, given: new Map() };
    people.push(person);
    return person;
  }

  function give(person: Person, category: DataCategory): void {
    const { id: visitorId, siteId, conversationId } = person;
    say(ledger.given({ id: visitorId, siteId, conversationId }, category));
    if (person.given.has(category)) return;
    const gift = { visitorId, siteId, conversationId, category, at: now };
    const kept = { ...gift, erasedAt: Number.POSITIVE_INFINITY };
    person.given.set(category, kept);
    history.gifts.push(kept);
  }

  function come(person: Person): void {
    const { id: visitorId, siteId, conversationId } = person;
    const release = RELEASES[Math.min(RELEASES.length - 1, Math.floor(random.below(9) / 2))] ?? '';
    const session: Session = { visitorId, siteId, release, at: now, left: null };
    history.sessions.push(session);
    open.push(session);
    const detail = { page: 'https://a.example/' };
    const event = { kind: 'session.opened', visitorId, siteId, conversationId, release } as const;
    say(ledger.record({ ...event, detail }).then((n) => lines.set(session, n)));
  }

  async function leave(session: Session): Promise<void> {
    open.splice(open.indexOf(session), 1);
    const { visitorId, siteId, release } = session;
    if (!lines.has(session)) await settle();
    const opened = lines.get(session);
    session.left = now;
    say(ledger.record({ kind: 'session.closed', visitorId, siteId, release, detail: { opened } }));
  }

  /** As the server does with a long visit: another session, and the end of the one before. */
  async function renew(session: Session): Promise<void> {
    const { visitorId, siteId, release } = session;
    const next: Session = { visitorId, siteId, release, at: now, left: null };
    history.sessions.push(next);
    open.push(next);
    const event = { kind: 'session.opened', visitorId, siteId, release } as const;
    say(ledger.record(event).then((n) => lines.set(next, n)));
    await leave(session);
  }

  function write(person: Person): void {
    if (person.conversationId === null) {
      person.conversationId = person.id.replace(/^vs_/, 'cv_');
      talkers.push(person);
    }
    give(person, 'messages');
    for (const category of DATA_CATEGORIES) if (random.below(4) === 0) give(person, category);
  }

  function read(random: Random): void {
    const person = random.pick(people);
    const { conversationId, id: visitorId, siteId } = person;
    if (conversationId === null) return;
    const [agentId, ip] = [random.pick(agentIds), random.pick(ADDRESSES)];
    const of = { agentId, ip, conversationId, visitorId, siteId };
    const isLive = random.below(3) === 0;
    const since = isLive ? now - random.below(MINUTE) : now;
    const stretch = { firstSeq: 1, lastSeq: 4, ...(isLive && { since, live: true as const }) };
    say(ledger.record(readEvent(of, { id: conversationId, visitorId, siteId }, stretch)));
    history.reads.push({ ...of, from: since, to: now, preview: false });
  }

  function list(random: Random): void {
    const shown = new Set(Array.from({ length: 1 + random.below(30) }, () => random.pick(people)));
    const known = [...shown].filter(({ conversationId }) => conversationId !== null);
    const [agentId, ip] = [random.pick(agentIds), random.pick(ADDRESSES)];
    const since = now - random.below(MINUTE);
    const conversationIds = known.map(({ conversationId }) => conversationId ?? '');
    const where = random.pick(['conversations', 'payments', 'payments.csv'] as const);
    say(ledger.record(listedEvent({ agentId, ip }, { list: where, conversationIds, since })));
    for (const { conversationId, id: visitorId, siteId } of known) {
      const of = { agentId, ip, conversationId: conversationId ?? '', visitorId, siteId };
      history.reads.push({ ...of, from: since, to: now, preview: true });
    }
  }

  async function erase(person: Person): Promise<void> {
    await settle();
    await eraseVisitor({ store, ledger }, person.id);
    for (const gift of person.given.values()) gift.erasedAt = now;
    person.given.clear();
    ledger.forget(person.id);
  }

  const step = LENGTH / (sessions * 4);
  for (let made = 0; made < sessions; ) {
    // Never twice at one instant: which of two came first would be a matter of taste.
    now += 1 + random.below(2 * step);
    for (const session of open.filter(({ at }) => at + DAY / 2 < now)) await renew(session);
    const dice = random.below(100);
    if (dice < 25) {
      const person = someone();
      come(person);
      made++;
      if (random.below(2) === 0) {
        now += 1;
        write(person);
      }
    } else if (dice < 47) {
      if (open.length > 0) await leave(random.pick(open));
    } else if (dice < 60 && people.length > 0) write(random.pick(people));
    else if (dice < 85 && people.length > 0) read(random);
    else if (dice < 90 && people.length > 0) list(random);
    else if (dice === 99 && random.below(8) === 0 && people.length > 0) {
      const erased = random.pick(people);
      if (erased.conversationId !== null) await erase(erased);
    } else if (dice === 98 && random.below(40) === 0) {
      // Killed: nobody learns when those who were there left.
      open.length = 0;
    }
    if (writing.length > 1000) await settle();
  }
  await settle();
  now = START + LENGTH + 2 * DAY;

  return {
    history,
    siteIds,
    agentIds,
    deps: { store, ledger, clock, random: systemRandom },
    async close() {
      await ledger.close();
      await store.close();
      await removeDataDir(dataDir);
    },
  };
}
export type World = Awaited<ReturnType<typeof buildWorld>>;

async function insertConversations(
  db: Database,
  people: readonly Person[],
  at: number,
): Promise<void> {
  const nothing = { name: null, email: null, page: null, first_page: null, locale: null };
  await db.transaction().execute(async (tx) => {
    for (const { id, siteId, conversationId } of people) {
      const visitor = { id, site_id: siteId, ...nothing, browser: null };
      await tx
        .insertInto('visitors')
        .values({ ...visitor, first_seen_at: at, created_at: at })
        .execute();
      await tx
        .insertInto('conversations')
        .values({
          ...{ id: conversationId ?? '', site_id: siteId, visitor_id: id, status: 'open' },
          ...{ last_seq: 0, assignee_id: null, visitor_read_seq: 0, agent_read_seq: 0, unread: 0 },
          ...{ preview: '', preview_by: 'system', updated_at: at, created_at: at },
        })
        .execute();
    }
  });
}
