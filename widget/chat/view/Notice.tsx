/** What the shop has to tell of a breach, above the log, and the way to one's own answer [NOTICE-2]. */
import { useEffect, useRef } from 'preact/hooks';
import type { Chat } from '../model/chat.ts';
import { strings } from '../strings.ts';
import { useSignal } from './use-signal.ts';

/** A proof is good for ten minutes. */
const RENEW_MS = 540_000;

export interface NoticeProps {
  chat: Chat;
  onOpenLink(url: string): void;
}

export function Notice({ chat, onOpenLink }: NoticeProps) {
  const notice = useSignal(chat.notice);
  const proof = useRef<string | undefined>(undefined);
  const id = notice?.id;
  const renew = async () => {
    proof.current = id && (await chat.prove(id));
  };
  // Asked for ahead: after an answer of the server a press no longer counts as one (WebKit).
  useEffect(() => {
    renew();
    const timer = setInterval(renew, RENEW_MS);
    return () => clearInterval(timer);
  }, [id]);
  async function check() {
    if (!notice) return;
    if (!proof.current) await renew();
    onOpenLink(proof.current ?? notice.url);
    renew();
  }
  return (
    <div role="status" class="banner notice" hidden={!notice}>
      {notice && (
        <>
          <b dir="auto">{notice.title}</b>
          <button type="button" onClick={check}>
            {strings.affected}
          </button>
          <span>{strings.link(new URL(notice.url).host)}</span>
          <button
            type="button"
            aria-label={strings.dismiss}
            onClick={() => chat.dismiss(notice.id)}
          >
            ×
          </button>
        </>
      )}
    </div>
  );
}
