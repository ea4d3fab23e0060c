/** The notices page: what there is, kept up to date by `notice:changed`, and the one that is open. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Refusal } from '../../protocol/errors.ts';
import type { AgentIdentity } from '../../protocol/http.ts';
import type { NoticeView } from '../../protocol/incidents.ts';
import type { ExposureReport } from '../../protocol/ledger.ts';
import type { ReportsApi } from './exposure.ts';
import type { AgentLink } from './link.ts';
import { createNoticeEditor, type NoticeEditor } from './notice-editor.ts';
import { draftFrom } from './notice-template.ts';

export interface Notices {
  readonly lines: ReadonlySignal<readonly NoticeView[]>;
  readonly phase: ReadonlySignal<'loading' | 'ready' | 'failed'>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  readonly editor: ReadonlySignal<NoticeEditor | null>;
  /** The page is on screen: the list, a notice, `new`, or a draft from an exposure report. */
  show(subject: string | undefined): Promise<void>;
  /** Lists anew, after a connect; nothing before the page was shown. */
  refresh(): Promise<void>;
  apply(view: NoticeView): void;
  /** A draft was thrown away. */
  forget(noticeId: string): void;
}

export interface NoticesDeps {
  link: AgentLink;
  reports: ReportsApi;
  agent: Pick<AgentIdentity, 'sites'>;
  now: () => number;
}

export function createNotices({ link, reports, agent, now }: NoticesDeps): Notices {
  const byId = signal<ReadonlyMap<string, NoticeView>>(new Map());
  const phase = signal<'loading' | 'ready' | 'failed'>('loading');
  const refusal = signal<Refusal | null>(null);
  const editor = signal<NoticeEditor | null>(null);
  /** By what was opened, so that nothing unsaved is lost by looking elsewhere. */
  const kept = new Map<string, NoticeEditor>();
  let shown = false;
  let subject: string | undefined;

  function apply(view: NoticeView) {
    byId.value = new Map(byId.peek()).set(view.id, view);
    for (const one of kept.values()) one.apply(view);
  }

  /** What was new has an id of its own once it is saved. */
  function saved(view: NoticeView) {
    for (const [opened, one] of kept) {
      if (one.view.peek()?.id !== view.id || opened === view.id) continue;
      kept.delete(opened);
      kept.set(view.id, one);
    }
    apply(view);
  }

  function open(opened: string, start: Parameters<typeof createNoticeEditor>[1]) {
    const made = createNoticeEditor(link, start, saved);
    kept.set(opened, made);
    editor.value = made;
  }

  async function refresh() {
    if (!shown || link.state.peek() !== 'online') return;
    const answer = await link.request('notice:list', {});
    refusal.value = answer.ok ? null : answer.error;
    if (!answer.ok) {
      if (phase.peek() === 'loading') phase.value = 'failed';
      return;
    }
    byId.value = new Map(answer.data.notices.map((view) => [view.id, view]));
    phase.value = 'ready';
    for (const view of answer.data.notices) for (const one of kept.values()) one.apply(view);
    if (subject && !editor.peek()) openKnown(subject);
  }

  function openKnown(noticeId: string) {
    const view = byId.peek().get(noticeId);
    if (view) open(noticeId, { view });
  }

  function begin(opened: string, report: ExposureReport | null) {
    const sites = agent.sites ?? [];
    const site = sites.find(({ id }) => id === report?.question.siteId) ?? sites[0];
    const template = { report, siteId: site?.id ?? '', siteName: site?.name ?? '', now: now() };
    open(opened, { draft: draftFrom(template) });
  }

  return {
    lines: computed(() => [...byId.value.values()].sort((a, b) => b.createdAt - a.createdAt)),
    phase,
    refusal,
    editor,
    apply,
    refresh,
    async show(next) {
      const isFirst = !shown;
      shown = true;
      subject = next;
      editor.value = kept.get(next ?? '') ?? null;
      if (isFirst || phase.peek() === 'failed') await refresh();
      if (subject === undefined || subject !== next || editor.peek()) return;
      if (subject === 'new') begin(subject, null);
      else if (!subject.startsWith('ex_')) openKnown(subject);
      else {
        const answer = await reports.read(subject);
        if (subject === next) begin(next, answer.ok ? answer.data : null);
      }
    },
    forget(noticeId) {
      const rest = new Map(byId.peek());
      rest.delete(noticeId);
      byId.value = rest;
      kept.delete(noticeId);
      editor.value = null;
    },
  };
}
