/** The whole of the frame: banner, notice, log, who types, composer. */
import type { ReadonlySignal } from '@preact/signals-core';
import type { RefObject } from 'preact';
import type { Chat } from '../model/chat.ts';
import { strings } from '../strings.ts';
import { Composer } from './Composer.tsx';
import type { Format } from './format.ts';
import { Log } from './Log.tsx';
import { Notice } from './Notice.tsx';
import { useSignal } from './use-signal.ts';

export interface AppProps {
  chat: Chat;
  /** Words about the connection; empty while all is well. */
  banner: ReadonlySignal<string>;
  format: Format;
  field: RefObject<HTMLTextAreaElement | null>;
  onOpenLink(url: string): void;
}

export function App({ chat, banner, format, field, onOpenLink }: AppProps) {
  const words = useSignal(banner);
  const names = useSignal(chat.typing);
  return (
    <>
      <div role="status" class="banner" hidden={!words}>
        {words}
      </div>
      <Notice chat={chat} onOpenLink={onOpenLink} />
      <Log chat={chat} format={format} onOpenLink={onOpenLink} />
      <p class="typing" hidden={!names.length}>
        <i aria-hidden="true" />
        {names.length > 0 &&
          (names.length > 1 ? strings.typingMany : strings.typing)(names.join(', '))}
      </p>
      <Composer
        draft={chat.init.draft}
        canPay={chat.init.payments}
        field={field}
        isFull={chat.outbox.isFull}
        onDraft={chat.setDraft}
        onSend={chat.send}
      />
    </>
  );
}
