/** One notice while it is written, and once it is out. Sends each step once; the server decides. */
import { computed, type ReadonlySignal, signal } from '@preact/signals';
import type { Outcome } from '../../protocol/errors.ts';
import type { NoticeDraft, NoticeView } from '../../protocol/incidents.ts';
import type { AgentLink } from './link.ts';
import { hasGaps } from './notice-template.ts';

export interface NoticeEditor {
  /** `null`: not saved yet. */
  readonly view: ReadonlySignal<NoticeView | null>;
  readonly draft: ReadonlySignal<NoticeDraft>;
  /** Whether what is on screen is not what is saved. */
  readonly changed: ReadonlySignal<boolean>;
  readonly gaps: ReadonlySignal<boolean>;
  readonly busy: ReadonlySignal<boolean>;
  readonly refusal: ReadonlySignal<string | null>;
  readonly updateText: ReadonlySignal<string>;
  set(change: Partial<NoticeDraft>): void;
  setUpdateText(text: string): void;
  /** Each: whether it was done; `refusal` says why not. */
  save(): Promise<boolean>;
  publish(tellAffected: boolean): Promise<boolean>;
  sendUpdate(): Promise<boolean>;
  close(): Promise<boolean>;
  discard(): Promise<boolean>;
  /** The server says how it stands. */
  apply(view: NoticeView): void;
}

const draftOf = (view: NoticeView): NoticeDraft => ({
  exposureId: view.exposureId,
  siteId: view.siteId,
  locale: view.locale,
  title: view.title,
  happened: view.happened,
  when: view.when,
  information: view.information,
  weDo: view.weDo,
  youCanDo: view.youCanDo,
  discoveredAt: view.discoveredAt,
  banner: view.banner,
});
const isSame = (one: NoticeDraft, other: NoticeDraft) =>
  JSON.stringify(one) === JSON.stringify(other);

export function createNoticeEditor(
  link: AgentLink,
  start: { view: NoticeView } | { draft: NoticeDraft },
  onView: (view: NoticeView) => void,
): NoticeEditor {
  const view = signal<NoticeView | null>('view' in start ? start.view : null);
  const draft = signal<NoticeDraft>('view' in start ? draftOf(start.view) : start.draft);
  const busy = signal(false);
  const refusal = signal<string | null>(null);
  const updateText = signal('');
  const changed = computed(() => !view.value || !isSame(draft.value, draftOf(view.value)));

  function adopt(next: NoticeView) {
    const untouched = !changed.peek();
    view.value = next;
    if (untouched || next.status !== 'draft') draft.value = draftOf(next);
  }

  async function run<T>(ask: () => Promise<Outcome<T>>, done: (data: T) => void): Promise<boolean> {
    if (busy.peek()) return false;
    busy.value = true;
    refusal.value = null;
    const answer = await ask();
    busy.value = false;
    if (answer.ok) done(answer.data);
    else refusal.value = answer.error.message;
    return answer.ok;
  }

  function take(next: NoticeView) {
    view.value = next;
    draft.value = draftOf(next);
    onView(next);
  }
  const noticeId = () => view.peek()?.id ?? '';

  return {
    view,
    draft,
    changed,
    gaps: computed(() => hasGaps(draft.value)),
    busy,
    refusal,
    updateText,
    set(change) {
      draft.value = { ...draft.peek(), ...change };
      refusal.value = null;
    },
    setUpdateText(text) {
      updateText.value = text;
    },
    save: () =>
      run(
        () =>
          link.request('notice:save', {
            noticeId: view.peek()?.id ?? null,
            draft: draft.peek(),
          }),
        take,
      ),
    publish: (tellAffected) =>
      run(() => link.request('notice:publish', { noticeId: noticeId(), tellAffected }), take),
    sendUpdate: () =>
      run(
        () => link.request('notice:update', { noticeId: noticeId(), text: updateText.peek() }),
        (next) => {
          updateText.value = '';
          take(next);
        },
      ),
    close: () => run(() => link.request('notice:close', { noticeId: noticeId() }), take),
    discard: () =>
      run(
        () => link.request('notice:discard', { noticeId: noticeId() }),
        () => {},
      ),
    apply(next) {
      if (next.id === view.peek()?.id) adopt(next);
    },
  };
}
