/**
 * The frame's end of the port to the loader. The one thing that may come by `window.postMessage` is
 * the offer of that port, once, from the page itself [PORT-1].
 */
import type { FrameVerb, LoaderVerb, PortOffer } from '../../protocol/port.ts';

export interface LoaderPort {
  say(verb: FrameVerb): void;
  listen(hear: (verb: LoaderVerb) => void): void;
}

/** The merchant's page, past the guard frame; not `top`, since that page may be framed itself. */
const page = window.parent.parent;

export function acceptPort(onPort: (port: LoaderPort) => void): void {
  addEventListener('message', function offered({ source, data, ports }: MessageEvent) {
    if (source !== page) return;
    const offer: Partial<PortOffer> | null = data;
    const [port] = ports;
    if (offer?.bulkhead !== 'port' || !port) return;
    removeEventListener('message', offered);
    onPort({
      say: (verb) => port.postMessage(verb),
      listen(hear) {
        port.onmessage = ({ data }) => hear(data);
      },
    });
  });
}

/**
 * Asks the loader to open a link. By `window.postMessage` and not by the port, because WebKit hands
 * the gesture on that way only [PORT-3]. The target is `*`: this frame has an opaque origin and is
 * not told the merchant's; what is sent is nothing but the link that the visitor just pressed.
 */
export function openLink(url: string): void {
  page.postMessage({ bulkhead: 'open', url }, '*');
}
