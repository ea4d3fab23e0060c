/** Shows the bank's 3-D Secure challenge over the whole page and waits for its end. */
import { hostFrame } from './frame-host.ts';
import type { Access, ChallengeFrameOptions, FromChallengeFrame } from './messages.ts';

const TOPMOST = '2147483647';

export function showChallenge(origin: string, access: Access, source: string): Promise<void> {
  const init: ChallengeFrameOptions = { access, source };
  const before = document.activeElement;
  return new Promise((resolve) => {
    const hosted = hostFrame<never, FromChallengeFrame>({
      origin,
      path: '/v3/challenge-frame.html',
      title: '3D Secure challenge',
      parent: document.body,
      init,
      style: {
        position: 'fixed',
        inset: '0',
        width: '100%',
        height: '100%',
        border: '0',
        margin: '0',
        'z-index': TOPMOST,
        background: 'transparent',
        'color-scheme': 'light only',
      },
      receive() {
        hosted.remove();
        if (before instanceof HTMLElement) before.focus();
        resolve();
      },
    });
    hosted.iframe.focus();
  });
}
