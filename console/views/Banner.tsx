import type { LinkState } from '../models/link.ts';
import { Icon } from './Icon.tsx';

/** Says when what is on screen may be old. Always there, so that its changes are announced. */
export function Banner({ state }: { state: LinkState }) {
  return (
    <div class={`banner banner-${state}`} role="status">
      {state === 'offline' && (
        <>
          <span class="spinner" aria-hidden="true" />
          Connection lost. Reconnecting… What you write is kept and sent afterwards.
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
