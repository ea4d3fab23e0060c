/**
 * What the page says of its visitor, told to the server: at every connect, since a visitor has no
 * record before the first message, and again where it was refused for now [SYNC-4].
 */
import { isPassing } from '../../../protocol/back-off.ts';
import { createBackOff } from '../../../protocol/back-off-timer.ts';
import type { Body, Link } from './link.ts';

type Identity = Body<'visitor:identify'>;

export interface OwnIdentity {
  /** The page says it; what it said before holds no more. */
  set(identity: Identity): void;
  /** Nothing before the page has said anything. */
  tell(): Promise<void>;
}

export function createIdentity(link: Link): OwnIdentity {
  const again = createBackOff();
  let identity: Identity | undefined;

  async function tell() {
    if (!identity) return;
    const answer = await link.request('visitor:identify', identity);
    // Without an answer there is no connection, and the next one tells.
    if (answer && !answer.ok && isPassing(answer.error.code)) again.later(tell, answer.error);
    else again.reset();
  }

  return {
    set(said) {
      identity = said;
      tell();
    },
    tell,
  };
}
