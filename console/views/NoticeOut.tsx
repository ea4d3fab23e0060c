import { useId, useState } from 'preact/hooks';
import type { NoticeView } from '../../protocol/incidents.ts';
import { conversationsInWords, people } from '../format/exposure-words.ts';
import { fullTime } from '../format/times.ts';
import type { NoticeEditor } from '../models/notice-editor.ts';
import { exposureAddress } from '../models/place.ts';
import { FormRefusal } from './FieldRow.tsx';
import { Modal } from './Modal.tsx';
import { NoticeClock } from './NoticeClock.tsx';

/** How far the telling has come. */
function Told({ view, editor, mayChange }: NoticeOutProps & { view: NoticeView }) {
  const { told, conversations, telling } = view.affected;
  if (conversations === 0) return null;
  if (told === 0 && !telling)
    return (
      <p>
        Nobody was sent a message.{' '}
        {mayChange && view.status === 'published' && (
          <button type="button" class="link-button" onClick={() => void editor.publish(true)}>
            Send one into {conversationsInWords(conversations)}
          </button>
        )}
      </p>
    );
  return (
    <div class="notice-told">
      <p id="notice-told">
        {told.toLocaleString()} of {conversationsInWords(conversations)} told
      </p>
      {telling && <progress max={conversations} value={told} aria-labelledby="notice-told" />}
    </div>
  );
}

function Updates({ view, editor, mayChange }: NoticeOutProps & { view: NoticeView }) {
  const id = useId();
  const text = editor.updateText.value;
  return (
    <section class="notice-updates" aria-labelledby={`${id}-title`}>
      <h3 id={`${id}-title`}>Updates</h3>
      {view.updates.length === 0 && <p class="exposure-lead">There are none yet.</p>}
      <ol>
        {[...view.updates].reverse().map((update) => (
          <li key={`${update.at} ${update.text}`}>
            <p class="payments-second">
              {fullTime(update.at)}, <bdi>{update.by}</bdi>
            </p>
            <p class="notice-words" dir="auto">
              {update.text}
            </p>
          </li>
        ))}
      </ol>
      {mayChange && view.status === 'published' && (
        <form
          class="notice-update"
          onSubmit={(event) => {
            event.preventDefault();
            void editor.sendUpdate();
          }}
        >
          <label class="field-label" for={id}>
            What is new
          </label>
          <textarea
            id={id}
            class="input notice-text"
            rows={3}
            maxLength={4000}
            dir="auto"
            value={text}
            onInput={(event) => editor.setUpdateText(event.currentTarget.value)}
          />
          <button
            type="submit"
            class="button button-primary"
            disabled={editor.busy.value || !text.trim()}
          >
            Send update
          </button>
        </form>
      )}
    </section>
  );
}

function CloseDialog({ editor, onClose }: { editor: NoticeEditor; onClose: () => void }) {
  return (
    <Modal title="Close this notice?" onClose={onClose}>
      <div class="modal-body">
        <p class="modal-lead">
          The strip leaves the chat, and no more updates can be added. The page stays at its
          address, and people can still check there whether they were affected.
        </p>
        <footer class="modal-foot">
          <button type="button" class="button" onClick={onClose}>
            Keep it open
          </button>
          <button
            type="button"
            class="button button-primary"
            disabled={editor.busy.value}
            onClick={async () => {
              await editor.close();
              onClose();
            }}
          >
            Close notice
          </button>
        </footer>
      </div>
    </Modal>
  );
}

export interface NoticeOutProps {
  editor: NoticeEditor;
  /** Whether this agent is an owner. */
  mayChange: boolean;
}

/** A notice as it is out, or as who may not write sees a draft. */
export function NoticeOut({ editor, mayChange }: NoticeOutProps) {
  const [closing, setClosing] = useState(false);
  const view = editor.view.value;
  if (!view) return null;
  const parts: readonly (readonly [string, string])[] = [
    ['What happened', view.happened],
    ['When it happened', view.when],
    ['What information was involved', view.information],
    ['What we are doing', view.weDo],
    ['What you can do', view.youCanDo],
  ];
  return (
    <article class="notice-out" aria-labelledby="notice-title">
      <h3 id="notice-title" dir="auto">
        {view.title}
      </h3>
      <div class="notice-facts">
        <NoticeClock notice={view} />
        {view.status !== 'draft' && (
          <p>
            <a href={view.url} target="_blank" rel="noopener">
              {view.url}
            </a>
          </p>
        )}
        <p>
          {people(view.affected.visitors)} affected
          {view.exposureId && mayChange && (
            <>
              , by <a href={exposureAddress(view.exposureId)}>its exposure report</a>
            </>
          )}
        </p>
        <Told view={view} editor={editor} mayChange={mayChange} />
      </div>
      {editor.refusal.value && <FormRefusal refusal={editor.refusal.value} again={false} />}
      <dl class="notice-parts">
        {parts.map(([heading, text]) => (
          <div key={heading}>
            <dt>{heading}</dt>
            <dd class="notice-words" dir="auto">
              {text}
            </dd>
          </div>
        ))}
      </dl>
      {view.status !== 'draft' && <Updates view={view} editor={editor} mayChange={mayChange} />}
      {mayChange && view.status === 'published' && (
        <button type="button" class="button" onClick={() => setClosing(true)}>
          Close notice…
        </button>
      )}
      {closing && <CloseDialog editor={editor} onClose={() => setClosing(false)} />}
    </article>
  );
}
