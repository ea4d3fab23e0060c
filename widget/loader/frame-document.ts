/**
 * The documents of the guard and of the chat in it, as text made of the loader's own constants. The
 * policy comes first, so that nothing stands before it. Each line was needed against a real attack;
 * `test/browser/loader-wall.test.ts` tries them.
 */

import { chat } from './texts.ts';

/**
 * Head of both documents. `default-src 'none'` forbids frames too, and that in the guard is what
 * stops the chat frame from navigating itself away; `base` keeps the merchant's address out of
 * `document.baseURI`. Forms are forbidden by the sandbox.
 */
export function frameHead(api: string, hash: string): string {
  const policy = `default-src 'none';script-src '${hash}';connect-src ${api} ${api.replace('http', 'ws')};img-src ${api} blob: data:;base-uri ${api}`;
  return `<!doctype html><html lang=en><meta http-equiv=Content-Security-Policy content="${policy}"><meta name=referrer content=no-referrer><base href="${api}/"><title>${chat}</title><body>`;
}

/**
 * An opaque origin has no HTTP cache of its own in Chromium: inline, a script loads once. With a
 * `url`, for pages whose own policy, which the frame inherits, allows hosts but not this hash.
 */
export const scriptTag = (nonce: string, hash: string, code: string, url = ''): string =>
  `<script nonce="${nonce}"${url && ` src="${url}" integrity="${hash}" crossorigin`}>${code}</script>`;
