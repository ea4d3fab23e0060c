import { useId, useState } from 'preact/hooks';
import type { NoticeDraft } from '../../protocol/incidents.ts';
import type { Desk } from '../desk.ts';
import { conversationsInWords, people } from '../format/exposure-words.ts';
import { fromLocalField, toLocalField } from '../models/local-time.ts';
import type { NoticeEditor } from '../models/notice-editor.ts';
import { exposureAddress, noticesAddress } from '../models/place.ts';
import { FieldRow, FormRefusal } from './FieldRow.tsx';
import { Icon } from './Icon.tsx';
import { NoticeClock } from './NoticeClock.tsx';
import { PublishDialog } from './PublishDialog.tsx';

type TextPart = 'happened' | 'when' | 'information' | 'weDo' | 'youCanDo';

const PARTS: readonly (readonly [TextPart, string, string])[] = [
  ['happened', 'What happened', 'In plain words, and what is not known yet.'],
  ['when', 'When it happened', 'From when to when, and when you learned of it.'],
  ['information', 'What information was involved', 'All of it. What was not involved helps too.'],
  ['weDo', 'What we are doing', 'What was done, and what comes next.'],
  ['youCanDo', 'What you can do', 'Steps that a reader can take today.'],
];
/** The page has its own words in these; in others they are English. */
const LANGUAGES: readonly (readonly [string, string])[] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
  ['ar', 'العربية'],
];

function Paragraph(props: {
  label: string;
  hint: string;
  value: string;
  lang: string;
  onInput: (value: string) => void;
}) {
  const { label, hint, value, lang, onInput } = props;
  const id = useId();
  return (
    <FieldRow id={id} label={label} hint={hint}>
      <textarea
        id={id}
        class="input notice-text"
        rows={5}
        maxLength={4000}
        dir="auto"
        lang={lang}
        value={value}
        aria-describedby={`${id}-hint`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
    </FieldRow>
  );
}

function Head({ editor, desk }: { editor: NoticeEditor; desk: Desk }) {
  const base = useId();
  const draft = editor.draft.value;
  const set = (change: Partial<NoticeDraft>) => editor.set(change);
  const isFuture = draft.discoveredAt > Date.now();
  return (
    <>
      <FieldRow id={`${base}-title`} label="Title">
        <input
          id={`${base}-title`}
          class="input"
          maxLength={120}
          dir="auto"
          value={draft.title}
          onInput={(event) => set({ title: event.currentTarget.value })}
        />
      </FieldRow>
      <div class="notice-pair">
        <FieldRow
          id={`${base}-known`}
          label="We knew since"
          problem={isFuture ? 'That is in the future.' : null}
          hint={<NoticeClock notice={draft} />}
        >
          <input
            id={`${base}-known`}
            class="input"
            type="datetime-local"
            value={toLocalField(draft.discoveredAt)}
            onInput={(event) => {
              const at = fromLocalField(event.currentTarget.value);
              if (at !== undefined) set({ discoveredAt: at });
            }}
          />
        </FieldRow>
        <FieldRow id={`${base}-site`} label="Site">
          <select
            id={`${base}-site`}
            class="select"
            value={draft.siteId}
            onChange={(event) => set({ siteId: event.currentTarget.value })}
          >
            {(desk.agent.sites ?? []).map((site) => (
              <option key={site.id} value={site.id}>
                {site.name}
              </option>
            ))}
          </select>
        </FieldRow>
        <FieldRow id={`${base}-language`} label="Language">
          <select
            id={`${base}-language`}
            class="select"
            value={draft.locale}
            onChange={(event) => set({ locale: event.currentTarget.value })}
          >
            {LANGUAGES.map(([locale, name]) => (
              <option key={locale} value={locale}>
                {name}
              </option>
            ))}
          </select>
        </FieldRow>
      </div>
    </>
  );
}

/** A draft: nobody outside sees it. */
export function NoticeForm({ editor, desk }: { editor: NoticeEditor; desk: Desk }) {
  const [publishing, setPublishing] = useState(false);
  const draft = editor.draft.value;
  const view = editor.view.value;
  const busy = editor.busy.value;
  const unsaved = editor.changed.value;

  async function save(): Promise<boolean> {
    const done = unsaved ? await editor.save() : true;
    const id = editor.view.peek()?.id;
    if (done && id) location.hash = noticesAddress(id);
    return done;
  }
  async function discard() {
    const id = editor.view.peek()?.id;
    if (id && !(await editor.discard())) return;
    desk.breach.notices.forget(id ?? desk.place.peek().subject ?? '');
    location.hash = noticesAddress();
  }

  return (
    <form
      class="notice-form"
      noValidate
      aria-label="Notice"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {draft.exposureId && (
        <p class="notice notice-info">
          <Icon name="shield" />
          <span>
            {view
              ? `Its exposure report names ${people(view.affected.visitors)} on this site, with ${conversationsInWords(view.affected.conversations)}. `
              : 'Drafted from an exposure report: those whom it names are the affected. '}
            <a href={exposureAddress(draft.exposureId)}>Look at the report</a>
          </span>
        </p>
      )}
      <Head editor={editor} desk={desk} />
      {PARTS.map(([part, label, hint]) => (
        <Paragraph
          key={part}
          label={label}
          hint={hint}
          value={draft[part]}
          lang={draft.locale}
          onInput={(value) => editor.set({ [part]: value })}
        />
      ))}
      <label class="publish-tell">
        <input
          type="checkbox"
          class="switch"
          checked={draft.banner}
          onChange={(event) => editor.set({ banner: event.currentTarget.checked })}
        />
        <span>Show a strip above every chat of the site while the notice is open</span>
      </label>
      {editor.refusal.value && !publishing && (
        <FormRefusal refusal={editor.refusal.value} again={false} />
      )}
      <footer class="notice-foot">
        <button type="button" class="button button-quiet" disabled={busy} onClick={discard}>
          Throw away
        </button>
        <span class="notice-space" />
        {view && !unsaved && (
          <a
            class="button"
            href={`/api/agent/notices/${view.id}/preview`}
            target="_blank"
            rel="noopener"
          >
            <Icon name="out" class="flips" />
            Preview
          </a>
        )}
        <button type="submit" class="button" disabled={busy || !unsaved}>
          {unsaved ? 'Save draft' : 'Saved'}
        </button>
        <button
          type="button"
          class="button button-primary"
          disabled={busy}
          onClick={async () => setPublishing(await save())}
        >
          Publish
        </button>
      </footer>
      {publishing && view && (
        <PublishDialog
          editor={editor}
          view={view}
          siteName={desk.agent.sites?.find(({ id }) => id === view.siteId)?.name ?? ''}
          onClose={() => setPublishing(false)}
        />
      )}
    </form>
  );
}
