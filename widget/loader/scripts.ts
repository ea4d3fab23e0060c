/** Fetches and adds the release's other scripts, never without their hash but for Stripe's. */
import { element } from './element.ts';
import { ANSWER_MS } from './limits.ts';
import { report } from './server.ts';
import { base, nonce } from './tag.ts';
import { trusted } from './trusted.ts';

/** @returns the script element, added to the page; its events tell how it went. */
export function addScript(url: string, integrity = ''): HTMLScriptElement {
  const script = element('script', {
    crossOrigin: integrity ? '' : null,
    integrity,
    nonce,
    src: trusted.createScriptURL(url),
  });
  document.head.append(script);
  return script;
}

/** @returns the text of a pinned script; rejects when it is altered or out of reach. */
export const fetchScript = (file: string, integrity: string): Promise<string> =>
  fetch(base + file, { integrity, signal: AbortSignal.timeout(ANSWER_MS) }).then((response) =>
    response.text(),
  );

/**
 * Browsers do not say whether a script was refused or out of reach. Whether it can be had without
 * its hash tells them apart; what comes back is not looked at. A refusal is reported.
 */
export const explainRefusal = (file: string): Promise<unknown> =>
  fetch(base + file).then(
    ({ ok }) => ok && report('script_refused', file),
    () => {}, // Out of reach.
  );
