/** [SYNC-1] What was committed, and told to nobody because the answer to it was lost. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { NoticeView } from '../../protocol/incidents.ts';
import type { StateStale } from '../../protocol/sockets.ts';
import { type AgentClient, collect, granted, postFromShop } from '../support/clients.ts';
import { type CutWire, startCutWire } from '../support/cut-wire.ts';
import { createDatabase, findWhyNoPostgres, type TestDatabase } from '../support/postgres.ts';
import { SHOP_ORIGIN } from '../support/server.ts';
import { type NoticesWorld, type Person, startNoticesWorld } from './notices-world.ts';

const PATIENCE = { timeout: 15_000 };
const why = await findWhyNoPostgres();

describe.skipIf(why)(`an answer of Postgres${why ? ` (${why})` : ''}`, () => {
  let database: TestDatabase;
  let wire: CutWire;
  let world: NoticesWorld;
  let person: Person;
  let owner: AgentClient;
  let said: StateStale[][];

  beforeAll(async () => {
    database = await createDatabase();
    wire = await startCutWire(new URL(database.url));
    world = await startNoticesWorld({ env: { DATABASE_URL: wire.url } });
    ({ owner } = world);
    person = await world.person();
    said = [person, owner].map(({ socket }) => collect<StateStale>(socket, 'state:stale'));
  });
  afterAll(async () => {
    await world.close();
    wire.close();
    await database.drop();
  });

  const isRefused = { ok: false, error: { code: 'unavailable' } };
  const report = (subject: string) =>
    postFromShop(`${world.server.url}/api/reports`, {
      site: world.server.site.publicKey,
      kind: 'script_refused',
      release: '1.4.0',
      subject,
      page: `${SHOP_ORIGIN}/cart`,
    });
  const incidents = async () =>
    granted(await owner.socket.emitWithAck('incidents:list', {})).incidents;

  /** `act` is refused since its answer was lost; everybody is told to look again. */
  async function isLost(act: () => Promise<unknown>): Promise<void> {
    for (const one of said) one.length = 0;
    expect(await act()).toMatchObject(isRefused);
    await vi.waitFor(() => {
      for (const one of said) expect(one.length).toBeGreaterThan(0);
    }, PATIENCE);
  }

  it('a read mark', async () => {
    const { conversationId } = person;
    await isLost(() => {
      wire.loseCommitOf('"agent_read_seq" =');
      return owner.socket.emitWithAck('read:mark', { conversationId, seq: 1 });
    });
    const { conversation } = granted(
      await owner.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }),
    );
    expect(conversation.unread).toBe(0);
  });

  it('what the page says of its visitor', async () => {
    await isLost(() => {
      wire.loseCommitOf('Grace of the page');
      return person.socket.emitWithAck('visitor:identify', { name: 'Grace of the page' });
    });
    const { conversationId } = person;
    const { conversation } = granted(
      await owner.socket.emitWithAck('conversation:sync', { conversationId, after: 0 }),
    );
    expect(conversation.visitor.name).toBe('Grace of the page');
  });

  it('a report, and an incident that is closed', async () => {
    await isLost(async () => {
      wire.loseCommitOf('chat.lost.js');
      return (await report('chat.lost.js')).json();
    });
    const [incident] = await incidents();
    expect(incident).toMatchObject({ subject: 'chat.lost.js', status: 'open' });
    await isLost(() => {
      wire.loseAnswerTo('update "incidents" set "status"');
      return owner.socket.emitWithAck('incident:close', { incidentId: incident?.id ?? '' });
    });
    expect(await incidents()).toMatchObject([{ status: 'closed' }]);
  });

  it('a notice that is saved, changed, discarded', async () => {
    const save = (title: string, noticeId: string | null) => () => {
      wire.loseAnswerTo(title);
      return owner.socket.emitWithAck('notice:save', { noticeId, draft: world.draft({ title }) });
    };
    const listed = async (): Promise<NoticeView[]> =>
      granted(await owner.socket.emitWithAck('notice:list', {})).notices;
    await isLost(save('A first title', null));
    const [made] = await listed();
    expect(made).toMatchObject({ title: 'A first title' });
    await isLost(save('Another title', made?.id ?? ''));
    expect(await listed()).toMatchObject([{ id: made?.id, title: 'Another title' }]);
    await isLost(() => {
      wire.loseCommitOf('delete from "notices"');
      return owner.socket.emitWithAck('notice:discard', { noticeId: made?.id ?? '' });
    });
    expect(await listed()).toEqual([]);
  });

  it('[NOTICE-1] [NOTICE-2] a notice that is published, told, added to and closed', async () => {
    await world.expose({
      visitorId: person.visitorId,
      conversationId: person.conversationId,
      categories: ['messages'],
      firstAt: 0,
      lastAt: 1,
    });
    const { id: noticeId } = await world.save();
    const synced = async () => {
      const body = { conversationId: null, after: 0 };
      return granted(await person.socket.emitWithAck('conversation:sync', body));
    };
    await isLost(() => {
      wire.loseCommitOf('update "notices" set');
      return owner.socket.emitWithAck('notice:publish', { noticeId, tellAffected: true });
    });
    // Nobody repeats it: the banner is up all the same, and the message comes.
    expect((await synced()).notice).toMatchObject({ id: noticeId });
    await vi.waitFor(async () => expect((await synced()).entries).toHaveLength(2), PATIENCE);

    await isLost(() => {
      wire.loseCommitOf('More is known now');
      return owner.socket.emitWithAck('notice:update', { noticeId, text: 'More is known now' });
    });
    expect(await world.view(noticeId)).toMatchObject({ updates: [{ text: 'More is known now' }] });
    await isLost(() => {
      wire.loseCommitOf('"closed_at" =');
      return owner.socket.emitWithAck('notice:close', { noticeId });
    });
    expect((await synced()).notice).toBeUndefined();
  });
});
