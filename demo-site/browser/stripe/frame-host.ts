/**
 * Makes one of Stripe's frames on the page and hands it a port. A message counts only
 * when both its window and its origin are the frame's.
 */
import { FRAME_HELLO, FRAME_INIT } from './messages.ts';

export interface HostedFrame<Outgoing> {
  iframe: HTMLIFrameElement;
  send(message: Outgoing): void;
  remove(): void;
}

export function hostFrame<Outgoing, Incoming>(options: {
  origin: string;
  path: string;
  title: string;
  parent: HTMLElement;
  init: object;
  style: Record<string, string>;
  receive: (message: Incoming) => void;
}): HostedFrame<Outgoing> {
  const iframe = document.createElement('iframe');
  iframe.title = options.title;
  iframe.name = `__privateStripeFrame${Math.floor(Math.random() * 1e6)}`;
  iframe.allow = 'payment *; publickey-credentials-get *';
  iframe.src = `${options.origin}${options.path}#parent=${encodeURIComponent(location.origin)}`;
  for (const [name, value] of Object.entries(options.style)) {
    iframe.style.setProperty(name, value, 'important');
  }
  let port: MessagePort | undefined;
  let unsent: Outgoing[] = [];

  function onHello(event: MessageEvent): void {
    if (event.source !== iframe.contentWindow || event.origin !== options.origin) return;
    if (event.data !== FRAME_HELLO || !iframe.contentWindow) return;
    port?.close();
    const channel = new MessageChannel();
    port = channel.port1;
    port.onmessage = ({ data }) => options.receive(data);
    const init = { type: FRAME_INIT, options: options.init };
    iframe.contentWindow.postMessage(init, options.origin, [channel.port2]);
    for (const message of unsent.splice(0)) port.postMessage(message);
  }

  window.addEventListener('message', onHello);
  options.parent.append(iframe);
  return {
    iframe,
    send(message) {
      if (port) port.postMessage(message);
      else unsent.push(message);
    },
    remove() {
      window.removeEventListener('message', onHello);
      port?.close();
      unsent = [];
      iframe.remove();
    },
  };
}
