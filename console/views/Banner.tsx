import type { LinkState } from '../models/link.ts';
import { Icon } from './Icon.tsx';

/** Says when what is on screen may be old. Always there, so that its changes are announced. */
export function Banner({ state, words }: { state: LinkState; words: string | null }) {
  return (
    <div class={`banner banner-${state}`} role="status">
      {state === 'offline' && (
        <>
          <span class="spinner" aria-hidden="true" />
          {words ??
            (navigator.onLine
              ? 'Connection lost. Reconnecting… What you write is kept and sent afterwards.'
              : 'You are offline. What you write is kept and sent when you are back.')}
        </>
      )}
      {state === 'outdated' && (
        <>
          <Icon name="warning" />
          The console has been updated.
          <button type="button" class="link-button" onClick={() => location.reload()}>
            Reload
          </button>
        </>
      )}
    </div>
  );
}
