import { useRef, useState } from 'preact/hooks';
import type { NoticeView } from '../../protocol/incidents.ts';
import { conversationsInWords, people } from '../format/exposure-words.ts';
import type { NoticeEditor } from '../models/notice-editor.ts';
import { FormRefusal } from './FieldRow.tsx';
import { Modal } from './Modal.tsx';
import { NoticeClock } from './NoticeClock.tsx';

export interface PublishDialogProps {
  editor: NoticeEditor;
  view: NoticeView;
  siteName: string;
  onClose: () => void;
}

/** The last look before words are fixed and people are told. */
export function PublishDialog({ editor, view, siteName, onClose }: PublishDialogProps) {
  const { visitors, conversations } = view.affected;
  const [tell, setTell] = useState(conversations > 0);
  const root = useRef<HTMLFormElement>(null);
  const close = () => root.current?.closest('dialog')?.close();

  async function submit(event: SubmitEvent) {
    event.preventDefault();
    if (await editor.publish(tell && conversations > 0)) close();
  }

  return (
    <Modal title="Publish this notice?" onClose={onClose}>
      <form ref={root} class="modal-body" onSubmit={submit}>
        <p class="modal-lead">
          From then on its words stay as they are, at the same address; you can add dated updates.
        </p>
        <ul class="publish-facts">
          <li>
            <strong>{people(visitors)}</strong> on {siteName} will find themselves named when they
            check.
          </li>
          <li>
            {view.banner
              ? 'A strip above every chat of the site leads there.'
              : 'No strip is shown in the chat.'}
          </li>
        </ul>
        {conversations > 0 && (
          <label class="publish-tell">
            <input
              type="checkbox"
              class="switch"
              checked={tell}
              onChange={(event) => setTell(event.currentTarget.checked)}
            />
            <span>Send a message into {conversationsInWords(conversations)}, once each</span>
          </label>
        )}
        {editor.gaps.value && (
          <p class="notice notice-waiting">Some words still stand in [square brackets].</p>
        )}
        <NoticeClock notice={view} />
        {editor.refusal.value && (
          <FormRefusal refusal={editor.refusal.value} again="Trying again is safe." />
        )}
        <footer class="modal-foot">
          <button type="button" class="button" onClick={close}>
            Cancel
          </button>
          <button type="submit" class="button button-primary" disabled={editor.busy.value}>
            {editor.busy.value ? 'Publishing…' : 'Publish'}
          </button>
        </footer>
      </form>
    </Modal>
  );
}
