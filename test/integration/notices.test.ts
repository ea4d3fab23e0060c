/** Notices: drafted, published, updated and closed by owners; read by everybody [NOTICE-1]. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NoticeChanged, NoticeDraft, NoticeView } from '../../protocol/incidents.ts';
import { collect, granted, visitorClient } from '../support/clients.ts';
import { affectedOf, type NoticesWorld, startNoticesWorld } from './notices-world.ts';

let world: NoticesWorld;
beforeEach(async () => {
  world = await startNoticesWorld();
});
afterEach(() => world.close());

const page = (noticeId: string) => fetch(`${world.server.url}/notices/${noticeId}`);
const code = (outcome: { ok: boolean; error?: { code: string } }) => outcome.error?.code;

describe('a draft', () => {
  it('is made, changed, counted and thrown away by an owner', async () => {
    const person = await world.person();
    await world.expose(affectedOf(person));
    const saved = await world.save({ exposureId: null });
    expect(saved).toMatchObject({ status: 'draft', publishedAt: null, updates: [] });
    expect(saved.affected).toEqual({ visitors: 0, conversations: 0, told: 0, telling: false });

    const changed = granted(
      await world.owner.socket.emitWithAck('notice:save', {
        noticeId: saved.id,
        draft: world.draft({ title: 'Another title' }),
      }),
    );
    expect(changed).toMatchObject({ id: saved.id, title: 'Another title' });
    expect(changed.affected).toMatchObject({ visitors: 1, conversations: 1 });

    granted(await world.owner.socket.emitWithAck('notice:discard', { noticeId: saved.id }));
    expect(granted(await world.owner.socket.emitWithAck('notice:list', {})).notices).toEqual([]);
    const gone = await world.owner.socket.emitWithAck('notice:discard', { noticeId: saved.id });
    expect(code(gone)).toBe('notice_unknown');
  });

  it('is seen by nobody outside, and by agents as a preview that says so', async () => {
    const { id } = await world.save();
    const unseen = await page(id);
    expect(unseen.status).toBe(404);
    expect(await unseen.text()).not.toContain('Somebody read');
    const visitor = await visitorClient(world.server.url);
    const refused = await visitor.socket.emitWithAck('notice:check', { noticeId: id });
    expect(code(refused)).toBe('notice_unknown');
    visitor.close();

    const preview = `${world.server.url}/api/agent/notices/${id}/preview`;
    expect((await fetch(preview)).status).toBe(401);
    const shown = await fetch(preview, { headers: { cookie: world.owner.cookie } });
    const text = await shown.text();
    expect(text).toContain('Somebody read conversations');
    expect(text).toContain('Nobody else sees this page yet');
    expect(text).toContain('1 hour ago');
  });

  it.each<[string, Partial<NoticeDraft>, string]>([
    ['a part of white space', { weDo: ' \n\u200b' }, 'notice_incomplete'],
    ['a discovery in the future', { discoveredAt: Date.now() + 600_000 }, 'notice_incomplete'],
    ['an unknown site', { siteId: 'st_unknownunknown00' }, 'site_unknown'],
    ['an unknown report', { exposureId: 'ex_unknownunknown00' }, 'exposure_unknown'],
    ['a language that is none', { locale: 'en-' }, 'bad_request'],
    ['a part of 4,001 characters', { happened: 'x'.repeat(4001) }, 'bad_request'],
  ])('is refused with %s', async (_what, fields, expected) => {
    const draft = world.draft(fields);
    const refused = await world.owner.socket.emitWithAck('notice:save', { noticeId: null, draft });
    expect(code(refused)).toBe(expected);
  });

  it('[CARD-2] keeps no card number, in no part of it', async () => {
    const number = '4242 4242 4242 4242';
    const { id } = await world.save({ title: `Of ${number}`, youCanDo: `Not ${number}` });
    await world.publish(id);
    const update = { noticeId: id, text: `Nor ${number}` };
    granted(await world.owner.socket.emitWithAck('notice:update', update));
    const text = await (await page(id)).text();
    expect(text).toContain('•••• 4242');
    expect(text).not.toContain(number);
  });
});

describe('roles', () => {
  it.each(['admin', 'agent', 'viewer'] as const)('%s reads, and changes nothing', async (role) => {
    const { id } = await world.save();
    const { socket } = await world.agentWith(role);
    const { notices } = granted(await socket.emitWithAck('notice:list', {}));
    expect(notices.map((notice) => notice.id)).toEqual([id]);
    const noticeId = id;
    const refused = await Promise.all([
      socket.emitWithAck('notice:save', { noticeId: null, draft: world.draft() }),
      socket.emitWithAck('notice:save', { noticeId, draft: world.draft() }),
      socket.emitWithAck('notice:publish', { noticeId, tellAffected: true }),
      socket.emitWithAck('notice:discard', { noticeId }),
      socket.emitWithAck('notice:update', { noticeId, text: 'x' }),
      socket.emitWithAck('notice:close', { noticeId }),
    ]);
    expect(refused.map(code)).toEqual(Array(6).fill('forbidden'));
    expect(await world.view(id)).toMatchObject({ status: 'draft' });
  });
});

describe('[NOTICE-1] a published notice', () => {
  it('has a page at its address that reads without a script', async () => {
    const { id } = await world.save({ discoveredAt: Date.now() - 26 * 3_600_000 });
    const { url } = await world.publish(id);
    expect(url).toBe(`${world.server.url}/notices/${id}`);
    const response = await fetch(url);
    const text = await response.text();
    expect(response.status).toBe(200);
    const { happened, when, information, weDo, youCanDo, title } = world.draft();
    for (const part of [title, happened, when, information, weDo, youCanDo]) {
      expect(text).toContain(part);
    }
    expect(text).toContain('1 day, 2 hours');
    expect(text).toContain('Lantern shop');
    expect(text).toContain('<html lang="en" dir="ltr">');
  });

  it('is written from right to left where its language is', async () => {
    const { id } = await world.save({ locale: 'ar-EG', title: 'قرأ شخص ما محادثات' });
    await world.publish(id);
    const text = await (await page(id)).text();
    expect(text).toContain('<html lang="ar" dir="rtl">');
    expect(text).toContain('ماذا حدث');
  });

  it('escapes what stands in it, and runs nothing but its own two files', async () => {
    const hostile = '"><script>alert(1)</script><img src=x onerror=alert(1)>';
    const { id } = await world.save({ title: hostile, happened: hostile });
    await world.publish(id);
    const response = await page(id);
    const text = await response.text();
    expect(text).not.toContain('<script>alert');
    expect(text).not.toContain('<img');
    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src ${world.server.url}/notices/check.js;`);
    expect(policy).not.toContain('unsafe');
    for (const name of ['check.js', 'page.css']) {
      const file = await fetch(`${world.server.url}/notices/${name}`);
      const bytes = new Uint8Array(await file.arrayBuffer());
      const hash = Buffer.from(await crypto.subtle.digest('SHA-384', bytes)).toString('base64');
      expect(text).toContain(`/notices/${name}" integrity="sha384-${hash}"`);
    }
  });

  it('keeps its words', async () => {
    const { id } = await world.save();
    await world.publish(id);
    const draft = world.draft({ title: 'Nothing happened' });
    const refused = await world.owner.socket.emitWithAck('notice:save', { noticeId: id, draft });
    expect(code(refused)).toBe('notice_published');
    const discarded = await world.owner.socket.emitWithAck('notice:discard', { noticeId: id });
    expect(code(discarded)).toBe('notice_published');
    expect(await (await page(id)).text()).not.toContain('Nothing happened');
  });

  it('is added to by dated updates, and closed once, its page staying', async () => {
    const { id } = await world.save();
    const early = await world.owner.socket.emitWithAck('notice:update', {
      noticeId: id,
      text: 'x',
    });
    expect(code(early)).toBe('notice_not_open');
    await world.publish(id);
    for (const text of ['We know more.', 'We know all.']) {
      granted(await world.owner.socket.emitWithAck('notice:update', { noticeId: id, text }));
    }
    const updated = await world.view(id);
    expect(updated.updates.map(({ text, by }) => [text, by])).toEqual([
      ['We know more.', 'Ada'],
      ['We know all.', 'Ada'],
    ]);
    const text = await (await page(id)).text();
    expect(text.indexOf('We know all.')).toBeLessThan(text.indexOf('We know more.'));
    expect(text).toContain(new Date(updated.updates[0]?.at ?? 0).toISOString());

    const closed = granted(await world.owner.socket.emitWithAck('notice:close', { noticeId: id }));
    const again = granted(await world.owner.socket.emitWithAck('notice:close', { noticeId: id }));
    expect(again).toEqual(closed);
    const late = await world.owner.socket.emitWithAck('notice:update', { noticeId: id, text: 'x' });
    expect(code(late)).toBe('notice_not_open');
    const reopened = { noticeId: id, tellAffected: true };
    expect(code(await world.owner.socket.emitWithAck('notice:publish', reopened))).toBe(
      'notice_not_open',
    );
    expect((await page(id)).status).toBe(200);
  });

  it('is published once, however often and at once it is asked for', async () => {
    await world.expose(affectedOf(await world.person()));
    const { id } = await world.save();
    const [one, two] = await Promise.all([world.publish(id), world.publish(id)]);
    expect(two).toEqual(one);
    expect(await world.publish(id)).toEqual(one);
    expect(one.affected).toMatchObject({ visitors: 1, conversations: 1 });
  });

  it('names those whom the report named when it was published', async () => {
    const { id } = await world.save();
    await world.expose(affectedOf(await world.person()), affectedOf(await world.person()));
    await world.expose({ ...affectedOf(await world.person()), conversationId: null });
    expect((await world.publish(id)).affected).toMatchObject({ visitors: 3, conversations: 2 });
  });

  it('[LEDGER-1] stands in the ledger, as do its updates and its closing', async () => {
    const { id } = await world.save();
    const noticeId = id;
    await world.publish(id);
    await world.publish(id);
    granted(await world.owner.socket.emitWithAck('notice:update', { noticeId, text: 'More.' }));
    granted(await world.owner.socket.emitWithAck('notice:close', { noticeId }));
    const lines = await world.server.app.store.db
      .selectFrom('ledger')
      .innerJoin('ledger_details', 'ledger_details.n', 'ledger.n')
      .select(['kind', 'agent_id', 'detail'])
      .where('kind', 'in', ['notice.published', 'notice.updated', 'notice.closed'])
      .orderBy('ledger.n')
      .execute();
    expect(lines.map(({ kind }) => kind)).toEqual([
      'notice.published',
      'notice.updated',
      'notice.closed',
    ]);
    for (const line of lines) {
      expect(line.agent_id).toBe(world.owner.identity.id);
      expect(JSON.parse(line.detail)).toMatchObject({ noticeId });
    }
  });

  it('is told to every agent', async () => {
    const colleague = await world.agentWith('agent');
    const facts = collect<NoticeView>(colleague.socket, 'notice:changed');
    const { id } = await world.save();
    await world.publish(id);
    await expect.poll(() => facts.map(({ status }) => status)).toEqual(['draft', 'published']);
  });

  it('has no page under an id that is none, or nobody’s', async () => {
    for (const id of ['nt_unknownunknown00', 'x', '..%2f']) {
      const response = await page(id);
      expect(response.status).toBe(404);
      expect(response.headers.get('content-type')).toContain('text/html');
    }
  });
});

describe('the banner', () => {
  const snapshot = async (visitor: Awaited<ReturnType<typeof visitorClient>>) =>
    granted(
      await visitor.socket.emitWithAck('conversation:sync', { conversationId: null, after: 0 }),
    );

  it('comes to who is there and to who comes, until it is closed', async () => {
    const here = await visitorClient(world.server.url);
    const facts = collect<NoticeChanged>(here.socket, 'notice:changed');
    expect(await snapshot(here)).not.toHaveProperty('notice');
    const { id, url, title } = await world.save();
    expect(facts).toEqual([]);
    await world.publish(id);
    await expect.poll(() => facts).toEqual([{ notice: { id, title, url } }]);
    const later = await visitorClient(world.server.url);
    expect(await snapshot(later)).toMatchObject({ notice: { id, title, url } });

    granted(await world.owner.socket.emitWithAck('notice:close', { noticeId: id }));
    await expect.poll(() => facts.at(-1)).toEqual({ notice: null });
    expect(await snapshot(later)).not.toHaveProperty('notice');
    for (const visitor of [here, later]) visitor.close();
  });

  it('is put away for one visitor, in all tabs and on the next page', async () => {
    const visitor = await visitorClient(world.server.url);
    const tab = await visitorClient(world.server.url, { token: visitor.token });
    const other = await visitorClient(world.server.url);
    const { id } = await world.save();
    await world.publish(id);
    const facts = collect<NoticeChanged>(tab.socket, 'notice:changed');
    granted(await visitor.socket.emitWithAck('notice:dismiss', { noticeId: id }));
    await expect.poll(() => facts).toEqual([{ notice: null }]);
    const next = await visitorClient(world.server.url, { token: visitor.token });
    expect(await snapshot(next)).not.toHaveProperty('notice');
    expect(await snapshot(other)).toHaveProperty('notice');

    // Another notice is shown to them again.
    const second = await world.save({ title: 'A second one' });
    await world.publish(second.id);
    await expect.poll(() => facts.at(-1)?.notice?.title).toBe('A second one');
    for (const client of [visitor, tab, other, next]) client.close();
  });

  it('is shown only where it is wanted', async () => {
    const { id } = await world.save({ banner: false });
    await world.publish(id);
    const visitor = await visitorClient(world.server.url);
    expect(await snapshot(visitor)).not.toHaveProperty('notice');
    visitor.close();
  });
});
