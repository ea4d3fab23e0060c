/**
 * The chat's frame and the guard around it: made, spoken with and removed here alone. Knows nothing
 * of what is said. A frame that was removed is not heard any more, whatever still arrives.
 */
import type { ReportKind } from '../../protocol/http.ts';
import type { FrameVerb, LoaderVerb, PortOffer } from '../../protocol/port.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { element } from './element.ts';
import { grantFocus } from './focus-guard.ts';
import { frameHead, scriptTag } from './frame-document.ts';
import { START_MS, VIOLATIONS_MAX } from './limits.ts';
import { parseFrameVerb } from './port-verbs.ts';
import { release } from './release.ts';
import { fetchScript } from './scripts.ts';
import { api, base, nonce } from './tag.ts';
import * as texts from './texts.ts';
import { trusted } from './trusted.ts';
import { body } from './view.ts';

/** The frame around the chat's; its identity tells one from the next. */
export let guard: HTMLIFrameElement | undefined;
let chat: HTMLIFrameElement | undefined;
let port: MessagePort | undefined;

/** The window that gestures come from. */
export const isFrame = (source: MessageEventSource | null): boolean =>
  source === chat?.contentWindow;
/** What comes before the frame's `init` the frame does not hear. */
export const tellFrame = (verb: LoaderVerb): void => port?.postMessage(verb);
/**
 * Hidden while it is its guard's focused element, Chromium would clear that by moving the page's
 * focus into the guard.
 */
export const blurFrame = (): void => chat?.blur();
export function focusFrame(): void {
  grantFocus();
  blurFrame(); // It may be focused in its guard already, and then `focus` does nothing.
  chat?.focus();
}

export function removeFrame(): void {
  port?.close();
  guard?.remove();
  guard = chat = port = undefined;
}

function createIframe(text: string): HTMLIFrameElement {
  const iframe = element('iframe', { title: texts.chat, srcdoc: trusted.createHTML(text) });
  // By CSSOM, which no policy forbids; the guard's document has no style sheet.
  iframe.style = 'position:absolute;inset:0;width:100%;height:100%;border:0';
  return iframe;
}

/**
 * Rejects when the chat's script cannot be had, or the page's policies forbid the frame.
 *
 * @param fail is told why the frame may not stay.
 */
export async function openFrame(
  hear: (verb: FrameVerb) => void,
  fail: (kind: ReportKind) => void,
): Promise<void> {
  const { file, sha384 } = release.chat;
  const head = frameHead(api, sha384);
  const outer = createIframe(head);
  guard = outer;
  let violations = 0;
  let hasSpoken = false;

  const listen = ({ data }: MessageEvent<unknown>) => {
    if (outer !== guard) return;
    const verb = parseFrameVerb(data);
    if (verb) {
      hasSpoken ||= verb.verb === 'hello';
      hear(verb);
    } else if (++violations === VIOLATIONS_MAX) fail('port_violation');
  };
  const show = (script?: string) => {
    if (outer !== guard || hasSpoken) return;
    if (!script) return fail('frame_silent');
    chat?.remove();
    const inner = createIframe(head + script);
    chat = inner;
    inner.sandbox = 'allow-scripts';
    let loads = 0;
    inner.onload = () => {
      if (inner !== chat) return;
      if (loads++) return fail('frame_navigated');
      const channel = new MessageChannel();
      port = channel.port1;
      port.onmessage = listen;
      const offer: PortOffer = { bulkhead: 'port', protocol: PROTOCOL_VERSION };
      // The frame's origin is opaque and cannot be named; the guard keeps it from being another's.
      inner.contentWindow?.postMessage(offer, '*', [channel.port2]);
    };
    outer.contentDocument?.body.append(inner);
  };

  body.append(outer);
  setTimeout(show, START_MS);
  const [code] = await Promise.all([
    fetchScript(file, sha384),
    new Promise((resolve) => {
      outer.onload = resolve;
    }),
  ]);
  show(scriptTag(nonce, sha384, code));
  // No word by then: the page's policy is taken to forbid the inline script.
  setTimeout(show, 1_500, scriptTag(nonce, sha384, '', base + file));
}
