/** Telling the affected, once each, and answering each of them alone [NOTICE-2] [NOTICE-3]. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { granted, newClientId, visitorClient } from '../support/clients.ts';
import { makeDataDir, type TestClock, testClock } from '../support/server.ts';
import {
  affectedOf,
  type NoticesWorld,
  type Person,
  startNoticesWorld,
  verdictIn,
} from './notices-world.ts';

let world: NoticesWorld;
let clock: TestClock;
beforeEach(async () => {
  clock = testClock();
  world = await startNoticesWorld({ clock });
});
afterEach(() => world.close());

const told = async ({ conversationId }: Person, of = world) => {
  const { entries } = await of.server.app.deps.log.read({ conversationId });
  return entries.filter(({ type, author }) => type === 'message' && author.kind === 'system');
};
const settled = (id: string, of = world) =>
  expect.poll(async () => (await of.view(id)).affected, { timeout: 15_000 });
const stateOf = ({ conversationId }: Person) =>
  world.server.app.store.db
    .selectFrom('conversations')
    .select(['status', 'unread', 'assignee_id'])
    .where('id', '=', conversationId)
    .executeTakeFirstOrThrow();

describe('telling the affected', () => {
  it('appends one message to each of their conversations, and to no other', async () => {
    const [one, two, other] = [await world.person(), await world.person(), await world.person()];
    await world.expose(affectedOf(one), affectedOf(two));
    const { id, url } = await world.save();
    await world.publish(id, true);
    await settled(id).toEqual({ visitors: 2, conversations: 2, told: 2, telling: false });
    for (const person of [one, two]) {
      const [message, ...more] = await told(person);
      expect(more).toEqual([]);
      expect(message).toMatchObject({ author: { kind: 'system', name: 'Lantern shop' } });
      expect(message).toMatchObject({ text: expect.stringContaining(url) });
    }
    expect(await told(other)).toEqual([]);
  });

  it('happens only when it is asked for, and may be asked for later', async () => {
    const person = await world.person();
    await world.expose(affectedOf(person));
    const { id } = await world.save();
    await world.publish(id);
    expect(await told(person)).toEqual([]);
    await world.publish(id, true);
    await settled(id).toMatchObject({ told: 1, telling: false });
    await world.publish(id, true);
    await settled(id).toMatchObject({ told: 1, telling: false });
    expect(await told(person)).toHaveLength(1);
  });

  it('reopens nothing that was resolved, and counts as nothing unread for agents', async () => {
    const person = await world.person();
    const { conversationId } = person;
    granted(await world.owner.socket.emitWithAck('conversation:resolve', { conversationId }));
    const before = await stateOf(person);
    expect(before.status).toBe('resolved');
    await world.expose(affectedOf(person));
    const { id } = await world.save();
    await world.publish(id, true);
    await settled(id).toMatchObject({ told: 1 });
    expect(await stateOf(person)).toEqual(before);
  });

  it('tells nobody twice when the note of it was lost between', async () => {
    const people = [await world.person(), await world.person(), await world.person()];
    await world.expose(...people.map((person) => affectedOf(person)));
    const { id } = await world.save();
    await world.publish(id, true);
    await settled(id).toMatchObject({ told: 3, telling: false });
    // As a crash leaves it after the messages were written and before they were noted.
    const { db } = world.server.app.store;
    await db.updateTable('notice_affected').set({ told_at: null }).execute();
    await db.updateTable('notices').set({ told: 0, telling: 1 }).execute();
    await world.publish(id, true);
    await settled(id).toMatchObject({ told: 3, telling: false });
    for (const person of people) expect(await told(person)).toHaveLength(1);
  });

  it('goes on after a restart', async () => {
    const dataDir = await makeDataDir();
    const before = await startNoticesWorld({ dataDir });
    const person = await before.person();
    await before.expose(affectedOf(person));
    const { id } = await before.save();
    await before.publish(id);
    // As if it had stopped right after it was asked to tell.
    await before.server.app.store.db.updateTable('notices').set({ telling: 1 }).execute();
    await before.close();
    const after = await startNoticesWorld({ dataDir });
    await settled(id, after).toMatchObject({ told: 1, telling: false });
    expect(await told(person, after)).toHaveLength(1);
    await after.close();
  });

  it('cannot be kept away by who guesses what it will be called', async () => {
    const person = await world.person();
    await world.expose(affectedOf(person));
    const { id } = await world.save();
    const clientId = `notice-${id}`;
    const guess = { conversationId: person.conversationId, clientId, text: 'Mine' };
    granted(await world.owner.socket.emitWithAck('message:send', guess));
    await world.publish(id, true);
    await settled(id).toMatchObject({ told: 1 });
    expect(await told(person)).toHaveLength(1);
  });

  it('passes over a conversation that is no longer there', async () => {
    const person = await world.person();
    const gone = { ...affectedOf(person), visitorId: 'vs_gonegonegonegone0' };
    await world.expose({ ...gone, conversationId: 'cv_gonegonegonegone0' }, affectedOf(person));
    const { id } = await world.save();
    await world.publish(id, true);
    await settled(id).toEqual({ visitors: 2, conversations: 2, told: 1, telling: false });
  });

  it('holds nobody else’s message up, however many there are to tell', async () => {
    const person = await world.person();
    const { db } = world.server.app.store;
    const { visitor_id: _, ...like } = await db
      .selectFrom('conversations')
      .selectAll()
      .where('id', '=', person.conversationId)
      .executeTakeFirstOrThrow();
    const visitor = await db
      .selectFrom('visitors')
      .selectAll()
      .where('id', '=', person.visitorId)
      .executeTakeFirstOrThrow();
    const ids = Array.from({ length: 3000 }, (_none, at) => String(at).padStart(16, '0'));
    for (let from = 0; from < ids.length; from += 500) {
      const some = ids.slice(from, from + 500);
      await db
        .insertInto('visitors')
        .values(some.map((id) => ({ ...visitor, id: `vs_${id}` })))
        .execute();
      await db
        .insertInto('conversations')
        .values(some.map((id) => ({ ...like, id: `cv_${id}`, visitor_id: `vs_${id}` })))
        .execute();
    }
    const all = ids.map((id) => ({ visitorId: `vs_${id}`, conversationId: `cv_${id}` }));
    await world.expose(...all.map((one) => affectedOf({ ...person, ...one })));
    const { id } = await world.save();
    await world.publish(id, true);
    const message = { conversationId: null, clientId: newClientId(), text: 'And I?' };
    granted(await person.socket.emitWithAck('message:send', message));
    // It was answered in between, not behind all of them.
    expect((await world.view(id)).affected.told).toBeLessThan(3000);
    await expect
      .poll(async () => (await world.view(id)).affected, { timeout: 60_000 })
      .toMatchObject({ told: 3000, telling: false });
    const { count } = await db
      .selectFrom('entries')
      .select(({ fn }) => fn.countAll<number>().as('count'))
      .where('author_kind', '=', 'system')
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(3000);
  }, 90_000);
});

describe('[NOTICE-2] a visitor’s check', () => {
  let one: Person;
  let other: Person;
  let id: string;
  beforeEach(async () => {
    [one, other] = [await world.person(), await world.person()];
    await world.expose(affectedOf(one, { categories: ['email', 'messages'] }));
    ({ id } = await world.save());
    await world.publish(id);
  });

  it('is answered for the visitor who asked for the proof', async () => {
    const response = await world.check(id, await world.prove(one, id));
    expect(granted(await verdictIn(response))).toEqual({
      affected: true,
      categories: ['email', 'messages'],
      firstAt: Date.UTC(2026, 10, 1, 9),
      lastAt: Date.UTC(2026, 10, 2, 17),
    });
    const none = await world.check(id, await world.prove(other, id));
    expect(granted(await verdictIn(none))).toEqual({
      affected: false,
      categories: [],
      firstAt: null,
      lastAt: null,
    });
  });

  it('is also answered to somebody who has never written, and after it was closed', async () => {
    granted(await world.owner.socket.emitWithAck('notice:close', { noticeId: id }));
    const silent = await visitorClient(world.server.url);
    const response = await world.check(id, await world.prove(silent, id));
    expect(granted(await verdictIn(response))).toMatchObject({ affected: false });
    silent.close();
  });

  it('[NOTICE-3] has one form and one length, affected or not', async () => {
    const yes = await world.check(id, await world.prove(one, id));
    const no = await world.check(id, await world.prove(other, id));
    const names = (response: Response) => [...response.headers.keys()].sort();
    expect(names(no)).toEqual(names(yes));
    const [a, b] = [await yes.text(), await no.text()];
    expect(b.length).toBe(a.length);
    expect(Buffer.byteLength(b)).toBe(Buffer.byteLength(a));
    const keys = (text: string) => Object.keys(JSON.parse(text).data);
    expect(keys(b)).toEqual(keys(a));
  });

  it('is good once', async () => {
    const proof = await world.prove(one, id);
    granted(await verdictIn(await world.check(id, proof)));
    const again = await world.check(id, proof);
    expect(again.status).toBe(401);
    expect(await verdictIn(again)).toMatchObject({ error: { code: 'proof_used' } });
  });

  it('is good for ten minutes', async () => {
    const [early, late] = [await world.prove(one, id), await world.prove(one, id)];
    clock.advance(590_000);
    granted(await verdictIn(await world.check(id, early)));
    clock.advance(20_000);
    expect(await verdictIn(await world.check(id, late))).toMatchObject({
      error: { code: 'proof_expired' },
    });
  });

  it('is good for its own notice alone, and not used up elsewhere', async () => {
    const second = await world.save({ exposureId: null });
    await world.publish(second.id);
    const proof = await world.prove(one, id);
    expect(await verdictIn(await world.check(second.id, proof))).toMatchObject({
      error: { code: 'proof_invalid' },
    });
    granted(await verdictIn(await world.check(id, proof)));
  });

  it('is not answered to what was forged', async () => {
    const proof = await world.prove(other, id);
    const [content = '', mac = ''] = proof.split('.');
    const claims = JSON.parse(Buffer.from(content, 'base64url').toString());
    const forged = Buffer.from(JSON.stringify({ ...claims, visitorId: one.visitorId })).toString(
      'base64url',
    );
    const ticketLike = world.server.app.deps.keys.sign('ticket', forged);
    for (const attempt of [
      `${forged}.${mac}`,
      `${forged}.${ticketLike}`,
      `${content}.`,
      `${proof}.${mac}`,
      content,
      '',
      'x',
    ]) {
      const response = await world.check(id, attempt);
      expect(await verdictIn(response)).toMatchObject({ error: { code: 'proof_invalid' } });
    }
  });

  it('ends with the server that granted it', async () => {
    const dataDir = await makeDataDir();
    const first = await startNoticesWorld({ dataDir });
    const notice = await first.save({ exposureId: null });
    await first.publish(notice.id);
    const visitor = await visitorClient(first.server.url);
    const proof = await first.prove(visitor, notice.id);
    visitor.close();
    await first.close();
    const second = await startNoticesWorld({ dataDir });
    expect(await verdictIn(await second.check(notice.id, proof))).toMatchObject({
      error: { code: 'proof_expired' },
    });
    await second.close();
  });

  it('is not asked by another page, nor without a proof, nor too often', async () => {
    const elsewhere = await world.check(id, await world.prove(one, id), 'https://shop.example');
    expect(await verdictIn(elsewhere)).toMatchObject({ error: { code: 'origin_not_allowed' } });
    const bare = await fetch(`${world.server.url}/api/notices/${id}/check`, {
      method: 'POST',
      headers: { origin: world.server.url },
      body: '{}',
    });
    expect(bare.status).toBe(400);
    let last = bare;
    for (let tries = 0; tries < 31; tries++) last = await world.check(id, 'x');
    expect(last.status).toBe(429);
    expect(last.headers.get('retry-after')).toMatch(/^\d+$/);
  });

  it('has no proof in any log of the server', async () => {
    const proof = await world.prove(one, id);
    await world.check(id, proof);
    await fetch(`${world.server.url}/notices/${id}`);
    expect(world.server.logged()).not.toContain(proof.slice(0, 40));
  });
});
