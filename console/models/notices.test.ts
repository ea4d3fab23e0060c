import { beforeEach, describe, expect, it } from 'vitest';
import { type Outcome, refuse } from '../../protocol/errors.ts';
import type { NoticeDraft, NoticeView } from '../../protocol/incidents.ts';
import { exposureReport } from '../../test/support/exposure-samples.ts';
import { createFakeLink, type FakeLink } from '../../test/support/fake-agent-link.ts';
import { draftFrom, hasGaps } from './notice-template.ts';
import { createNotices, type Notices } from './notices.ts';

const SITE = { id: 'st_aaaaaaaaaaaaaaaa', name: 'Halyard & Co' };
const EX = exposureReport().id;
const NT = 'nt_aaaaaaaaaaaaaaaa';
const NOW = Date.UTC(2026, 10, 21);
const ok = <T>(data: T): Outcome<T> => ({ ok: true, data });

const view = (draft: NoticeDraft, over: Partial<NoticeView> = {}): NoticeView => ({
  ...draft,
  id: NT,
  status: 'draft',
  createdAt: NOW,
  publishedAt: null,
  closedAt: null,
  url: `https://chat.example/notices/${NT}`,
  affected: { visitors: 1, conversations: 1, told: 0, telling: false },
  updates: [],
  ...over,
});
const sample = () =>
  draftFrom({ report: null, siteId: SITE.id, siteName: SITE.name, now: NOW, locale: 'en-GB' });

let link: FakeLink;
let notices: Notices;
beforeEach(() => {
  link = createFakeLink();
  const reports = {
    ask: async () => refuse('forbidden'),
    list: async () => ok([]),
    read: async () => ok(exposureReport()),
  };
  notices = createNotices({ link, reports, agent: { sites: [SITE] }, now: () => NOW });
});
const listed = async (...known: NoticeView[]) =>
  link.next('notice:list').answer(ok({ notices: known }));
const opened = () => {
  const editor = notices.editor.peek();
  if (!editor) throw new Error('no notice is open');
  return editor;
};

describe('what a notice could say', () => {
  it('names the window and what was given', () => {
    const report = exposureReport();
    const draft = draftFrom({
      report,
      siteId: SITE.id,
      siteName: SITE.name,
      now: NOW,
      locale: 'en-GB',
    });
    expect(draft.exposureId).toBe(report.id);
    expect(draft.when).toContain('2026');
    expect(draft.information).toContain('– Messages\n– E-mail address\n– Page they chatted on');
    expect(draft.information).not.toContain('– Name');
    expect(draft.information).not.toMatch(/card/i);
  });

  it('marks what only people know, and sees when it was filled in', () => {
    const draft = sample();
    expect(hasGaps(draft)).toBe(true);
    const plain = (text: string) => text.replace(/\[[^\]]*\]/g, 'Words.');
    expect(
      hasGaps({
        ...draft,
        happened: plain(draft.happened),
        when: plain(draft.when),
        information: plain(draft.information),
        weDo: plain(draft.weDo),
        youCanDo: plain(draft.youCanDo),
      }),
    ).toBe(false);
  });
});

describe('the notices page', () => {
  it('[NOTICE-1] saves a new one, and goes on with it under its id', async () => {
    const showing = notices.show(EX);
    await listed();
    await showing;
    const editor = opened();
    editor.set({ title: 'Mine' });
    expect(editor.changed.value).toBe(true);
    const saving = editor.save();
    const { body, answer } = link.next('notice:save');
    expect(body).toMatchObject({ noticeId: null, draft: { title: 'Mine', exposureId: EX } });
    await answer(ok(view(editor.draft.peek())));
    expect(await saving).toBe(true);
    expect(editor.changed.value).toBe(false);
    await notices.show(NT);
    expect(opened()).toBe(editor);
  });

  it('keeps what is not saved while the owner looks elsewhere', async () => {
    const showing = notices.show('new');
    await listed();
    await showing;
    opened().set({ title: 'Half a thought' });
    await notices.show(undefined);
    expect(notices.editor.value).toBeNull();
    await notices.show('new');
    expect(opened().draft.value.title).toBe('Half a thought');
  });

  it('keeps what is being written when a colleague saves the same draft', async () => {
    const showing = notices.show(NT);
    await listed(view(sample()));
    await showing;
    opened().set({ weDo: 'My words' });
    notices.apply(view({ ...sample(), weDo: 'Theirs' }));
    expect(opened().draft.value.weDo).toBe('My words');
    notices.apply(view({ ...sample(), weDo: 'Theirs' }, { status: 'published', publishedAt: NOW }));
    expect(opened().draft.value.weDo).toBe('Theirs');
  });

  it('says why a step was refused, and takes no second while one is under way', async () => {
    const showing = notices.show(NT);
    await listed(view(sample()));
    await showing;
    const publishing = opened().publish(true);
    expect(await opened().publish(true)).toBe(false);
    const { body, answer } = link.next('notice:publish');
    expect(body).toEqual({ noticeId: NT, tellAffected: true });
    await answer(refuse('forbidden'));
    expect(await publishing).toBe(false);
    expect(opened().refusal.value).toBe(refuse('forbidden').error.message);
    expect(() => link.next('notice:publish')).toThrow();
  });

  it('empties the update once it is sent, and not before', async () => {
    const out = view(sample(), { status: 'published', publishedAt: NOW });
    const showing = notices.show(NT);
    await listed(out);
    await showing;
    opened().setUpdateText('News');
    const lost = opened().sendUpdate();
    await link.next('notice:update').answer(refuse('unavailable'));
    expect(await lost).toBe(false);
    expect(opened().updateText.value).toBe('News');
    const sent = opened().sendUpdate();
    const updates = [{ at: NOW, text: 'News', by: 'Anna' }];
    await link.next('notice:update').answer(ok({ ...out, updates }));
    expect(await sent).toBe(true);
    expect(opened().updateText.value).toBe('');
    expect(opened().view.value?.updates).toEqual(updates);
  });

  it('says why the list could not be loaded, and loads again', async () => {
    const showing = notices.show(undefined);
    await link.next('notice:list').answer(refuse('internal'));
    await showing;
    expect(notices.phase.value).toBe('failed');
    const again = notices.refresh();
    await listed(view(sample()));
    await again;
    expect(notices.lines.value.map(({ id }) => id)).toEqual([NT]);
  });
});
